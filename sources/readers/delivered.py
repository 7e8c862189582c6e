"""What every reader hands over: a table of strings as delivered, and what could not be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kim_pipeline.errors import DeliveryError
from sources.contracts.tables import Table

Numbers: TypeAlias = "npt.NDArray[np.int64]"


class Share(NamedTuple):
    """How many good rows, and how many malformed ones, the file of one town gave to a table."""

    town: str
    rows: int
    malformed: int


@dataclass(frozen=True)
class Delivered:
    """The rows of one table.

    `rows` has one string column per contract field (contract names, empty = null); `malformed`
    holds the numbers of rows that have the wrong number of values. `numbers` are those of `rows`,
    None for 1, 2, 3 …; all count as people see a file: from its first line or cell, headers, blank
    and malformed rows too; elements of XML from the first. `shares` lists the files in their order
    where each town delivers its own. `unknown` counts columns
    the contract does not know; `encoding` is the one found in a text file. Of workbooks, `padded`
    counts per field the numbers that got their leading zeros back, `spoiled` the cells that the
    spreadsheet program changed beyond repair (null in `rows`). `warned` names the delivery rules
    that were broken and only warn.
    """

    rows: pa.Table
    malformed: tuple[int, ...] = ()
    unknown: int = 0
    encoding: str | None = None
    padded: Mapping[str, int] = field(default_factory=dict)
    spoiled: Mapping[str, int] = field(default_factory=dict)
    warned: tuple[str, ...] = ()
    numbers: Numbers | None = None
    shares: tuple[Share, ...] = ()

    @property
    def count(self) -> int:
        """Count all delivered rows, the malformed ones included."""
        return self.rows.num_rows + len(self.malformed)

    def row_numbers(self) -> Numbers:
        """Give the number of each row in its file."""
        return np.arange(1, self.rows.num_rows + 1) if self.numbers is None else self.numbers

    def towns(self) -> pa.Array[Any]:
        """Give the town (AGS) in whose file each row stood; empty where towns share a file."""
        rows = [share.rows for share in self.shares] or [self.rows.num_rows]
        return _repeated(self._towns, rows)

    def malformed_towns(self) -> pa.Array[Any]:
        """Give the town of each malformed row, as `towns`."""
        rows = [share.malformed for share in self.shares] or [len(self.malformed)]
        return _repeated(self._towns, rows)

    @property
    def _towns(self) -> list[str]:
        return [share.town for share in self.shares] or [""]


def of_town(part: Delivered, town: str) -> Delivered:
    """Say whose file a table comes from; nothing where no town delivers its own."""
    share = Share(town, part.rows.num_rows, len(part.malformed))
    return replace(part, shares=(share,)) if town else part


def _repeated(towns: list[str], rows: list[int]) -> pa.Array[Any]:
    return pa.array(towns, pa.string()).take(np.repeat(np.arange(len(rows)), rows))


def join(parts: Sequence[Delivered]) -> Delivered:
    """Put the same table of several files together, in their order; `encoding` if all agree."""
    encodings = {part.encoding for part in parts}
    return Delivered(
        rows=pa.concat_tables([part.rows for part in parts]),
        malformed=tuple(line for part in parts for line in part.malformed),
        numbers=np.concatenate([part.row_numbers() for part in parts]),
        shares=tuple(share for part in parts for share in part.shares),
        unknown=max(part.unknown for part in parts),
        encoding=encodings.pop() if len(encodings) == 1 else None,
        padded=_sum([part.padded for part in parts]),
        spoiled=_sum([part.spoiled for part in parts]),
    )


def check_columns(where: str, table: Table, names: Sequence[str]) -> int:
    """Compare a header with the contract and count the columns it does not know.

    Raises DeliveryError when a column is missing or doubled, or an unknown one is not allowed.
    """
    for field_ in table.fields:
        if field_.delivered not in names:
            raise DeliveryError(
                f"{where}: column {field_.delivered} is missing in the header; ask the authority "
                "for the agreed columns, or change the contract.",
                rule="changed_header",
            )
    if len(set(names)) < len(names):
        raise DeliveryError(
            f"{where}: a column name occurs twice in the header; ask for each column once.",
            rule="changed_header",
        )
    unknown = len(names) - len(table.fields)
    check_unknown(where, table, unknown)
    return unknown


def check_unknown(where: str, table: Table, unknown: int) -> None:
    """Apply the contract's policy; never name a column, which may be a value in a headless file.

    Raises DeliveryError when the contract refuses unknown columns.
    """
    if unknown and table.unknown_columns == "reject":
        raise DeliveryError(
            f"{where}: {unknown} columns are not in the contract; add them there or ask the "
            "authority to leave them out.",
            rule="unknown_columns",
        )


def _sum(counts: Sequence[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return dict(total)
