"""Measure a month: one pass over the person months counts every population in every breakdown.

Counts are exact here; protecting them is the business of `kim_pipeline.disclosure`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import product

import numpy as np
import pyarrow as pa
import sqlalchemy as sa
from numpy.typing import NDArray

from kim_pipeline.errors import DisclosureError
from kim_pipeline.indicators.aggregates import Aggregates, Row, plans
from kim_pipeline.indicators.cells import Cell, CellKey
from kim_pipeline.indicators.exact import statistic
from kim_pipeline.indicators.indicator import TOWN, Breakdown, Indicator
from kim_pipeline.indicators.labels import Labels
from kim_pipeline.indicators.quantities import over_of, value_of
from kim_pipeline.periods import format_month
from kim_pipeline.warehouse.load import copy_table
from kim_pipeline.warehouse.schema.base import UUID
from kim_pipeline.warehouse.schema.meta import town
from kim_pipeline.warehouse.schema.person_month import person_month

RecordKeys = Callable[[Sequence[str]], NDArray[np.uint64]]
Results = dict[Breakdown, dict[tuple[str, ...], Row]]


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


# Noise keys live in the session that measures and are gone with its transaction.
_KEYS = sa.Table(
    "kim_cell_record_key",
    sa.MetaData(),
    sa.Column("person_id", UUID, primary_key=True),
    sa.Column("cell_record_key", sa.BigInteger, nullable=False),
    prefixes=["TEMPORARY"],
    postgresql_on_commit="DROP",
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
    Kreis, count in the totals only. Must run inside a transaction. Raises
    DisclosureError when the month is empty or a dimension holds a value nobody declared.
    """
    towns, persons = _towns_and_persons(connection, state)
    _store_keys(connection, persons, record_keys)
    queries = {b: query for query in plans(indicators) for b in query.breakdowns}
    results: Results = {}
    for query in dict.fromkeys(queries.values()):
        results |= _count(connection, query, state)
    _KEYS.drop(connection)
    values = {TOWN: list(towns)} | {d: list(v) for d, v in labels.values.items() if d != TOWN}
    _refuse_undeclared(results, values)
    return [
        _cell(indicator, breakdown, labelled, results[breakdown], queries[breakdown])
        for indicator in indicators
        for breakdown in indicator.breakdowns
        for labelled in product(*(values[d] for d in _names(breakdown)))
    ]


def _towns_and_persons(
    connection: sa.Connection, state: State
) -> tuple[Sequence[str], Sequence[str]]:
    towns = connection.scalars(sa.select(town.c.town_ags).order_by(town.c.town_ags)).all()
    # As text from the server: a uuid object for each person costs more than the query.
    ids = sa.cast(person_month.c.person_id, sa.Text)
    persons = connection.scalars(sa.select(ids).where(*state.conditions())).all()
    if not persons or not towns:
        raise DisclosureError(
            f"core.person_month has {len(persons)} rows for {format_month(state.month)}, meta.town "
            f"{len(towns)}; build the month first."
        )
    return towns, persons


def _names(breakdown: Breakdown) -> tuple[str, ...]:
    return (TOWN, *breakdown.dimensions) if breakdown.by_town else breakdown.dimensions


def _store_keys(connection: sa.Connection, persons: Sequence[str], record_keys: RecordKeys) -> None:
    _KEYS.create(connection)
    keys = record_keys(persons).view(np.int64)  # bigint is signed; the sum mod 2**64 is the same
    rows = pa.table([pa.array(persons), pa.array(keys)], names=[c.name for c in _KEYS.columns])
    copy_table(connection, _KEYS, rows)
    connection.execute(sa.text("ANALYZE kim_cell_record_key"))


def _count(connection: sa.Connection, aggregates: Aggregates, state: State) -> Results:
    names = sorted({n for b in aggregates.breakdowns for n in _names(b)})
    columns = {n: person_month.c["town_ags" if n == TOWN else n] for n in names}
    sets = [sa.tuple_(*(columns[n] for n in _names(b))) for b in aggregates.breakdowns]
    query = (
        sa.select(
            sa.func.grouping(*columns.values()).label("absent") if names else sa.literal(0),
            *columns.values(),
            *aggregates.expressions(_KEYS.c.cell_record_key),
        )
        .select_from(person_month.join(_KEYS, person_month.c.person_id == _KEYS.c.person_id))
        .where(*state.conditions(), aggregates.anybody())
        .group_by(sa.func.grouping_sets(*sets))
    )
    by_mask = {_mask(names, _names(b)): b for b in aggregates.breakdowns}
    results: Results = {b: {} for b in aggregates.breakdowns}
    for absent, *content in connection.execute(query):
        breakdown = by_mask[absent]
        labelled = dict(zip(names, content[: len(names)], strict=True))
        row_labels = tuple(labelled[n] for n in _names(breakdown))
        results[breakdown][row_labels] = content[len(names) :]
    return results


def _mask(names: Sequence[str], present: Sequence[str]) -> int:
    """Give the value of GROUPING(): one bit per column, the first the highest, 1 = not grouped."""
    return sum(1 << i for i, n in enumerate(reversed(names)) if n not in present)


def _refuse_undeclared(results: Results, values: dict[str, list[str]]) -> None:
    for breakdown, rows in results.items():
        for position, name in enumerate(_names(breakdown)):
            if name == TOWN:  # persons who live elsewhere are normal
                continue
            undeclared = {r[position] for r in rows} - {None} - set(values[name])
            if undeclared:
                raise DisclosureError(
                    f"core.person_month holds {len(undeclared)} values of {name} that are not "
                    "declared in labels.yaml; declare them before publishing."
                )


def _cell(
    indicator: Indicator,
    breakdown: Breakdown,
    labelled: tuple[str, ...],
    rows: dict[tuple[str, ...], Row],
    aggregates: Aggregates,
) -> Cell:
    by_name = dict(zip(_names(breakdown), labelled, strict=True))
    row = rows.get(labelled)
    pairs = [(d, by_name[d]) for d in breakdown.dimensions] + [("", "")] * 2
    key = CellKey(indicator.id, breakdown.name, by_name.get(TOWN, ""), *pairs[0], *pairs[1])
    denominator = aggregates.tally(indicator.denominator, row)
    quantity = aggregates.quantity(value_of(indicator), row)
    over = aggregates.total(over_of(indicator), row)
    return Cell(
        key=key,
        numerator=aggregates.tally(indicator.numerator, row),
        denominator=denominator,
        statistic=statistic(indicator, denominator, quantity, over),
        quantity=quantity,
        over=over,
        structural=any(by_name.get(d) in zeros for d, zeros in indicator.structural_zeros.items()),
    )
