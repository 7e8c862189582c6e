"""Build the history analysts read: spells, persons and person months, written in two times."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from kim_pipeline.core.claims import lay_out_claims
from kim_pipeline.core.definitions import Definitions
from kim_pipeline.core.feeds import Feed
from kim_pipeline.core.person_months import person_months
from kim_pipeline.core.scope import Scope, among
from kim_pipeline.core.snapshot import lay_out
from kim_pipeline.core.temporary import KNOWN, found, keep, like, query_of, without_nested_loops
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
    derived = derive_spells(connection, feeds, knowledge, definitions, persons)
    if persons is not None:
        derived = {n: rows for n, rows in derived.items() if "person_id" in rows.c}
    return write_spells(connection, derived, knowledge.known_at, persons)


def write_spells(
    connection: sa.Connection,
    derived: Mapping[str, sa.Table],
    known_at: datetime,
    persons: Collection[str] | None,
) -> dict[str, Difference]:
    """Write what was derived, of everybody or of some persons alone; counts are written whole."""
    tables = {name: core.HISTORIES[name] for name in derived}
    return {
        name: restate(connection, table, derived[name], known_at, _within(table, persons))
        for name, table in tables.items()
    }


def derive_spells(
    connection: sa.Connection,
    feeds: Sequence[Feed],
    knowledge: Knowledge,
    definitions: Definitions,
    persons: Collection[str] | None,
) -> dict[str, sa.Table]:
    """Lay out spells, facts and conflicts by name, in temporary tables; nothing is written."""
    scope = Scope(knowledge.month, knowledge.known_at, persons)
    derived = _derive(connection, feeds, scope, definitions)
    with without_nested_loops(connection):
        lay_out_claims(connection)
        return derived | {name: _derived(connection, name) for name in COMPARED}


def _within(table: sa.Table, persons: Collection[str] | None) -> list[sa.ColumnElement[bool]]:
    return [] if persons is None or "person_id" not in table.c else [among(table.c.person_id)]


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
    # Of the towns of a month only moves during a case are asked for.
    scope = Scope(knowledge.month, knowledge.known_at, persons, every_town=False)
    _derive(connection, feeds, scope, definitions)
    with without_nested_loops(connection):
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
    connection: sa.Connection, feeds: Sequence[Feed], scope: Scope, definitions: Definitions
) -> dict[str, sa.Table]:
    with without_nested_loops(connection):
        lay_out(connection, feeds, scope, definitions)
        return {name: _derived(connection, name) for name in DERIVED}


def _derived(connection: sa.Connection, name: str) -> sa.Table:
    table = core.HISTORIES[name]
    columns = like(table, [c.name for c in table.columns if c.name not in KNOWN])
    return keep(connection, f"kim_{name}", columns, found(query_of("spells", name), columns))


def partition_of(month: date) -> str:
    """Name the partition of `core.person_month` that holds a month."""
    return f"person_month_{month:%Y_%m}"


def ensure_partition(connection: sa.Connection, month: date) -> None:
    """Make the partition of `core.person_month` that holds a month, if it is not there yet."""
    name = partition_of(month)
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
