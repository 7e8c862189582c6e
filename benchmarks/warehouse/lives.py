"""When the rows of a table were delivered, and when they changed: arrivals, changes, departures."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from benchmarks.warehouse.draws import Numbers, Rows

ARRIVING = 0.02
LEAVING = 0.015
CHUNK = 200_000


@dataclass(frozen=True)
class Kind:
    """A table: rows for each row it belongs to, and the share that changes each month.

    `later`: they come one by one, not with what they belong to.
    """

    source: str
    table: str
    each: float
    change: float
    later: bool = False

    @property
    def name(self) -> str:
        """Name its staging table."""
        return f"{self.source}_{self.table}"


@dataclass(frozen=True)
class Lives:
    """The rows of a table over the months: first month, month after the last, months of change."""

    kind: Kind
    months: int
    owners: Numbers
    start: Numbers
    end: Numbers

    def changed(self, month: int) -> NDArray[np.bool_]:
        """Tell which rows changed with a month, after they came."""
        chance = np.random.default_rng([crc32(self.kind.name.encode()), month])
        drawn = chance.random(len(self.start), np.float32) < self.kind.change
        return np.asarray(drawn & (self.start < month) & (month < self.end))

    @cached_property
    def points(self) -> tuple[Numbers, Numbers, Numbers]:
        """List the versions of all rows in order: row, number of the version, first month."""
        found = []
        for month in range(self.months):
            rows = np.flatnonzero(self.changed(month) | (self.start == month))
            found.append((rows, np.full(len(rows), month)))
        rows, months = (np.concatenate(part) for part in zip(*found, strict=True))
        order = np.argsort(rows, kind="stable")
        rows, months = rows[order], months[order]
        first = np.searchsorted(rows, rows)
        return rows, np.arange(len(rows)) - first, months

    def at(self, month: int) -> Rows:
        """Give the rows delivered for a month."""
        rows, versions, months = self.points
        told = months <= month
        last = np.zeros(len(self.start), np.int64)
        np.maximum.at(last, rows[told], versions[told])
        alive = np.flatnonzero((self.start <= month) & (month < self.end))
        return Rows(self.kind.name, alive, self.owners[alive], last[alive])

    def stretches(self, until: int) -> Iterator[tuple[Rows, Numbers, Numbers]]:
        """Give all versions told before the month `until`, with first month and month of the end.

        An end of `until` stands for none yet. Chunk by chunk.
        """
        rows, versions, months = (part[self.points[2] < until] for part in self.points)
        following = np.append(rows[1:], -1) == rows
        after = np.where(following, np.append(months[1:], 0), np.minimum(self.end[rows], until))
        for first in range(0, len(rows), CHUNK):
            part = slice(first, first + CHUNK)
            told = Rows(self.kind.name, rows[part], self.owners[rows[part]], versions[part])
            yield told, months[part], after[part]


def records(kind: Kind, count: int, months: int, persons: Callable[[Numbers], Numbers]) -> Lives:
    """Invent the records of a source: so many at first, some come and go every month.

    They belong to the persons that `persons` gives for their numbers.
    """
    chance = np.random.default_rng(crc32(kind.name.encode()))
    arrivals = np.full(months, round(count * ARRIVING))
    arrivals[0] = count
    start = np.repeat(np.arange(months), arrivals)
    end = start + chance.geometric(LEAVING, len(start))
    return Lives(kind, months, persons(np.arange(len(start))), start, end)


def belonging(kind: Kind, owners: Lives) -> Lives:
    """Invent rows that belong to others and go with them."""
    total = round(len(owners.start) * kind.each)
    owner = np.arange(total) % len(owners.start)
    start, end = owners.start[owner], owners.end[owner]
    if kind.later:
        chance = np.random.default_rng(crc32(kind.name.encode()))
        start = start + chance.integers(0, 24, total) * (np.arange(total) >= len(owners.start))
    return Lives(kind, owners.months, owner, start, np.maximum(end, start + 1))
