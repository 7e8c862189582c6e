"""The aggregates the catalogue needs of the warehouse, each asked for once, and their places."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from kim_pipeline.indicators.cells import EMPTY, WORD, Tally
from kim_pipeline.indicators.conditions import Population, clause
from kim_pipeline.indicators.indicator import FRACTIONS, Breakdown, Indicator
from kim_pipeline.warehouse.schema.person_month import person_month

Row = Sequence[Any]


@dataclass(frozen=True)
class Statistic:
    """A percentile of one column over the members of a population that have a value."""

    population: Population
    column: str
    fraction: float


@dataclass(frozen=True)
class Aggregates:
    """Populations and statistics in the order of the query's columns, two columns for each."""

    populations: tuple[Population, ...]
    statistics: tuple[Statistic, ...]
    breakdowns: tuple[Breakdown, ...]

    def expressions(self, key: sa.ColumnElement[int]) -> list[sa.ColumnElement[Any]]:
        """Give the query's aggregate columns: count and key sum, percentile and distinct values.

        PostgreSQL adds bigints as numeric, so the key sum is exact.
        """
        columns: list[sa.ColumnElement[Any]] = []
        for population in self.populations:
            who = clause(population)
            columns += [sa.func.count().filter(who), sa.func.sum(key).filter(who)]
        for statistic in self.statistics:
            value = person_month.c[statistic.column]
            who = clause(statistic.population)
            percentile = sa.func.percentile_disc(statistic.fraction).within_group(value)
            columns += [percentile.filter(who), sa.func.count(value.distinct()).filter(who)]
        return [column.label(f"aggregate_{i}") for i, column in enumerate(columns)]

    def tally(self, population: Population | None, row: Row | None) -> Tally | None:
        """Read a population's count from a row of the result; no row means nobody."""
        if population is None:
            return None
        if row is None:
            return EMPTY
        at = 2 * self.populations.index(population)
        return Tally(int(row[at]), int(row[at + 1] or 0) % WORD)

    def statistic(self, indicator: Indicator, row: Row | None) -> tuple[float | None, int]:
        """Read an indicator's percentile and its number of distinct values from a row."""
        wanted = _statistic(indicator)
        if wanted is None or row is None:
            return None, 0
        at = 2 * (len(self.populations) + self.statistics.index(wanted))
        return None if row[at] is None else float(row[at]), int(row[at + 1])


def plan(indicators: Sequence[Indicator]) -> Aggregates:
    """Collect what the indicators need, without repetition, in a stable order."""
    populations = [p for i in indicators for p in (i.numerator, i.denominator) if p is not None]
    statistics = [s for i in indicators if (s := _statistic(i)) is not None]
    breakdowns = [b for i in indicators for b in i.breakdowns]
    return Aggregates(
        tuple(dict.fromkeys(populations)),
        tuple(dict.fromkeys(statistics)),
        tuple(dict.fromkeys(breakdowns)),
    )


def _statistic(indicator: Indicator) -> Statistic | None:
    if indicator.value is None or indicator.denominator is None:
        return None
    return Statistic(indicator.denominator, indicator.value, FRACTIONS[indicator.kind])
