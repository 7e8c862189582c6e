"""What became of one table's rows on the way in: counts and row numbers only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from sources.incoming.drafts import Draft
from sources.incoming.rejects import Rejection
from sources.incoming.typing import Unreadable
from sources.readers.delivered import Delivered


@dataclass(frozen=True)
class TableCounts:
    """The counts of one table.

    `rows_withheld` were left out since no consent or approval covers them. `zeros_restored` and
    `cells_spoiled` count what a spreadsheet program did to values: leading zeros that could be
    given back, and cells that could not be mended and are empty now.
    """

    rows_read: int
    rows_accepted: int
    rejections: tuple[Rejection, ...] = ()
    unreadable: Mapping[str, Unreadable] = field(default_factory=dict)
    findings: Mapping[str, int] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    unknown_columns: int = 0
    rows_withheld: int = 0
    zeros_restored: int = 0
    cells_spoiled: int = 0


def count_table(draft: Draft, staged: pa.Table, delivered: Delivered) -> TableCounts:
    """Count what became of a table, from what was delivered, its draft and its staged rows."""
    found = {
        finding.rule: int(pc.sum(staged[finding.column]).as_py() or 0)
        for finding in draft.table.findings
    }
    return TableCounts(
        rows_read=draft.rows_read,
        rows_accepted=draft.rows,
        rejections=draft.rejections,
        unreadable=draft.unreadable,
        findings=found,
        columns=tuple(staged.column_names),
        unknown_columns=delivered.unknown,
        rows_withheld=draft.withheld,
        zeros_restored=sum(delivered.padded.values()),
        cells_spoiled=sum(delivered.spoiled.values()),
    )


def read_counts(raw: Mapping[str, Any]) -> TableCounts:
    """Read counts that were written as JSON by `dataclasses.asdict`."""
    return TableCounts(
        rows_read=raw["rows_read"],
        rows_accepted=raw["rows_accepted"],
        rejections=tuple(
            Rejection(**{**entry, "rows": tuple(entry["rows"])}) for entry in raw["rejections"]
        ),
        unreadable={
            name: Unreadable(entry["count"], tuple(entry["rows"]))
            for name, entry in raw["unreadable"].items()
        },
        findings=raw["findings"],
        columns=tuple(raw["columns"]),
        unknown_columns=raw["unknown_columns"],
        rows_withheld=raw["rows_withheld"],
        zeros_restored=raw["zeros_restored"],
        cells_spoiled=raw["cells_spoiled"],
    )
