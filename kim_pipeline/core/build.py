"""Build the history analysts read: spells, persons and person months, written in two times."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from kim_pipeline.core.claims import lay_out_claims
from kim_pipeline.core.definitions import Definitions
from kim_pipeline.core.feeds import Feed
from kim_pipeline.core.person_months import person_months
from kim_pipeline.core.snapshot import Scope, lay_out
from kim_pipeline.core.temporary import KNOWN, found, keep, like, query_of
from kim_pipeline.errors import DeliveryError
from kim_pipeline.periods import format_month, next_month
from kim_pipeline.warehouse import deliveries
from kim_pipeline.warehouse.history import Difference
from kim_pipeline.warehouse.restatement import restate
from kim_pipeline.warehouse.schema import core
from kim_pipeline.warehouse.schema.base import FOREVER
from kim_pipeline.warehouse.schema.person_month import person_month
from kim_pipeline.warehouse.statements import run, statement

# In this order: each query of `core/spells` may read the temporary tables of those before it.
DERIVED = (
    "residence_spell",
    "benefit_spell",
    "employment_spell",
    "case_spell",
    "support_spell",
    "goal",
    "referral",
    "contact",
    "conference",
    "consent",
    "course_spell",
    "naturalisation_procedure",
    "person",
    "address_spell",
    "departure",
)
# These read what the sources say side by side; no person month does.
COMPARED = ("conflict", "conflict_count")


@dataclass(frozen=True)
class Knowledge:
    """What a month is built from: the month itself and the moment it was known."""

    month: date
    known_at: datetime


def knowledge_of(connection: sa.Connection, month: date) -> Knowledge:
    """Tell what is known about a month: its deliveries, all earlier ones, and its links.

    Raises DeliveryError when nothing was delivered up to that month.
    """
    known_at = deliveries.known_at(connection, month)
    if known_at is None:
        raise DeliveryError(
            f"Nothing was delivered up to {format_month(month)}; pull its sources first."
        )
    return Knowledge(month, known_at)


def build_spells(
    connection: sa.Connection,
    feeds: Sequence[Feed],
    knowledge: Knowledge,
    definitions: Definitions,
) -> dict[str, Difference]:
    """Restate persons, spells, facts and conflicts from what is known about months up to this one.

    Spells have one current state, so for a month before the newest one nothing is done. Must run
    in a transaction. Returns the rows opened and closed per table.
    """
    if knowledge.month != deliveries.newest_month(connection):
        return {}
    return restate_spells(connection, feeds, knowledge, definitions)


def restate_spells(
    connection: sa.Connection,
    feeds: Sequence[Feed],
    knowledge: Knowledge,
    definitions: Definitions,
    persons: Collection[str] | None = None,
) -> dict[str, Difference]:
    """Restate persons, spells, facts and conflicts, of everybody or of some persons alone.

    Counts over everybody stay as they are where only some persons are restated. Must run in a
    transaction. Returns the rows opened and closed per table.
    """
    derived = _derive(connection, feeds, knowledge, definitions, persons)
    lay_out_claims(connection)
    derived |= {name: _derived(connection, name) for name in COMPARED}
    tables = {name: core.HISTORIES[name] for name in derived}
    return {
        name: restate(connection, table, derived[name], knowledge.known_at, _within(table, persons))
        for name, table in tables.items()
        if persons is None or "person_id" in table.c
    }


def _within(table: sa.Table, persons: Collection[str] | None) -> list[sa.ColumnElement[bool]]:
    return [] if persons is None else [table.c.person_id.in_(persons)]


def build_person_month(
    connection: sa.Connection,
    feeds: Sequence[Feed],
    knowledge: Knowledge,
    definitions: Definitions,
    persons: Collection[str] | None = None,
) -> Difference:
    """Restate the rows of one month in `core.person_month`, of everybody or of some persons alone.

    Must run in a transaction. Returns the rows opened and closed.
    """
    _derive(connection, feeds, knowledge, definitions, persons)
    fresh = person_months(connection)
    ensure_partition(connection, knowledge.month)
    within = [person_month.c.month == knowledge.month, *_within(person_month, persons)]
    return restate(connection, person_month, fresh, knowledge.known_at, within)


def count_month(connection: sa.Connection, month: date) -> int:
    """Count the persons of a month, as known now."""
    held = (person_month.c.month == month, person_month.c.known_to == FOREVER)
    query = sa.select(sa.func.count()).where(*held)
    return int(connection.execute(query).scalar_one())


def _derive(
    connection: sa.Connection,
    feeds: Sequence[Feed],
    knowledge: Knowledge,
    definitions: Definitions,
    persons: Collection[str] | None,
) -> dict[str, sa.Table]:
    lay_out(connection, feeds, Scope(knowledge.month, knowledge.known_at, persons), definitions)
    return {name: _derived(connection, name) for name in DERIVED}


def _derived(connection: sa.Connection, name: str) -> sa.Table:
    table = core.HISTORIES[name]
    columns = like(table, [c.name for c in table.columns if c.name not in KNOWN])
    return keep(connection, f"kim_{name}", columns, found(query_of("spells", name), columns))


def ensure_partition(connection: sa.Connection, month: date) -> None:
    """Make the partition of `core.person_month` that holds a month, if it is not there yet."""
    name = f"person_month_{month:%Y_%m}"
    if sa.inspect(connection).has_table(name, schema="core"):
        return
    partition = statement(
        "CREATE TABLE core.{} PARTITION OF core.person_month_history "
        "FOR VALUES FROM ({first}) TO ({next})",
        name,
        first=month.isoformat(),
        next=next_month(month).isoformat(),
    )
    run(connection, partition)
