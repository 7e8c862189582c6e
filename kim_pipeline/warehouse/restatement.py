"""Derived tables in known time: computed afresh and whole, written by set difference."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from kim_pipeline.warehouse.history import Difference, count_rows, temporary_from
from kim_pipeline.warehouse.schema.base import FOREVER


def restate(
    connection: sa.Connection,
    table: sa.Table,
    result: sa.Table,
    known_at: datetime,
    within: Sequence[sa.ColumnElement[bool]] = (),
) -> Difference:
    """Write a freshly computed table in known time: what is new is opened, what is gone closed.

    `result` holds the whole table as known at `known_at` (all columns but the two known ones),
    or the part of it that the conditions `within` select from `table`.
    """
    names = [c.name for c in table.columns if c.name not in ("known_from", "known_to")]
    stored = sa.select(*(table.c[n] for n in names)).where(table.c.known_to == FOREVER, *within)
    fresh = sa.select(*(result.c[n] for n in names))
    lost = temporary_from(connection, "kim_lost", sa.select(stored.except_(fresh).subquery()))
    found = temporary_from(connection, "kim_found", sa.select(fresh.except_(stored).subquery()))
    closed = _retract(connection, table, lost, known_at)
    keys = [c for c in found.c if table.c[c.name].primary_key]
    rows = sa.select(*(found.c[n] for n in names), sa.literal(known_at)).order_by(*keys)
    opened = count_rows(connection, table.insert().from_select([*names, "known_from"], rows))
    lost.drop(connection)
    found.drop(connection)
    return Difference(opened, closed)


def _retract(connection: sa.Connection, table: sa.Table, lost: sa.Table, known_at: datetime) -> int:
    same = [
        table.c[c.name].is_not_distinct_from(lost.c[c.name])
        for c in table.primary_key
        if c.name != "known_from"
    ]
    where = [*same, table.c.known_to == FOREVER]
    connection.execute(sa.delete(table).where(*where, table.c.known_from == known_at))
    return count_rows(connection, table.update().values(known_to=known_at).where(*where))
