"""From the weight of a pair to its odds: the share of false pairs among all, at every weight.

The share falls with the weight (isotonic regression). Where false pairs are too few to be counted
the log-odds go on with the slope of the weight itself, one bit per bit.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kim_pipeline.linkage.pairs import Floats, Ints

LOWEST, HIGHEST = -10, 40
SURELY_FALSE = -4
COUNTABLE = 5.0
TILT = 1e-3
# A curve that wants to rise by more than this says that the weights mislead.
MOST_BENT, FEWEST = 0.15, 30
BINS = HIGHEST - LOWEST


@dataclass(frozen=True)
class Curve:
    """Log2 odds at the middle of every bin of one bit."""

    at: Floats
    bits: Floats

    def read(self, weight: Floats) -> Floats:
        """Give the log2 odds of pairs with these weights, strictly rising."""
        inside = np.interp(weight, self.at, self.bits)
        low, high = self.at[0], self.at[-1]
        outside = np.minimum(weight - low, 0) + np.maximum(weight - high, 0)
        return np.asarray(inside + outside + TILT * weight, dtype=np.float64)


@dataclass(frozen=True)
class Judgement:
    """How the pairs of two sources are judged by themselves.

    excess: float64 (g,), false pairs of a nationality group for each that the curve expects.
    monotone: whether the counted shares fell by themselves, as far as they can be told apart.
    """

    curve: Curve
    excess: Floats
    monotone: bool

    def bits(self, weight: Floats, groups: npt.NDArray[np.integer[Any]]) -> Floats:
        """Give the log2 odds of pairs with these weights and groups."""
        return np.asarray(self.curve.read(weight) - np.log2(self.excess)[groups])


def bins(weight: Floats) -> Ints:
    """Give the bin of each weight; the last bins hold all beyond."""
    whole = np.floor(np.clip(weight, LOWEST, HIGHEST - 1)).astype(np.int64) - LOWEST
    return np.asarray(whole, dtype=np.int64)


def falling(values: Floats, weights: Floats) -> Floats:
    """Fit the closest non-increasing sequence (pool adjacent violators; Ayer et al. 1955)."""
    means: list[float] = []
    sizes: list[float] = []
    lengths: list[int] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        means.append(value)
        sizes.append(weight)
        lengths.append(1)
        while len(means) > 1 and means[-2] < means[-1]:
            size = sizes[-2] + sizes[-1]
            mean = (means[-2] * sizes[-2] + means[-1] * sizes[-1]) / size if size else means[-2]
            means[-2:], sizes[-2:] = [mean], [size]
            lengths[-2:] = [lengths[-2] + lengths[-1]]
    return np.repeat(np.array(means), lengths)


def falls(false: Floats, seen: Floats) -> bool:
    """Tell whether the share of false pairs falls with the weight, small and random steps aside."""
    share = false / np.maximum(seen, 1)
    judged = (seen >= FEWEST) & (np.arange(BINS) + LOWEST >= SURELY_FALSE)
    bent = np.abs(falling(share, seen) - share)
    return bool((bent <= MOST_BENT + 3 * 0.5 / np.sqrt(np.maximum(seen, 1)))[judged].all())


def curve(false: Floats, seen: Floats) -> Curve:
    """Fit the curve of one pair of sources to false and seen pairs per bin, float64 (BINS,)."""
    share = np.clip((false + 0.25) / (seen + 0.5), 1e-6, 1 - 1e-6)
    share = falling(share, seen + 0.5)
    log_odds = np.log2(1 - share) - np.log2(share)
    middle = LOWEST + np.arange(BINS) + 0.5
    rest = np.cumsum(false[::-1])[::-1]
    last = int(np.flatnonzero(rest >= COUNTABLE).max(initial=0))
    first = int(np.searchsorted(middle, SURELY_FALSE))
    log_odds[last:] = log_odds[last] + (middle[last:] - middle[last])
    if last > first:
        log_odds[:first] = log_odds[first] + (middle[:first] - middle[first])
    return Curve(np.asarray(middle, dtype=np.float64), np.asarray(log_odds, dtype=np.float64))
