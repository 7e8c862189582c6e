"""Attacks on the same tables month after month: differencing and averaging."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from benchmarks.disclosure.methods import SUPPRESSED, Floats, Method
from benchmarks.disclosure.population import Codes, Month
from benchmarks.disclosure.tabulation import Table, keys_of, tabulate

THREE_WAY = ("town", "nationality", "status")
FOUR_WAY = (*THREE_WAY, "age")
SMALL = 10


@dataclass(frozen=True)
class Differencing:
    """Cells that changed by one person: how often the published change is right.

    `sign`: its direction is right. `trusted`: its direction is right where one shows.
    """

    cells: int
    correct: float
    sign: float
    trusted: float


@dataclass(frozen=True)
class Averaging:
    """Small cells with the same persons in all months: how often the mean is the exact count."""

    cells: int
    exact: float


def tables(months: Sequence[Month], dimensions: Sequence[str] = THREE_WAY) -> list[Table]:
    """Count the same cross in every month."""
    keys = keys_of(np.arange(max(int(month.persons.max()) for month in months) + 1))
    return [tabulate(month, keys[month.persons], dimensions) for month in months]


def difference(lived: Sequence[Table], method: Method) -> Differencing:
    """Subtract each month from the next, in cells of which the exact count moved by one."""
    shown = [_read(method, table, n) for n, table in enumerate(lived)]
    true = [table.counts for table in lived]
    return differenced(
        np.concatenate([after - before for before, after in pairwise(true)]),
        np.concatenate([after - before for before, after in pairwise(shown)]),
    )


def differenced(true: Floats | Codes, seen: Floats | Codes) -> Differencing:
    """Judge published changes where the exact one is of one person."""
    moved = np.abs(true) == 1
    cells, signs = int(moved.sum()), int((np.sign(seen) == true)[moved].sum())
    directions = int((seen != 0)[moved].sum())
    right = int((seen == true)[moved].sum())
    return Differencing(cells, right / cells, signs / cells, signs / max(directions, 1))


def average(lived: Sequence[Table], method: Method) -> Averaging:
    """Take the mean over all months of small cells whose persons never changed.

    A cell that is never shown has no mean.
    """
    first = lived[0]
    static = (first.counts > 0) & (first.counts <= SMALL)
    for table in lived[1:]:
        static &= table.keys == first.keys
    mean = np.mean([_read(method, table, n) for n, table in enumerate(lived)], axis=0)
    exact = mean[static].round() == first.counts[static]
    return Averaging(int(static.sum()), float(exact.mean()))


def _read(method: Method, table: Table, month: int) -> Floats:
    """Give the reader's best guess of each cell: what is shown, or the middle of 1 and 2."""
    shown = method.publish(table, month)
    return np.where(shown == SUPPRESSED, 1.5, shown)
