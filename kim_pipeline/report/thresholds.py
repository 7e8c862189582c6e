"""From which distance two published figures differ, by how their kind was protected.

Noise is told apart from rounding: an extreme that was picked among many has more noise to beat, but
no more rounding. Where readers cannot know the noise of a kind, the coarsest is taken.
"""

from dataclasses import dataclass
from math import inf, sqrt

from kim_pipeline.disclosure.rules import (
    COARSE_STEP,
    FINE_BASE,
    FINEST_BASE,
    MEAN_STEPS,
    MOST_ERROR,
    RATIO_STEPS,
    RECOGNISABLE,
    SMALLEST_BASE,
    TIME_CLASSES,
)
from kim_pipeline.report.figures import Cell

# How many times the mean the largest giver of a sum may give: readers cannot know it.
_LARGEST_GIVER = 5
_WHOLES = {"percent": 100.0, "per_1000": 1000.0, "months": 12.0}
# A duration made of two counts: the smaller count rules, and moves it in proportion.
_LEAST_MONTHS, _LEAST_PART = 3.0, 0.15
_UP_TO_TEN, _OF_MANY = 1.6, 1.85
_PAIR, _TEN = 2, 10


@dataclass(frozen=True)
class Threshold:
    """What a distance must reach, in the unit of the figures: for rounding and for noise."""

    rounding: float
    noise: float

    def least(self, firmness: float) -> float:
        """Give the distance from which two figures differ."""
        return max(self.rounding, firmness * self.noise)


def firmness_among(figures: int) -> float:
    """Give how much more noise the extremes of so many figures must beat than two given figures.

    Highest and lowest of 10 figures without any difference lie 4.47 standard deviations apart in
    one of 20 cases, two figures 2.77: 1.6 times as far; of 20 figures 5.01, of 25 5.17. Source:
    Tukey's studentised range, Miller, "Simultaneous Statistical Inference" (1981), table of q.
    """
    if figures <= _PAIR:
        return 1.0
    return _UP_TO_TEN if figures <= _TEN else _OF_MANY


def threshold(unit: str, kind: str, one: Cell, other: Cell) -> Threshold:
    """Give the threshold of two published figures; an unknown kind is told by their counts."""
    if unit in {"persons", "persons_per_post"}:
        return Threshold(0.0, RECOGNISABLE)
    if kind == "mean":
        return _of_means(unit, one, other)
    if kind == "quotient":
        return _of_quotients(unit, one, other)
    if unit == "days" or None in (one.numerator, other.numerator):
        return _of_times(unit) if unit in TIME_CLASSES else _without_counts(unit)
    if kind == "rate" or unit != "percent":
        return _of_rates(unit, one, other)
    base = _base(one, other)
    step = 1 if base >= FINE_BASE else COARSE_STEP
    return Threshold(step, 100 * RECOGNISABLE / base if base else inf)


def _of_times(unit: str) -> Threshold:
    """Times go up or down to their class by a keyed draw: one class apart may be rounding."""
    return Threshold(2 * TIME_CLASSES[unit], 0.0)


def _without_counts(unit: str) -> Threshold:
    """Take the noise of the smallest base: that of a standardised share is not published."""
    whole = _WHOLES.get(unit, 100.0)
    return Threshold(RATIO_STEPS["percent"][0] * whole / 100, whole * RECOGNISABLE / SMALLEST_BASE)


def _of_rates(unit: str, one: Cell, other: Cell) -> Threshold:
    """Both counts have noise, and a rate may exceed its whole."""
    noise = max(_noise_of_rate(unit, one), _noise_of_rate(unit, other))
    if unit == "months":
        highest = max(one.value or 0.0, other.value or 0.0)
        return Threshold(max(_LEAST_MONTHS, _LEAST_PART * highest), noise)
    return Threshold(2 * _step(unit, _base(one, other)), noise)


def _noise_of_rate(unit: str, cell: Cell) -> float:
    if not cell.denominator:
        return inf
    counted = cell.numerator or 0
    # A rate is t x numerator / denominator: one person more is value / numerator, whatever t.
    person = (cell.value or 0.0) / counted if counted > 0 else _WHOLES[unit] / cell.denominator
    return RECOGNISABLE * person * sqrt(1 + (counted / cell.denominator) ** 2)


def _of_quotients(unit: str, one: Cell, other: Cell) -> Threshold:
    """Every person of noise counts as much as the largest giver."""
    base = _base(one, other)
    highest = max(one.value or 0.0, other.value or 0.0)
    rounding = max(RATIO_STEPS[unit][0], 2 * _step(unit, base))
    if unit == "months":
        rounding = max(_LEAST_MONTHS, _LEAST_PART * highest)
    parts = RECOGNISABLE * _LARGEST_GIVER / base if base else inf
    return Threshold(rounding, parts * max(_WHOLES[unit], highest))


def _of_means(unit: str, one: Cell, other: Cell) -> Threshold:
    """The error is a part of the largest giver, divided by all."""
    base = _base(one, other)
    largest = _LARGEST_GIVER * max(one.value or 0.0, other.value or 0.0)
    return Threshold(2 * MEAN_STEPS[unit], 2 * MOST_ERROR * largest / base if base else inf)


def _step(unit: str, base: int) -> float:
    coarse, fine, finest = RATIO_STEPS[unit]
    return coarse if base < FINE_BASE else fine if base < FINEST_BASE else finest


def _base(one: Cell, other: Cell) -> int:
    return min(one.denominator or 0, other.denominator or 0)
