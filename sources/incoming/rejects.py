"""Which rows are refused, and why; too many refuse the delivery. Counts and row numbers only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from kim_pipeline.errors import DeliveryError
from kim_pipeline.privacy.columns import nulls
from sources.contracts.tables import Table
from sources.incoming.typing import Mask, Typed

MALFORMED = "wrong number of values"
MISSING = "required value missing"
UNREADABLE = "required value unreadable"
NO_KEY = "primary key missing"
DUPLICATE = "primary key delivered before"
# An authority must find the rows it is to mend; a contract lets no more than a few percent pass.
MOST_ROWS = 1_000


@dataclass(frozen=True)
class Rejection:
    """Rows refused for one reason; `rows` are the first row numbers (for malformed rows: lines)."""

    reason: str
    column: str | None
    count: int
    rows: tuple[int, ...]


def judge(
    table: Table,
    typed: Typed,
    row_keys: pa.Array[Any],
    malformed: tuple[int, ...],
    where: str,
) -> tuple[Mask, tuple[Rejection, ...]]:
    """Return which rows are accepted, and the refused ones by their first reason.

    Raises DeliveryError when more than the contract's share of rows is refused.
    """
    accepted: Mask = np.ones(len(row_keys), np.bool_)
    rejections = []
    if malformed:
        first = tuple(malformed[:MOST_ROWS])
        rejections.append(Rejection(MALFORMED, None, len(malformed), first))
    for reason, column, refused in _reasons(table, typed, row_keys):
        rows = np.flatnonzero(refused & accepted) + 1
        if len(rows):
            first = tuple(int(row) for row in rows[:MOST_ROWS])
            rejections.append(Rejection(reason, column, len(rows), first))
        accepted &= ~refused
    _check_share(table, len(row_keys) + len(malformed), rejections, where)
    return accepted, tuple(rejections)


def _reasons(
    table: Table, typed: Typed, row_keys: pa.Array[Any]
) -> list[tuple[str, str | None, Mask]]:
    reasons: list[tuple[str, str | None, Mask]] = []
    for field in table.fields:
        unreadable = typed.unreadable.get(field.name)
        if unreadable is None:
            continue
        if field.required or field.reject_unreadable:
            reasons.append((UNREADABLE, field.name, unreadable))
        if field.required:
            reasons.append((MISSING, field.name, nulls(typed.columns[field.name])))
    keys = pd.Series(row_keys.to_pandas())
    missing = keys.isna().to_numpy(np.bool_)
    reasons.append((NO_KEY, None, missing))
    reasons.append((DUPLICATE, None, keys.duplicated().to_numpy(np.bool_) & ~missing))
    return reasons


def _check_share(table: Table, rows: int, rejections: list[Rejection], where: str) -> None:
    refused = sum(rejection.count for rejection in rejections)
    if refused * 100 > table.max_rejected_percent * rows:
        most = max(rejections, key=lambda rejection: rejection.count)
        column = f" in {most.column}" if most.column else ""
        raise DeliveryError(
            f"{where}: {refused} of {rows} rows are refused, more than the contract's "
            f"{table.max_rejected_percent:g} %; mostly {most.reason}{column} "
            f"({most.count} rows, first row {most.rows[0]}). Ask for a corrected delivery.",
            "doubled" if most.reason == DUPLICATE else "rejected_rows",
        )
