"""The token records of all sources as one table in one fixed order.

The order (source, record pseudonym) makes every later tie, sample and id independent of the order
in which rows or sources were handed over.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kim_pipeline.errors import LinkError
from kim_pipeline.linkage.comparisons import ID_COLUMN, KEY_COLUMNS, POINTER_COLUMNS, TOKEN_COLUMNS

COLUMNS = (ID_COLUMN, *TOKEN_COLUMNS, *KEY_COLUMNS, *POINTER_COLUMNS)


@dataclass(frozen=True)
class Records:
    """All records: `table` has `source`, the token columns, and position = row number."""

    table: pa.Table
    sources: tuple[str, ...]

    @property
    def size(self) -> int:
        """Count the records."""
        return int(self.table.num_rows)

    @property
    def source_codes(self) -> npt.NDArray[np.int64]:
        """Give the number of each record's source in `sources`."""
        codes = pc.index_in(self.table["source"], value_set=pa.array(self.sources, pa.string()))
        return np.asarray(codes.to_numpy(), dtype=np.int64)

    @property
    def counts(self) -> dict[str, int]:
        """Count the records of each source."""
        found = np.bincount(self.source_codes, minlength=len(self.sources))
        return {source: int(n) for source, n in zip(self.sources, found, strict=True)}


def arrange(tokens: Mapping[str, pa.Table]) -> Records:
    """Stack the token tables of the sources, sorted by source and record pseudonym.

    Raises LinkError when there is no source, a column is missing, or a record pseudonym is missing
    or occurs twice within a source.
    """
    if not tokens:
        raise LinkError("There are no token tables to link: accept at least one delivery first.")
    names = tuple(sorted(tokens))
    parts = [_part(name, tokens[name]) for name in names]
    return Records(pa.concat_tables(parts).combine_chunks(), names)


def _part(source: str, table: pa.Table) -> pa.Table:
    lacking = [column for column in COLUMNS if column not in table.column_names]
    if lacking:
        raise LinkError(f"Source {source}: tokens lack the column(s) {', '.join(lacking)}.")
    part = table.select(list(COLUMNS)).sort_by(ID_COLUMN)
    ids = part[ID_COLUMN]
    if ids.null_count or pc.count_distinct(ids).as_py() != part.num_rows:
        raise LinkError(f"Source {source}: record pseudonyms must be present and occur once.")
    labels = pa.array([source] * part.num_rows, pa.string())
    return _typed(part).add_column(0, "source", labels)


def _typed(part: pa.Table) -> pa.Table:
    """Give every column one type, so that an all-null column of a small source stacks."""
    fields = [pa.field(column, column_type(column)) for column in part.column_names]
    return part.cast(pa.schema(fields))


def column_type(column: str) -> pa.DataType:
    """Say of which type a token column is."""
    if column == ID_COLUMN:
        return pa.string()
    if column in POINTER_COLUMNS:
        return pa.list_(pa.string())
    if column.endswith(("_words", "_del1")) or column == "other_family":
        return pa.list_(pa.int64())
    return pa.int64()
