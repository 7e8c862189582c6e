"""How often two sources contradict each other about a person known to both, for readers.

Measured and protected like indicators, but no indicators of the catalogue: they go to
`published.conflict_rate`. What analysts see in `quality.conflict_rate` is exact, and counts only
persons of whom both sources say something.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import combinations, product

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from kim_pipeline.disclosure.ledger import Entry, read_entries
from kim_pipeline.disclosure.protect import PUBLISHED
from kim_pipeline.disclosure.published_tables import replace_rows
from kim_pipeline.disclosure.served_tally import ServedTally
from kim_pipeline.indicators.cells import WORD, Cell, CellKey, Tally
from kim_pipeline.indicators.conditions import PRESENCE, Condition, Population, parse_population
from kim_pipeline.indicators.indicator import TOTAL, Breakdown, Indicator
from kim_pipeline.indicators.measure import State
from kim_pipeline.warehouse.schema.conflicts import COMPARED, conflict
from kim_pipeline.warehouse.schema.person_month import person_month
from kim_pipeline.warehouse.schema.published import conflict_rate

_PREFIX = "conflict:"
_FIGURES = ("numerator", "denominator", "value", "status", "release")
RecordKeys = Callable[[Sequence[str]], NDArray[np.uint64]]
# Attribute and two sources, these in the order of their names.
Compared = tuple[str, str, str]


def conflict_rates(sources: Iterable[str]) -> tuple[Indicator, ...]:
    """List the rates: one per attribute and pair of sources, whether or not they ever disagreed."""
    pairs = combinations(sorted(sources), 2)
    return tuple(_rate((attribute, *pair)) for pair, attribute in product(pairs, COMPARED))


def conflict_id(compared: Compared) -> str:
    """Name a rate in the ledger."""
    return _PREFIX + ":".join(compared)


def _compared(indicator_id: str) -> Compared:
    attribute, source, other = indicator_id.removeprefix(_PREFIX).split(":")
    return attribute, source, other


def _rate(compared: Compared) -> Indicator:
    name = conflict_id(compared)
    known = parse_population(name, {PRESENCE + source: True for source in compared[1:]})
    # No column of a person month: these are counted here, from the contradictions themselves.
    disagreed: Population = (Condition("conflict", "any_of", compared), *known)
    return Indicator(
        id=name,
        name_de=name,
        name_en=name,
        definition_de=name,
        definition_en=name,
        kind="share",
        unit="percent",
        baustein=(),
        sources=compared[1:],
        linked=True,
        numerator=disagreed,
        denominator=known,
        breakdowns=(Breakdown(False, ()),),
    )


def conflict_cells(
    connection: sa.Connection, state: State, rates: Sequence[Indicator], record_keys: RecordKeys
) -> list[Cell]:
    """Count the rates of a month: persons whom both sources know, and those they disagree on.

    Contradictions are kept as the newest month knows them. An older month that is published again
    keeps what was published of them, and has no rates if nothing was.
    """
    known = _known_twice(connection, state)
    keys = dict(zip(known, map(int, record_keys(list(known))), strict=True)) if known else {}
    both = {
        rate.id: {person for person, sources in known.items() if set(rate.sources) <= sources}
        for rate in rates
    }
    if not _is_newest(connection, state):
        return _kept(both, read_entries(connection, state.month), keys)
    disagreed = _disagreed(connection, state)
    return [
        Cell(
            CellKey(name, TOTAL),
            _tally(persons & disagreed.get(_compared(name), set()), keys),
            _tally(persons, keys),
        )
        for name, persons in both.items()
    ]


def _kept(
    both: Mapping[str, Iterable[str]],
    released: Mapping[CellKey, Entry],
    keys: Mapping[str, int],
) -> list[Cell]:
    """Put published contradictions over the persons known twice, who are counted elsewhere too.

    Where more were published than there are persons now, nothing is shown any more.
    """
    cells = []
    for name, persons in both.items():
        key, known = CellKey(name, TOTAL), _tally(persons, keys)
        entry = released.get(key)
        if entry is None or entry.status != PUBLISHED:
            continue
        shown, true = entry.numerator or 0, entry.true_numerator or 0
        told = ServedTally(true, 0, shown, true) if true <= known.count else None
        cells.append(Cell(key, told, known))
    return cells


def _is_newest(connection: sa.Connection, state: State) -> bool:
    month, known_from = person_month.c.month, person_month.c.known_from
    later = sa.exists().where(month > state.month, known_from <= state.known_at)
    return not connection.scalar(sa.select(later))


def _tally(persons: Iterable[str], keys: Mapping[str, int]) -> Tally:
    found = [keys[person] for person in persons]
    return Tally(len(found), sum(found) % WORD)


def _known_twice(connection: sa.Connection, state: State) -> dict[str, frozenset[str]]:
    sources = person_month.c.in_sources
    query = sa.select(sa.cast(person_month.c.person_id, sa.Text), sources).where(
        *state.conditions(), sa.func.cardinality(sources) > 1
    )
    return {person: frozenset(named) for person, named in connection.execute(query)}


def _disagreed(connection: sa.Connection, state: State) -> dict[Compared, set[str]]:
    c = conflict.c
    query = sa.select(c.attribute, c.source, c.other_source, sa.cast(c.person_id, sa.Text)).where(
        c.known_from <= state.known_at, c.known_to > state.known_at
    )
    found: dict[Compared, set[str]] = {}
    for attribute, source, other, person in connection.execute(query):
        first, second = sorted((source, other))
        found.setdefault((attribute, first, second), set()).add(person)
    return found


def write_conflict_rates(
    connection: sa.Connection, month: date, shown: Mapping[CellKey, Entry]
) -> None:
    """Replace the month's rows of `published.conflict_rate` by what the ledger holds."""
    rows = []
    for key, entry in sorted(shown.items()):
        if key.indicator_id.startswith(_PREFIX):
            attribute, source, other = _compared(key.indicator_id)
            figures = {n: getattr(entry, n) for n in _FIGURES}
            place = {"attribute": attribute, "source": source, "other_source": other}
            rows.append({"month": month, **place, **figures})
    replace_rows(connection, conflict_rate, conflict_rate.c.month == month, rows)
