"""Likely duplicates inside the sources, for looking up and for excusing rivals."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kim_pipeline.linkage.calibration.exclusivity import Excuses
from kim_pipeline.linkage.pairs import Flags, Floats, Ints

LEAST = 0.05


@dataclass(frozen=True)
class Twins:
    """Likely duplicates in both directions, sorted by record and twin; `size` records in all."""

    record: Ints
    twin: Ints
    chance: Floats
    size: int

    @cached_property
    def keys(self) -> Ints:
        """Give one number per listed pair, ascending."""
        return self.record * self.size + self.twin

    @cached_property
    def listed(self) -> Flags:
        """Tell of every record whether it has a likely duplicate."""
        flags = np.zeros(self.size, dtype=np.bool_)
        flags[self.record] = True
        return flags

    def chance_of(self, one: Ints, other: Ints) -> Floats:
        """Give the chance that two records are one person, 0 for pairs that are not listed."""
        found = np.zeros(len(one))
        rows = np.flatnonzero(self.listed[one] & self.listed[other])
        if len(rows):
            wanted = one[rows] * self.size + other[rows]
            at = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
            found[rows] = np.where(self.keys[at] == wanted, self.chance[at], 0.0)
        return found

    def excuses(self, record: Ints, partner: Ints) -> Excuses:
        """List, for rows (record, partner), the rows of the same record with a duplicate."""
        rows = np.flatnonzero(self.listed[partner])
        keys = record[rows] * self.size + partner[rows]
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        starts = np.searchsorted(self.record, partner[rows], side="left")
        counts = np.searchsorted(self.record, partner[rows], side="right") - starts
        row = np.repeat(np.arange(len(rows)), counts)
        at = np.repeat(starts - (np.cumsum(counts) - counts), counts) + np.arange(len(row))
        wanted = record[rows][row] * self.size + self.twin[at]
        place = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
        met = keys[place] == wanted if len(keys) else np.zeros(0, dtype=np.bool_)
        return Excuses(rows[row[met]], rows[order[place[met]]], self.chance[at[met]])


def twins(left: Ints, right: Ints, chance: Floats, size: int) -> Twins:
    """Keep the likely duplicates among pairs inside sources."""
    likely = chance >= LEAST
    one, other = left[likely], right[likely]
    record, twin = np.concatenate([one, other]), np.concatenate([other, one])
    order = np.lexsort((twin, record))
    return Twins(record[order], twin[order], np.tile(chance[likely], 2)[order], size)
