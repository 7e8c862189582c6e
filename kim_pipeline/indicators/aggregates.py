"""The aggregates the catalogue needs of the warehouse, each asked for once, and their places."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from kim_pipeline.indicators.cells import EMPTY, WORD, Percentile, Tally, Total
from kim_pipeline.indicators.conditions import Population, clause
from kim_pipeline.indicators.indicator import Breakdown, Indicator
from kim_pipeline.indicators.quantities import Quantity, TotalOf, over_of, value_of
from kim_pipeline.indicators.survival import Survival

Row = Sequence[Any]
_FEW = 8


@dataclass(frozen=True)
class Aggregates:
    """Populations and quantities in the order of the query's columns."""

    populations: tuple[Population, ...]
    quantities: tuple[Quantity, ...]
    breakdowns: tuple[Breakdown, ...]

    def expressions(self, key: sa.ColumnElement[int]) -> list[sa.ColumnElement[Any]]:
        """Give the query's aggregate columns: count and key sum, then those of the quantities.

        PostgreSQL adds bigints as numeric, so the key sum is exact.
        """
        columns: list[sa.ColumnElement[Any]] = []
        for population in self.populations:
            who = clause(population)
            columns += [sa.func.count().filter(who), sa.func.sum(key).filter(who)]
        for quantity in self.quantities:
            columns += quantity.columns(key)
        return [column.label(f"aggregate_{i}") for i, column in enumerate(columns)]

    def anybody(self) -> sa.ColumnElement[bool]:
        """Select who is counted at all, where few populations make that quick to tell."""
        if len(self.populations) > _FEW:
            return sa.true()
        return sa.or_(*(clause(population) for population in self.populations))

    def tally(self, population: Population | None, row: Row | None) -> Tally | None:
        """Read a population's count from a row of the result; no row means nobody."""
        if population is None:
            return None
        if row is None:
            return EMPTY
        at = self._tally_places[population]
        return Tally(int(row[at]), int(row[at + 1] or 0) % WORD)

    def quantity(
        self, quantity: Quantity | None, row: Row | None
    ) -> Percentile | Total | Survival | None:
        """Read a quantity from a row of the result; no row means nobody."""
        if quantity is None or row is None:
            return None
        first, last = self._quantity_places[quantity]
        return quantity.read(row[first:last])

    def total(self, quantity: TotalOf | None, row: Row | None) -> Total | None:
        """Read a sum from a row of the result; no row means nobody."""
        found = self.quantity(quantity, row)
        return found if isinstance(found, Total) else None

    @cached_property
    def _tally_places(self) -> dict[Population, int]:
        return {population: 2 * at for at, population in enumerate(self.populations)}

    @cached_property
    def _quantity_places(self) -> dict[Quantity, tuple[int, int]]:
        places, at = {}, 2 * len(self.populations)
        for quantity in self.quantities:
            width = len(quantity.columns(sa.literal(0)))
            places[quantity] = (at, at + width)
            at += width
        return places


def plans(indicators: Sequence[Indicator]) -> list[Aggregates]:
    """Collect what the indicators need, in queries by the dimensions of their tables.

    Nearly all indicators have a total and towns, few another table; in one query for all, every
    aggregate would be made for every table.
    """
    by_dimensions: dict[tuple[str, ...], list[Breakdown]] = {}
    for breakdown in dict.fromkeys(b for i in indicators for b in i.breakdowns):
        by_dimensions.setdefault(breakdown.dimensions, []).append(breakdown)
    return [_plan(indicators, breakdowns) for breakdowns in by_dimensions.values()]


def _plan(indicators: Sequence[Indicator], breakdowns: Sequence[Breakdown]) -> Aggregates:
    """Collect what tables need of the indicators that have them, in a stable order."""
    having = [i for i in indicators if not set(breakdowns).isdisjoint(i.breakdowns)]
    populations = [p for i in having for p in (i.numerator, i.denominator) if p is not None]
    quantities = [q for i in having for q in (value_of(i), over_of(i)) if q is not None]
    return Aggregates(
        tuple(dict.fromkeys(populations)), tuple(dict.fromkeys(quantities)), tuple(breakdowns)
    )
