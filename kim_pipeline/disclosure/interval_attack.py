"""The interval attack: between which numbers must a count lie, given everything published?

Two linear programs per count (HiGHS) answer it. Most counts need none of their own: any two counts
an attacker cannot tell apart prove an interval as wide as their distance, and one program for many
counts at once finds such pairs.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from kim_pipeline.disclosure.margins import Floats, Margins
from kim_pipeline.errors import DisclosureError

LARGEST_ATTACKED = 10
_ROUNDS = 8
_HAIR = 1e-6


@dataclass(frozen=True)
class Interval:
    """Whole numbers between which a count must lie; at least as wide unless it is exact."""

    at: int
    low: int
    high: int
    exact: bool

    @property
    def width(self) -> int:
        """Distance of its ends; 0 gives the count away."""
        return self.high - self.low


def targets_of(margins: Margins) -> NDArray[np.intp]:
    """Choose the counts worth attacking: exact values of 1 to 10, shown or not."""
    return np.flatnonzero((margins.true >= 1) & (margins.true <= LARGEST_ATTACKED))


def attack_intervals(
    margins: Margins, targets: Sequence[int] | NDArray[np.intp], enough: float = np.inf
) -> list[Interval]:
    """Bound each target; those whose interval is `enough` wide are not bounded to the end."""
    at = np.asarray(targets, np.intp)
    low, high = margins.true[at].copy(), margins.true[at].copy()
    if np.isfinite(enough):
        _widen_together(margins, at, (low, high), enough)
    exact = high - low < enough
    for i in np.flatnonzero(exact):
        low[i] = np.ceil(_extreme(margins, at[i], 1)[at[i]] - _HAIR)
        high[i] = np.floor(_extreme(margins, at[i], -1)[at[i]] + _HAIR)
    return [
        Interval(int(a), int(one), int(other), bool(e))
        for a, one, other, e in zip(at, low, high, exact, strict=True)
    ]


def _widen_together(
    margins: Margins, at: NDArray[np.intp], ends: tuple[Floats, Floats], enough: float
) -> None:
    low, high = ends
    chance = np.random.default_rng(1)
    for _ in range(_ROUNDS):
        narrow = high - low < enough
        if not narrow.any():
            return
        cost = np.zeros(len(margins.places))
        cost[at[narrow]] = chance.choice((-1.0, 1.0), int(narrow.sum()))
        for sign in (1, -1):
            found = _solve(margins, sign * cost)[at]
            np.minimum(low, np.ceil(found - _HAIR), out=low)
            np.maximum(high, np.floor(found + _HAIR), out=high)


def _extreme(margins: Margins, at: int, sign: int) -> Floats:
    cost = np.zeros(len(margins.places))
    cost[at] = sign
    return _solve(margins, cost)


def _solve(margins: Margins, cost: Floats) -> Floats:
    """Minimise over all counts that fit what is published; the exact ones always do."""
    # Only counts that nothing bounds can grow for ever; nobody is asked about them.
    high = np.minimum(margins.high, max(margins.true.max(), 1) * 10)
    rules = LinearConstraint(margins.sums, -margins.short, margins.over)
    result = milp(cost, constraints=rules, bounds=Bounds(margins.low, high))
    if result.x is None:
        raise DisclosureError("The attack on a release has no solution; its counts contradict.")
    return np.asarray(result.x, float)
