"""The token records of all sources as one table in one fixed order.

The order (source, record pseudonym) makes every later tie, sample and id independent of the order
in which rows or sources were handed over.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kim_pipeline.errors import LinkError
from kim_pipeline.linkage.comparisons import (
    ID_COLUMN,
    KEY_COLUMNS,
    OTHER_KEY_COLUMNS,
    POINTER_COLUMNS,
    TOKEN_COLUMNS,
    holds_lists,
)

GROUP_COLUMN = "nationality_group"
DIGEST_COLUMN = "digest"
DIGEST_BYTES = 16
UNKNOWN = "UNKNOWN"
# What a source has none of may be absent: it is filled with nulls.
OPTIONAL = (GROUP_COLUMN, DIGEST_COLUMN, "other_given", *OTHER_KEY_COLUMNS)
COLUMNS = (
    *(ID_COLUMN, GROUP_COLUMN, DIGEST_COLUMN),
    *TOKEN_COLUMNS,
    *KEY_COLUMNS,
    *OTHER_KEY_COLUMNS,
    *POINTER_COLUMNS,
)


@dataclass(frozen=True)
class Records:
    """All records: `table` has `source`, the token columns, and position = row number."""

    table: pa.Table
    sources: tuple[str, ...]

    @property
    def size(self) -> int:
        """Count the records."""
        return int(self.table.num_rows)

    @cached_property
    def source_codes(self) -> npt.NDArray[np.int64]:
        """Give the number of each record's source in `sources`."""
        codes = pc.index_in(self.table["source"], value_set=pa.array(self.sources, pa.string()))
        return np.asarray(codes.to_numpy(), dtype=np.int64)

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """Name the nationality groups that occur, in order of name."""
        known = pc.unique(self.table[GROUP_COLUMN]).to_pylist()
        return tuple(sorted({name or UNKNOWN for name in known}))

    @cached_property
    def group_codes(self) -> npt.NDArray[np.int16]:
        """Give the number of each record's nationality group in `groups`."""
        groups = self.groups
        names: Any = self.table[GROUP_COLUMN]
        codes: Any = pc.index_in(names.fill_null(UNKNOWN), value_set=pa.array(groups, pa.string()))
        return np.asarray(codes.to_numpy(), dtype=np.int16)

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
    return Records(pa.concat_tables([_part(name, tokens[name]) for name in names]), names)


def _part(source: str, table: pa.Table) -> pa.Table:
    lacking = [c for c in COLUMNS if c not in table.column_names and c not in OPTIONAL]
    if lacking:
        raise LinkError(f"Source {source}: tokens lack the column(s) {', '.join(lacking)}.")
    part = _in_order(source, _typed(table))
    labels = pa.array([source] * part.num_rows, pa.string())
    return part.add_column(0, "source", labels)


def _in_order(source: str, table: pa.Table) -> pa.Table:
    """Sort by record pseudonym; a table that is sorted already is not copied."""
    if _ascends(table[ID_COLUMN]):
        return table
    table = table.sort_by(ID_COLUMN)
    if not _ascends(table[ID_COLUMN]):
        raise LinkError(f"Source {source}: record pseudonyms must be present and occur once.")
    return table


def _ascends(ids: "pa.ChunkedArray[pa.StringScalar]") -> bool:
    rising = pc.all(
        pc.less(ids.slice(0, max(len(ids) - 1, 0)), ids.slice(1)), skip_nulls=False, min_count=0
    )
    return not ids.null_count and bool(rising.as_py())


def _typed(table: pa.Table) -> pa.Table:
    """Give every column one type, so that an all-null column of a small source stacks."""
    return pa.table({column: _column(table, column) for column in COLUMNS})


def _column(table: pa.Table, column: str) -> Any:
    nulls: Any = pa.nulls(table.num_rows)
    found = table[column] if column in table.column_names else nulls
    return found.cast(column_type(column))


def column_type(column: str) -> pa.DataType:
    """Say of which type a token column is."""
    if column in {ID_COLUMN, GROUP_COLUMN}:
        return pa.string()
    if column == DIGEST_COLUMN:
        return pa.binary(DIGEST_BYTES)
    if column in POINTER_COLUMNS:
        return pa.list_(pa.string())
    return pa.list_(pa.int64()) if holds_lists(column) else pa.int64()
