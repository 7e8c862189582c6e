"""The pairs of every two sources as one field of competition, and the group of each pair."""

from dataclasses import dataclass

import numpy as np

from kim_pipeline.linkage.calibration.census import Census
from kim_pipeline.linkage.calibration.sides import Side, side
from kim_pipeline.linkage.pairs import Ints, ScoredPairs

UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class Field:
    """All pairs of two sources (or of one with itself).

    sources: numbers of the sources, ascending. rows: int64 (n,), rows of the pairs, ascending.
    left, right: the rows by record of either side (inside a source of no use).
    """

    sources: tuple[int, int]
    rows: Ints
    left: Side
    right: Side

    @property
    def within(self) -> bool:
        """Tell whether both records come from one source."""
        return self.sources[0] == self.sources[1]


@dataclass(frozen=True)
class Index:
    """Finds the row of a pair by its positions; keys are int64 (n,), ascending."""

    keys: Ints
    size: int

    def find(self, left: Ints, right: Ints) -> Ints:
        """Give the row of each pair of positions (left < right), -1 where it is no candidate."""
        if not len(self.keys):
            return np.full(left.shape, -1, dtype=np.int64)
        wanted = left * self.size + right
        at = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        return np.where(self.keys[at] == wanted, at, -1)


def index(records: Census, pairs: ScoredPairs) -> Index:
    """Make the index of pairs that are ordered by their positions."""
    return Index(pairs.l * records.size + pairs.r, records.size)


def fields(records: Census, pairs: ScoredPairs) -> tuple[Field, ...]:
    """Divide the pairs by their two sources; every pair lies in exactly one field."""
    codes = records.source_codes
    count = len(records.sources)
    kinds = (codes[pairs.l] * count + codes[pairs.r]).astype(np.int16)
    found = []
    for kind in np.unique(kinds).tolist():
        rows = np.flatnonzero(kinds == kind)
        sources = divmod(int(kind), count)
        found.append(Field(sources, rows, side(pairs.l[rows]), side(pairs.r[rows])))
    return tuple(found)


def pair_groups(records: Census, left: Ints, right: Ints) -> Ints:
    """Give each pair the nationality group of its first record, or of the second if unknown."""
    codes = records.group_codes
    unknown = records.groups.index(UNKNOWN) if UNKNOWN in records.groups else -1
    first = codes[left]
    return np.where(first == unknown, codes[right], first).astype(np.int64)
