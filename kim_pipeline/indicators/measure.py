"""Measure a month: one pass over the person months counts every population in every breakdown.

Counts are exact here; protecting them is the business of `kim_pipeline.disclosure`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import product, repeat

import sqlalchemy as sa

from kim_pipeline.errors import DisclosureError
from kim_pipeline.indicators.aggregates import Aggregates, Values, names_of, questions_of
from kim_pipeline.indicators.cells import Cell, CellKey, Total
from kim_pipeline.indicators.exact import statistic
from kim_pipeline.indicators.indicator import TOWN, Breakdown, Indicator
from kim_pipeline.indicators.labels import Labels
from kim_pipeline.indicators.people import RecordKeys, read_people
from kim_pipeline.indicators.quantities import over_of, value_of
from kim_pipeline.periods import format_month
from kim_pipeline.warehouse.schema.meta import town
from kim_pipeline.warehouse.schema.person_month import person_month


@dataclass(frozen=True)
class State:
    """A month as it was known at a moment."""

    month: date
    known_at: datetime

    def conditions(self) -> tuple[sa.ColumnElement[bool], ...]:
        """Select the rows of `core.person_month_history` that were held to be true."""
        return (
            person_month.c.month == self.month,
            person_month.c.known_from <= self.known_at,
            person_month.c.known_to > self.known_at,
        )


def measure(
    connection: sa.Connection,
    state: State,
    indicators: Sequence[Indicator],
    labels: Labels,
    record_keys: RecordKeys,
) -> list[Cell]:
    """Count all cells of all indicators in a state of knowledge.

    `record_keys` gives the 64-bit noise key of each person id. Every cell of the full cross of
    declared values appears, observed zeros too; persons without a value, or who live outside the
    Kreis, count in the totals only. Nothing is written. Raises DisclosureError when the month is
    empty or a dimension holds a value nobody declared.
    """
    towns = connection.scalars(sa.select(town.c.town_ags).order_by(town.c.town_ags)).all()
    values = {d: list(v) for d, v in labels.values.items()} | {TOWN: list(towns)}
    asked = questions_of(indicators, values)
    people = read_people(connection, state.conditions(), asked, record_keys)
    if people is None or not towns:
        raise DisclosureError(
            f"core.person_month has {0 if people is None else len(people.keys)} rows for "
            f"{format_month(state.month)}, meta.town {len(towns)}; build the month first."
        )
    aggregates = Aggregates(people, values)
    return [
        cell
        for indicator in indicators
        for breakdown in indicator.breakdowns
        for cell in _table(indicator, breakdown, values, aggregates)
    ]


def _table(
    indicator: Indicator, breakdown: Breakdown, values: Values, aggregates: Aggregates
) -> Iterator[Cell]:
    value, over = value_of(indicator), over_of(indicator)
    above, below = indicator.numerator, indicator.denominator
    columns = zip(
        _keys(indicator, breakdown, values),
        repeat(None) if above is None else aggregates.tallies(above, breakdown),
        repeat(None) if below is None else aggregates.tallies(below, breakdown),
        repeat(aggregates.strata(indicator))
        if value is None
        else aggregates.made(value, breakdown),
        repeat(None) if over is None else aggregates.made(over, breakdown),
        strict=False,  # what an indicator has not is repeated without end
    )
    for key, numerator, denominator, quantity, divisor in columns:
        total = divisor if isinstance(divisor, Total) else None
        made = statistic(indicator, denominator, quantity, total)
        structural = any(key.value_of(d) in z for d, z in indicator.structural_zeros.items())
        yield Cell(key, numerator, denominator, made, quantity, total, structural)


def _keys(indicator: Indicator, breakdown: Breakdown, values: Values) -> Iterator[CellKey]:
    names = names_of(breakdown)
    for labelled in product(*(values[name] for name in names)):
        by_name = dict(zip(names, labelled, strict=True))
        pairs = [(d, by_name[d]) for d in breakdown.dimensions] + [("", "")] * 2
        yield CellKey(indicator.id, breakdown.name, by_name.get(TOWN, ""), *pairs[0], *pairs[1])
