"""The reconstruction attack: the counts that fit all published values best, by least squares.

Noise averages out where many values speak of the same persons: in sums and their parts, and over
the months of a year if little changed. Bounded least squares (trust region) per town.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import lsq_linear
from scipy.sparse import diags_array, vstack

from kim_pipeline.disclosure.margins import Floats, Margins
from kim_pipeline.disclosure.seen_counts import Place
from kim_pipeline.indicators.indicator import TOWN

LARGEST_JUDGED = 5
# As far as noise reaches: one hidden count missed by thousands must not outweigh all that is found.
_LARGEST_MISS = 7.0
# Sums hold exactly, published values within noise: a sum weighs as much as a thousand of them.
_SUM_WEIGHT = 30.0
_OPEN = 1e9
_TOLERANCE = 1e-4
# Unknowns from which on the iterative solver is the faster one.
_SPARSE_FROM = 150


@dataclass(frozen=True)
class Reconstructed:
    """What the attack made of small counts: `sizes` tells how many are 1, 2, 3, 4 and 5.

    `exact` is the number it found exactly, `error` the sum of its errors in persons, none above 7.
    """

    sizes: tuple[int, ...] = (0,) * LARGEST_JUDGED
    exact: int = 0
    error: float = 0.0

    def __add__(self, other: "Reconstructed") -> "Reconstructed":
        sizes = tuple(a + b for a, b in zip(self.sizes, other.sizes, strict=True))
        return Reconstructed(sizes, self.exact + other.exact, self.error + other.error)

    @property
    def counts(self) -> int:
        """Number of small counts that were looked for."""
        return sum(self.sizes)

    @property
    def guessed_share(self) -> float:
        """Share that always saying the commonest count would find: what needs no attack."""
        return max(self.sizes) / max(self.counts, 1)

    @property
    def exact_share(self) -> float:
        """Share of the small counts that were found exactly."""
        return self.exact / max(self.counts, 1)

    @property
    def mean_error(self) -> float:
        """Mean distance from the exact count."""
        return self.error / max(self.counts, 1)


def reconstruct(margins: Margins, earlier: Mapping[Place, Sequence[float]]) -> Reconstructed:
    """Attack the small counts of a population, town by town.

    `earlier` holds what was published of the same places in earlier months; the attacker takes
    every count for unchanged.
    """
    found = Reconstructed()
    towns = [dict(place).get(TOWN, "") for place in margins.places]
    for town in sorted(set(towns)):
        at = np.array([i for i, t in enumerate(towns) if t == town])
        small = (margins.true[at] >= 1) & (margins.true[at] <= LARGEST_JUDGED)
        if small.any():
            estimate = _fit(margins, at, earlier)
            found += _judge(estimate[small], margins.true[at][small])
    return found


def _judge(estimate: Floats, true: Floats) -> Reconstructed:
    sizes = np.bincount(true.astype(np.int64), minlength=LARGEST_JUDGED + 1)[1:]
    exact = int((np.rint(estimate) == true).sum())
    missed = np.minimum(np.abs(estimate - true), _LARGEST_MISS)
    return Reconstructed(tuple(sizes.tolist()), exact, float(missed.sum()))


def _fit(
    margins: Margins, at: NDArray[np.intp], earlier: Mapping[Place, Sequence[float]]
) -> Floats:
    shown, weight = _observed(margins, at, earlier)
    seen = weight > 0
    held = np.isfinite(margins.short)
    sums, slack = margins.sums[held], margins.short[held]
    inside = np.isin(sums.indices, at)
    whole = np.array(
        [inside[a:b].all() for a, b in zip(sums.indptr, sums.indptr[1:], strict=False)], bool
    )
    # A sum that holds but for changes of up to 4 in n counts misses by about 2 times the root of n.
    strength = np.where(slack > 0, 1 / np.sqrt(np.maximum(slack, 1)), _SUM_WEIGHT)[whole]
    ties = diags_array(strength) @ sums[whole][:, at]
    sparse = vstack([diags_array(weight).tocsr()[seen], ties]).tocsr()
    rows = sparse.toarray() if len(at) < _SPARSE_FROM else sparse
    values = np.concatenate([(weight * shown)[seen], np.zeros(ties.shape[0])])
    low = margins.low[at]
    high = np.maximum(np.minimum(margins.high[at], _OPEN), low + 1e-6)
    fitted: Floats = lsq_linear(rows, values, bounds=(low, high), tol=_TOLERANCE).x
    return fitted


def _observed(
    margins: Margins, at: NDArray[np.intp], earlier: Mapping[Place, Sequence[float]]
) -> tuple[Floats, Floats]:
    """Give the mean of all that was published of each place, and the root of its number."""
    shown, weight = np.zeros(len(at)), np.zeros(len(at))
    for n, i in enumerate(at):
        now = [] if np.isnan(margins.shown[i]) else [float(margins.shown[i])]
        values = [*now, *earlier.get(margins.places[i], ())]
        if values:
            shown[n], weight[n] = np.mean(values), np.sqrt(len(values))
    return shown, weight
