"""Direct standardisation: a share as it would be if two groups were made up alike.

Each stratum's share counts as much as the stratum has persons in both groups together. Strata in
which one of them has nobody cannot be compared, and are left out for both.

Source: Fleiss, Levin and Paik, "Statistical Methods for Rates and Proportions" (2003), chapter 19.
"""

from collections.abc import Iterable
from math import sqrt
from typing import NamedTuple

from kim_pipeline.indicators.cells import Strata


class Counts(NamedTuple):
    """Persons of one stratum: counted, in the group, in the group it is compared with."""

    counted: int
    group: int
    compared: int

    @property
    def both(self) -> int:
        """Give the persons of both groups."""
        return self.group + self.compared


def exact_counts(strata: Strata) -> list[Counts]:
    """Read the exact counts of strata."""
    return [Counts(s.numerator.count, s.denominator.count, s.compared.count) for s in strata.strata]


def standardised_share(strata: Iterable[Counts]) -> float | None:
    """Give the share, 0 to 1, over the strata that have both groups; None if none has."""
    parts = [s for s in strata if s.group > 0 and s.compared > 0]
    weight = sum(s.both for s in parts)
    if not weight:
        return None
    return sum(s.both * min(max(s.counted / s.group, 0.0), 1.0) for s in parts) / weight


def noise_base(strata: Iterable[Counts]) -> float:
    """Give the number of persons whose plain share would have as much noise as this one.

    Every count has noise of one variance whatever its size, so that shares of strata of `group`
    persons with weights w add up to a variance of w² / group².
    """
    parts = [s for s in strata if s.group > 0 and s.compared > 0]
    weight = sum(s.both for s in parts)
    spread = sqrt(sum((s.both / s.group) ** 2 for s in parts))
    return weight / spread if spread else 0.0
