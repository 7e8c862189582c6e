"""Rules around the noise: when ratios and medians may be shown, when a group gives itself away.

Plain functions of counts; what they decide on is kept by the ladder and the ledger.
"""

from collections.abc import Sequence

SMALLEST_BASE = 30
FINE_BASE = 100
COARSE_STEP = 5
DAY_CLASS = 5
LEAST_DISTINCT = 3
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


def class_of_days(days: float, uniform: int) -> float:
    """Round days to a class of 5, up or down by a keyed draw of mean zero.

    `uniform` is the 63-bit integer of the cell: the same persons give the same class for ever,
    and a class border tells nothing about one person.
    """
    lower = int(days // DAY_CLASS) * DAY_CLASS
    up = uniform < (days - lower) / DAY_CLASS * UNIFORM_RANGE
    return float(lower + DAY_CLASS * up)


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
