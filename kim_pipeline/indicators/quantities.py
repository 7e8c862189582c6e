"""What is aggregated of the values of persons, as columns of a query, and what is read from them.

Each quantity gives its columns for `kim_pipeline.indicators.aggregates` and reads its own results.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from kim_pipeline.indicators.cells import WORD, Percentile, Total
from kim_pipeline.indicators.conditions import Population, clause
from kim_pipeline.indicators.indicator import Indicator
from kim_pipeline.indicators.kinds import FRACTIONS
from kim_pipeline.indicators.survival import Survival, survival
from kim_pipeline.warehouse.schema.person_month import person_month

Columns = list[sa.ColumnElement[Any]]


@dataclass(frozen=True)
class PercentileOf:
    """A percentile of one column over the members of a population that have a value."""

    population: Population
    column: str
    fraction: float

    def columns(self, _key: sa.ColumnElement[int]) -> Columns:
        """Give the percentile and the number of distinct values."""
        value, who = person_month.c[self.column], clause(self.population)
        percentile = sa.func.percentile_disc(self.fraction).within_group(value)
        return [percentile.filter(who), sa.func.count(value.distinct()).filter(who)]

    def read(self, found: Sequence[Any]) -> Percentile:
        """Read the results of the columns."""
        value, distinct = found
        return Percentile(None if value is None else float(value), int(distinct))


@dataclass(frozen=True)
class TotalOf:
    """The sum of one column over a population, each value clipped to 0 and a cap."""

    population: Population
    column: str
    cap: int

    def columns(self, key: sa.ColumnElement[int]) -> Columns:
        """Give sum, the largest two, number of distinct values, and the sum of keys times values.

        A person's key counts as often as its value: who gives more gives other noise.
        """
        who = clause(self.population)
        value = sa.func.least(sa.func.greatest(person_month.c[self.column], 0), self.cap)
        descending = sa.dialects.postgresql.aggregate_order_by(value, value.desc())
        largest = sa.func.array_agg(
            descending, type_=sa.dialects.postgresql.ARRAY(sa.Integer)
        ).filter(who)
        others = sa.func.count().filter(who) - 2
        return [
            sa.func.sum(value).filter(who),
            sa.func.trim_array(largest, sa.cast(sa.func.greatest(others, 0), sa.Integer)),
            sa.func.count(value.distinct()).filter(who),
            sa.func.sum(sa.cast(key, sa.Numeric) * value).filter(who),
        ]

    def read(self, found: Sequence[Any]) -> Total:
        """Read the results of the columns."""
        total, largest, distinct, key = found
        first, second = [*list(largest or ()), 0, 0][:2]
        return Total(int(total or 0), int(first), int(second), int(distinct), int(key or 0) % WORD)


@dataclass(frozen=True)
class SurvivalOf:
    """The time in one column until the event of another, over a population."""

    population: Population
    column: str
    event: str

    def columns(self, _key: sa.ColumnElement[int]) -> Columns:
        """Give the times of those who had the event, and of those who had not."""
        who, ended = clause(self.population), person_month.c[self.event]
        times = sa.func.array_agg(
            person_month.c[self.column], type_=sa.dialects.postgresql.ARRAY(sa.Integer)
        )
        return [times.filter(who, ended), times.filter(who, sa.not_(ended))]

    def read(self, found: Sequence[Any]) -> Survival:
        """Read the results of the columns."""
        ended, waiting = found
        times = [(time, True) for time in ended or ()]
        return survival(times + [(time, False) for time in waiting or ()])


Quantity = PercentileOf | TotalOf | SurvivalOf


def value_of(indicator: Indicator) -> Quantity | None:
    """Give what is aggregated of an indicator's value, if it is made of values."""
    numerator, denominator = indicator.numerator or (), indicator.denominator or ()
    formula = indicator.formula
    if formula.value is None:
        return None
    if indicator.kind in FRACTIONS:
        return PercentileOf(denominator, formula.value, FRACTIONS[indicator.kind])
    if formula.event is not None:
        return SurvivalOf(denominator, formula.value, formula.event)
    population = denominator if formula.over is None else numerator
    return TotalOf(population, formula.value, formula.cap or 0)


def over_of(indicator: Indicator) -> TotalOf | None:
    """Give what divides the sum of a quotient."""
    formula = indicator.formula
    if formula.over is None:
        return None
    return TotalOf(indicator.denominator or (), formula.over, formula.over_cap or 0)
