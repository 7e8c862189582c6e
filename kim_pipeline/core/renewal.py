"""Spells and person months brought up to date: what cannot have changed is not built again.

Since the build that stands in the warehouse something was learnt of some persons; the others come
out as they are. Everybody is built where there is no such build, or where its basis changed.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from kim_pipeline.core.basis import Beginnings, basis, beginnings
from kim_pipeline.core.build import (
    Knowledge,
    build_person_month,
    derive_spells,
    ensure_partition,
    write_spells,
)
from kim_pipeline.core.definitions import Definitions
from kim_pipeline.core.feeds import Feed
from kim_pipeline.core.marks import Mark, mark_month, mark_spells, month_mark, spells_mark
from kim_pipeline.core.touched import several_sources, touched_persons
from kim_pipeline.warehouse import deliveries
from kim_pipeline.warehouse.history import Difference
from kim_pipeline.warehouse.schema import core
from kim_pipeline.warehouse.schema.base import FOREVER
from kim_pipeline.warehouse.schema.person_month import person_month

Way = tuple[sa.Connection, Sequence[Feed], Knowledge, Definitions]
# From this share of all persons on, finding the rows of some takes longer than reading all.
MANY = 0.5


def renew_spells(
    connection: sa.Connection,
    feeds: Sequence[Feed],
    knowledge: Knowledge,
    definitions: Definitions,
) -> dict[str, Difference]:
    """Bring persons, spells, facts and conflicts to what is known up to a month.

    Spells have one current state, so for a month before the newest one nothing is done. Must run
    in a transaction. Returns the rows opened and closed per table.
    """
    if knowledge.month != deliveries.newest_month(connection):
        return {}
    way = (connection, feeds, knowledge, definitions)
    began = beginnings(connection, feeds, knowledge)
    mark = Mark(knowledge, basis(connection, feeds, definitions, knowledge, began))
    stands = _stands(connection, "person")
    persons = _persons(way, spells_mark(connection), began) if stands else None
    if persons is not None:
        # Contradictions are counted over all persons who are known to several sources.
        persons = _few(connection, persons | several_sources(connection))
    derived = derive_spells(*way, persons)
    changes = write_spells(connection, derived, knowledge.known_at, persons)
    mark_spells(connection, mark)
    return changes


def renew_month(
    connection: sa.Connection,
    feeds: Sequence[Feed],
    knowledge: Knowledge,
    definitions: Definitions,
) -> Difference:
    """Bring the rows of one month in `core.person_month` to what is known of it.

    Must run in a transaction. Returns the rows opened and closed.
    """
    way = (connection, feeds, knowledge, definitions)
    ensure_partition(connection, knowledge.month)
    began = beginnings(connection, feeds, knowledge)
    mark = Mark(knowledge, basis(connection, feeds, definitions, knowledge, began))
    stands = _stands(connection, "person_month", person_month.c.month == knowledge.month)
    persons = _persons(way, month_mark(connection, knowledge.month), began) if stands else None
    if persons is not None:
        persons = _few(connection, persons)
    if persons is not None and not persons:
        # The mark of the build before stays: it tells the same.
        return Difference(0, 0)
    change = build_person_month(*way, persons)
    mark_month(connection, mark)
    return change


def _persons(way: Way, built: Mark | None, began: Beginnings) -> frozenset[str] | None:
    """List whom to build since a build; None stands for everybody.

    A source that began earlier than was known then changes the sum, and with it the build of all.
    """
    connection, feeds, knowledge, definitions = way
    if built is None:
        return None
    before = built.knowledge
    if knowledge.month < before.month or knowledge.known_at < before.known_at:
        return None
    if built.basis != basis(connection, feeds, definitions, before, began):
        return None
    if knowledge == before:
        return frozenset()
    return touched_persons(connection, feeds, before, knowledge)


def _stands(connection: sa.Connection, name: str, *which: sa.ColumnElement[bool]) -> bool:
    """Tell whether there is any row: a mark outlives what was emptied by hand."""
    table = core.HISTORIES[name]
    query = sa.select(sa.literal(1)).select_from(table).where(*which).limit(1)
    return connection.execute(query).first() is not None


def _few(connection: sa.Connection, persons: frozenset[str]) -> frozenset[str] | None:
    """Give the persons back if they are few among all."""
    person = core.HISTORIES["person"]
    count = sa.select(sa.func.count()).select_from(person).where(person.c.known_to == FOREVER)
    everybody = connection.execute(count).scalar_one()
    return persons if len(persons) < MANY * everybody else None
