"""Pairs as rows of a regression: levels, levels met together, and the frequency of shared tokens.

Pairs with equal levels share one row of a sparse matrix; only frequencies are held per pair.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
from scipy import sparse

from kim_pipeline.linkage.calibration.rescoring import Design, Fit
from kim_pipeline.linkage.comparisons import COMPARISONS
from kim_pipeline.linkage.pairs import Floats, Ints, ScoredPairs

MOST_FREQUENCY = 12.0
MOST_WEIGHT = 60.0
NAMES = tuple(comparison.name for comparison in COMPARISONS)
SIZES = tuple(len(comparison.levels) + 1 for comparison in COMPARISONS)


@dataclass(frozen=True)
class Features:
    """The levels of n pairs.

    shapes: float64 (u, k) sparse 0/1, one row per distinct vector. of: int32 (n,), the row of each
    pair. columns: int64 (k,), which of all possible columns these are, ascending.
    """

    pairs: ScoredPairs
    shapes: sparse.csr_array
    of: npt.NDArray[np.int32]
    columns: Ints

    def again(self, pairs: ScoredPairs) -> "Features":
        """Describe other pairs by the same columns; what these do not know says nothing."""
        rows, of = _distinct(pairs.levels)
        return Features(pairs, _matrix(_columns(rows), self.columns), of, self.columns)

    def design(self, rows: Ints, weight: Floats | None = None) -> Design:
        """Make the regression's rows of some pairs, with the weight so far (bits) if given."""
        columns = [_frequency(self.pairs, at, rows) for at in self._numbers]
        if weight is not None:
            columns.append(_tens(weight[rows]))
        return Design(self.shapes, self.of[rows].astype(np.int64), np.column_stack(columns))

    def bits(self, fit: Fit, rows: Ints, weight: Floats | None = None) -> Floats:
        """Give the log2 odds of some pairs under a fit, rounded so that equal pairs tie."""
        found = (self.shapes @ fit.shapes)[self.of[rows]]
        for at, slope in zip(self._numbers, fit.numbers, strict=False):
            found += slope * _frequency(self.pairs, at, rows)
        if weight is not None:
            found += fit.numbers[-1] * _tens(weight[rows])
        return np.asarray(np.round(found / np.log(2), 6), dtype=np.float64)

    @property
    def _numbers(self) -> list[int]:
        return [at for at, c in enumerate(COMPARISONS) if any(x.frequency for x in c.levels)]


def features(pairs: ScoredPairs) -> Features:
    """Describe pairs by all that occurs among them."""
    rows, of = _distinct(pairs.levels)
    columns = _columns(rows)
    used = np.unique(columns)
    return Features(pairs, _matrix(columns, used), of, used)


def _distinct(levels: npt.NDArray[np.int8]) -> tuple[Ints, npt.NDArray[np.int32]]:
    """Give the distinct level vectors (u, c), counted from 0, and which is each pair's."""
    code = np.zeros(len(levels), dtype=np.int64)
    for at, size in enumerate(SIZES):
        code = code * size + (levels[:, at].astype(np.int64) + 1)
    found, of = np.unique(code, return_inverse=True)
    columns = []
    for size in reversed(SIZES):
        found, level = np.divmod(found, size)
        columns.append(level)
    return np.column_stack(columns[::-1]), of.astype(np.int32)


def _columns(rows: Ints) -> Ints:
    """Name the columns of each vector: the constant, each level, each two levels of two fields."""
    parts, width = [np.zeros(len(rows), dtype=np.int64)], 1
    for at, size in enumerate(SIZES):
        parts.append(width + rows[:, at])
        width += size
    for a, b in combinations(range(len(SIZES)), 2):
        parts.append(width + rows[:, a] * SIZES[b] + rows[:, b])
        width += SIZES[a] * SIZES[b]
    return np.column_stack(parts)


def _matrix(columns: Ints, used: Ints) -> sparse.csr_array:
    flat = columns.ravel()
    place = np.minimum(np.searchsorted(used, flat), len(used) - 1)
    known = used[place] == flat
    row = np.repeat(np.arange(len(columns)), columns.shape[1])
    ones = np.ones(int(known.sum()))
    return sparse.csr_array((ones, (row[known], place[known])), shape=(len(columns), len(used)))


def _frequency(pairs: ScoredPairs, at: int, rows: Ints) -> Floats:
    bits = np.clip(pairs.frequency[rows, at], -MOST_FREQUENCY, MOST_FREQUENCY)
    return np.asarray(bits, dtype=np.float64)


def _tens(weight: Floats) -> Floats:
    return np.asarray(np.clip(weight, -MOST_WEIGHT, MOST_WEIGHT) / 10, dtype=np.float64)
