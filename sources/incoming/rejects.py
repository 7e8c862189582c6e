"""Which rows are refused, and why; too many refuse the delivery. Counts and row numbers only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from kim_pipeline.errors import DeliveryError
from kim_pipeline.privacy.columns import nulls
from sources.contracts.tables import Table
from sources.incoming.typing import Mask, Typed
from sources.readers.delivered import Delivered, Numbers

MALFORMED = "wrong number of values"
MISSING = "required value missing"
UNREADABLE = "required value unreadable"
NO_KEY = "primary key missing"
DUPLICATE = "primary key delivered before"
# An authority must find the rows it is to mend; a contract lets no more than a few percent pass.
MOST_ROWS = 1_000


@dataclass(frozen=True)
class Rejection:
    """Rows of one file refused for one reason; `rows` are the first of their numbers in it.

    `town` is the one whose file it is (AGS); empty where towns share a file.
    """

    reason: str
    column: str | None
    count: int
    rows: tuple[int, ...]
    town: str = ""


def judge(
    table: Table,
    typed: Typed,
    row_keys: pa.Array[Any],
    delivered: Delivered,
    where: str,
) -> tuple[Mask, tuple[Rejection, ...]]:
    """Return which rows are accepted, and the refused ones by their first reason.

    Raises DeliveryError when more than the contract's share of rows is refused.
    """
    accepted: Mask = np.ones(len(row_keys), np.bool_)
    bad = np.array(delivered.malformed, np.int64)
    rejections = [*_by_town(MALFORMED, None, delivered.malformed_towns(), bad)]
    towns, numbers = delivered.towns(), delivered.row_numbers()
    for reason, column, refused in _reasons(table, typed, row_keys):
        rows = np.flatnonzero(refused & accepted)
        rejections += _by_town(reason, column, towns.take(rows), numbers[rows])
        accepted &= ~refused
    _check_share(table, delivered.count, rejections, where)
    return accepted, tuple(rejections)


def _by_town(
    reason: str, column: str | None, towns: pa.Array[Any], numbers: Numbers
) -> Iterator[Rejection]:
    """Yield the rows refused for one reason, file by file."""
    here = towns.to_numpy(zero_copy_only=False)
    for town in dict.fromkeys(here.tolist()):
        rows = numbers[here == town].tolist()
        yield Rejection(reason, column, len(rows), tuple(rows[:MOST_ROWS]), town)


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
        most = _most(rejections)
        column = f" in {most.column}" if most.column else ""
        file = f" of the file of town {most.town}" if most.town else ""
        raise DeliveryError(
            f"{where}: {refused} of {rows} rows are refused, more than the contract's "
            f"{table.max_rejected_percent:g} %; mostly {most.reason}{column} "
            f"({most.count} rows, first row {most.rows[0]}{file}). Ask for a corrected delivery.",
            "doubled" if most.reason == DUPLICATE else "rejected_rows",
        )


def _most(rejections: list[Rejection]) -> Rejection:
    """Give the commonest reason over all files, with the place of its first row."""
    counts: Counter[tuple[str, str | None]] = Counter()
    for rejection in rejections:
        counts[rejection.reason, rejection.column] += rejection.count
    ((reason, column), count) = counts.most_common(1)[0]
    first = next(r for r in rejections if (r.reason, r.column) == (reason, column))
    return replace(first, count=count)
