"""Kaplan-Meier: how long it takes until an event, when some have not had it yet.

Source: Kaplan and Meier, "Nonparametric estimation from incomplete observations", Journal of the
American Statistical Association 53 (1958).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Survival:
    """Exact curve of a group in short: its median, and how many events of how many times made it.

    The median is None while more than half have not had the event.
    """

    median: int | None
    events: int
    distinct: int


def survival(times: Iterable[tuple[int, bool]]) -> Survival:
    """Estimate from (time, ended) of each person; who has not ended leaves after the events.

    The median is the first time at which no more than half are left. Shares are compared as whole
    numbers, so that no rounding of a machine decides.
    """
    ends: Counter[int] = Counter()
    leavers: Counter[int] = Counter()
    for time, ended in times:
        (ends if ended else leavers)[time] += 1
    at_risk = ends.total() + leavers.total()
    left, whole, median = 1, 1, None
    for time in sorted({*ends, *leavers}):
        left, whole = left * (at_risk - ends[time]), whole * at_risk
        if median is None and 2 * left <= whole:
            median = time
        at_risk -= ends[time] + leavers[time]
    return Survival(median, ends.total(), len(ends))
