"""What is made of the values of persons: of whom, of which columns, and how from their values."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from kim_pipeline.indicators.cells import Percentile, Total
from kim_pipeline.indicators.conditions import Condition, Population
from kim_pipeline.indicators.indicator import Indicator
from kim_pipeline.indicators.kinds import FRACTIONS
from kim_pipeline.indicators.questions import known
from kim_pipeline.indicators.survival import Survival, survival


@dataclass(frozen=True)
class Valued:
    """Some persons in the order of their values (int64), with their noise keys.

    `ended` tells whether an event ended the time that is their value, where that is asked.
    """

    values: NDArray[np.int64]
    keys: NDArray[np.uint64]
    ended: NDArray[np.bool_] | None = None

    def part(self, first: int, last: int) -> "Valued":
        """Give those from the first place up to before the last."""
        ended = None if self.ended is None else self.ended[first:last]
        return Valued(self.values[first:last], self.keys[first:last], ended)

    @property
    def distinct(self) -> int:
        """Count the different values."""
        return int(np.count_nonzero(np.diff(self.values))) + bool(len(self.values))


@dataclass(frozen=True)
class PercentileOf:
    """A percentile of one column over the members of a population that have a value."""

    population: Population
    column: str
    fraction: float

    cap: ClassVar[None] = None
    event: ClassVar[None] = None

    @property
    def who(self) -> Population:
        """Give the population whose values count."""
        return (*self.population, known(self.column))

    def read(self, persons: Valued) -> Percentile:
        """Take the first value that is not below the fraction, as PostgreSQL's percentile_disc."""
        count = len(persons.values)
        if not count:
            return Percentile(None, 0)
        place = max(int(np.ceil(self.fraction * count)), 1)
        return Percentile(float(persons.values[place - 1]), persons.distinct)


@dataclass(frozen=True)
class TotalOf:
    """The sum of one column over a population, each value clipped to 0 and a cap."""

    population: Population
    column: str
    cap: int

    event: ClassVar[None] = None

    @property
    def who(self) -> Population:
        """Give the population whose values count."""
        return self.population

    def read(self, persons: Valued) -> Total:
        """Give sum, the largest two, number of distinct values, and the sum of keys times values.

        A person's key counts as often as its value: who gives more gives other noise.
        """
        second, first = (0, 0, *persons.values[-2:].tolist())[-2:]
        # Sums of uint64 are sums mod 2**64.
        key = (persons.keys * persons.values.astype(np.uint64)).sum(dtype=np.uint64)
        return Total(int(persons.values.sum()), first, second, persons.distinct, int(key))


@dataclass(frozen=True)
class SurvivalOf:
    """The time in one column until the event of another, over a population."""

    population: Population
    column: str
    event: Condition

    cap: ClassVar[None] = None

    @property
    def who(self) -> Population:
        """Give the population whose values count."""
        return self.population

    def read(self, persons: Valued) -> Survival:
        """Estimate from the times of those who had the event, and of those who had not."""
        ended = () if persons.ended is None else persons.ended.tolist()
        return survival(zip(persons.values.tolist(), ended, strict=True))


Quantity = PercentileOf | TotalOf | SurvivalOf


def value_of(indicator: Indicator) -> Quantity | None:
    """Give what is made of an indicator's value, if it is made of values."""
    numerator, denominator = indicator.numerator or (), indicator.denominator or ()
    formula = indicator.formula
    if formula.value is None:
        return None
    if indicator.kind in FRACTIONS:
        return PercentileOf(denominator, formula.value, FRACTIONS[indicator.kind])
    if formula.event is not None:
        return SurvivalOf(denominator, formula.value, Condition(formula.event, "is", True))
    population = denominator if formula.over is None else numerator
    return TotalOf(population, formula.value, formula.cap or 0)


def over_of(indicator: Indicator) -> TotalOf | None:
    """Give what divides the sum of a quotient."""
    formula = indicator.formula
    if formula.over is None:
        return None
    return TotalOf(indicator.denominator or (), formula.over, formula.over_cap or 0)
