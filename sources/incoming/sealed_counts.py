"""The counts an authority sealed beside its tables, checked before anybody sees them.

They come from another house: a name in the place of a reason would reach logs and checks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from kim_pipeline.errors import DeliveryError
from sources.contracts.tables import Table
from sources.incoming.rejects import DUPLICATE, MALFORMED, MISSING, NO_KEY, UNREADABLE
from sources.incoming.table_counts import TableCounts, read_counts

TOWN = re.compile("([0-9]{8})?", re.ASCII)
REASONS = {MALFORMED, MISSING, UNREADABLE, NO_KEY, DUPLICATE}


def checked_counts(
    raw: Mapping[str, Any] | None, table: Table, staged: pa.Table, where: str
) -> TableCounts:
    """Read the counts of one table.

    Raises DeliveryError when they hold anything but numbers and names of the contract, contradict
    the rows, or tell of more refused rows than the contract allows.
    """
    try:
        counts = read_counts(raw or {})
        fitting = _only_numbers_and_known_names(counts, table, staged)
    except (KeyError, TypeError, ValueError, AttributeError):
        fitting = False
    if not fitting:
        raise DeliveryError(
            f"{where}: the sealed counts do not fit the table; seal it again.", "manifest"
        )
    refused = counts.rows_read - counts.rows_accepted - counts.rows_withheld
    if refused < 0 or refused * 100 > table.max_rejected_percent * counts.rows_read:
        raise DeliveryError(
            f"{where}: {refused} of {counts.rows_read} rows are refused, more than the contract's "
            f"{table.max_rejected_percent:g} %. Ask for a corrected delivery.",
            "rejected_rows",
        )
    return counts


def _only_numbers_and_known_names(counts: TableCounts, table: Table, staged: pa.Table) -> bool:
    names = {field.name for field in table.fields}
    rules = {finding.rule for finding in table.findings}
    numbers = [
        *(counts.rows_read, counts.rows_accepted, counts.unknown_columns, counts.rows_withheld),
        *(counts.zeros_restored, counts.cells_spoiled),
        *counts.findings.values(),
        *(n for entry in counts.unreadable.values() for n in (entry.count, *entry.rows)),
        *(n for entry in counts.rejections for n in (entry.count, *entry.rows)),
    ]
    return (
        all(type(number) is int and number >= 0 for number in numbers)
        and counts.rows_accepted == staged.num_rows
        and counts.columns == tuple(staged.column_names)
        and set(counts.unreadable) <= names
        and set(counts.findings) == rules
        and all(entry.reason in REASONS for entry in counts.rejections)
        and all(entry.column in {None, *names} for entry in counts.rejections)
        and all(TOWN.fullmatch(entry.town) for entry in counts.rejections)
    )
