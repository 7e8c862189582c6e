"""Rules around the noise: when ratios and medians may be shown, when a group gives itself away.

Plain functions of counts; what they decide on is kept by the ladder and the ledger.
"""

from collections.abc import Sequence

SMALLEST_BASE = 30
FINE_BASE = 100
COARSE_STEP = 5
FINEST_BASE = 3000
DAY_CLASS = 5
MONTH_CLASS = 3
TIME_CLASSES = {"days": DAY_CLASS, "months": MONTH_CLASS}
MEAN_STEPS = {"days": 5.0, "months": 1.0}
# Steps below 100 persons, below 3,000, and from there.
RATIO_STEPS = {"percent": (5.0, 1.0, 0.1), "months": (1.0, 0.5, 0.1), "per_1000": (50.0, 10.0, 1.0)}
LEAST_DISTINCT = 3
LEAST_MEAN_BASE = 10
LEAST_EVENTS = 10
REST_SHARE = 0.1
LEAST_ERROR, MOST_ERROR = 0.1, 0.4
RECOGNISABLE = 5
GROUP_SIZE = 5
GROUP_SHARE = 0.95
UNIFORM_RANGE = 2**63


def share_percent(numerator: int, denominator: int) -> float | None:
    """Give a share in percent from protected counts, or None when its base is too small.

    Clipped to 0-100; steps of 5 points below a denominator of 100, whole percent from there.
    """
    if denominator < SMALLEST_BASE:
        return None
    percent = 100 * min(max(numerator / denominator, 0.0), 1.0)
    step = COARSE_STEP if denominator < FINE_BASE else 1
    return float(step * int(percent / step + 0.5))


def rounded_ratio(ratio: float, persons: int, unit: str) -> float | None:
    """Round a quotient of protected numbers by its protected base, or None when that is too small.

    Tenths of a percent begin at 3,000 persons: there the noise is less than half a tenth.
    """
    if persons < SMALLEST_BASE:
        return None
    coarse, fine, finest = RATIO_STEPS[unit]
    step = coarse if persons < FINE_BASE else fine if persons < FINEST_BASE else finest
    return to_step(max(ratio, 0.0), step)


def rounded_mean(mean: float, unit: str) -> float:
    """Round a mean that already has its noise: days to 5, months to 1."""
    return to_step(mean, MEAN_STEPS[unit])


def to_step(value: float, step: float) -> float:
    """Round a number that is not negative to a multiple of a step, halves up."""
    return round(step * int(value / step + 0.5), 6)


def class_of(time: float, unit: str, uniform: int) -> float:
    """Round a time to its class, 5 days or 3 months, up or down by a keyed draw of mean zero.

    `uniform` is the 63-bit integer of the cell: the same persons give the same class for ever,
    and a class border tells nothing about one person.
    """
    step = TIME_CLASSES[unit]
    lower = int(time // step) * step
    up = uniform < (time - lower) / step * UNIFORM_RANGE
    return float(lower + step * up)


def error_of_sum(largest: float, uniform: int) -> float:
    """Give the error of a sum: 10 to 40 % of its largest part, up or down by a keyed draw.

    Who knows all other parts still misses the largest by at least a tenth.
    """
    part = (uniform >> 1) / (UNIFORM_RANGE >> 1)
    size = (LEAST_ERROR + (MOST_ERROR - LEAST_ERROR) * part) * largest
    return size if uniform & 1 else -size


def dominates(total: float, largest: float, second: float) -> bool:
    """Tell whether the second largest giver could work out the largest within 10 % (p % rule)."""
    return total - largest - second < REST_SHARE * largest


def has_mean_base(*counts: int) -> bool:
    """Tell whether a mean rests on enough persons, by true and by protected count."""
    return min(counts) >= LEAST_MEAN_BASE


def has_base(*counts: int) -> bool:
    """Tell whether a ratio or median rests on enough persons, by true and by protected count."""
    return min(counts) >= SMALLEST_BASE


def tells_of_members(largest: int, total: int) -> bool:
    """Tell whether a category holds so much of a group that belonging to the group gives it away.

    True when one member could infer the category of all others (all but one share it), or when
    it holds more than 95 % of at least 5 persons. An empty group tells nothing.
    """
    if total < 1:
        return False
    return largest >= total - 1 or (total >= GROUP_SIZE and largest > GROUP_SHARE * total)


def discloses_group(counts: Sequence[int]) -> bool:
    """Tell whether a row of true counts, one per category, gives away its members' category."""
    return tells_of_members(max(counts, default=0), sum(counts))


def is_recognisable(before: int, after: int) -> bool:
    """Tell whether the change between two protected counts is more than noise.

    The difference of two has a standard deviation of 2.45; below 5 readers are told that no
    change can be recognised.
    """
    return abs(after - before) >= RECOGNISABLE
