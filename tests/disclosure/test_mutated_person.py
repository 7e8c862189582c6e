"""What happens to one person moves no published figure, and undone it leaves no trace (T30)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from disclosure.publishing import KEYS, RELEASED, everything, publish, restate, rows
from indicators.person_months import KNOWN, TOWNS, invent, person, store

from kim_pipeline.disclosure.release_chain import verify_releases
from kim_pipeline.warehouse.schema import audit

People = list[dict[str, Any]]
PEOPLE = invent(300, seed=9)


def _erase(people: People) -> People:
    return people[1:]


def _move(people: People) -> People:
    there = next(town for town in TOWNS if town != people[0]["town_ags"])
    return [people[0] | {"town_ags": there}, *people[1:]]


def _merge(people: People) -> People:
    """Two are one, who is known to the sources of both; the second id ends."""
    first, second, *others = people
    sources = sorted({*first["in_sources"], *second["in_sources"]})
    return [first | {"in_sources": sources}, *others]


def _split(people: People) -> People:
    return [*people, people[0] | {"person_id": person(10_001)["person_id"]}]


MUTATIONS: dict[str, Callable[[People], People]] = {
    "erase": _erase,
    "move": _move,
    "merge": _merge,
    "split": _split,
}


def _publish_anew(engine: sa.Engine, people: People) -> str:
    """Publish as if nothing had been published before."""
    with engine.begin() as connection:
        for table in RELEASED:
            connection.execute(sa.delete(table))
    restate(engine, people)
    publish(engine)
    return everything(engine)


def test_a_mutation_leaves_ledger_and_figures_as_they_are_and_reversed_the_noise(
    warehouse: sa.Engine,
) -> None:
    store(warehouse, PEOPLE)
    publish(warehouse)
    before, ledger = everything(warehouse), rows(warehouse, audit.cell_ledger)
    for day, (name, mutate) in enumerate(MUTATIONS.items(), start=1):
        restate(warehouse, mutate(PEOPLE))
        counts = publish(warehouse, KNOWN + timedelta(days=day))
        assert (counts.added, counts.revised) == (0, 0), name
        assert rows(warehouse, audit.cell_ledger) == ledger, name
    with warehouse.begin() as connection:
        assert verify_releases(connection, KEYS.audit) == 1
    assert _publish_anew(warehouse, _split(PEOPLE)) != before
    assert _publish_anew(warehouse, PEOPLE) == before
