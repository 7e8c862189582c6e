"""Derived tables in known time: computed afresh and whole, written by set difference."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from kim_pipeline.warehouse.comparison import temporary_from
from kim_pipeline.warehouse.history import Difference, count_rows
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
    keys = [c.name for c in table.primary_key if c.name != "known_from"]
    now = [table.c.known_to == FOREVER, *within]
    stored = sa.select(*(table.c[n] for n in names)).where(*now).subquery("stored")
    gone = sa.select(*(stored.c[n] for n in keys)).where(_not_in(result, stored, keys, names))
    come = sa.select(*(result.c[n] for n in names)).where(_not_in(stored, result, keys, names))
    lost = temporary_from(connection, "kim_lost", gone)
    found = temporary_from(connection, "kim_found", come)
    closed = _retract(connection, table, lost, known_at, now)
    order = [found.c[n] for n in keys]
    rows = sa.select(*(found.c[n] for n in names), sa.literal(known_at)).order_by(*order)
    opened = count_rows(connection, table.insert().from_select([*names, "known_from"], rows))
    lost.drop(connection)
    found.drop(connection)
    return Difference(opened, closed)


def _not_in(
    these: sa.FromClause, those: sa.FromClause, keys: Sequence[str], names: Sequence[str]
) -> sa.ColumnElement[bool]:
    """Tell whether `these` lack a row of `those`; rows are found by key and compared whole."""
    others = [n for n in names if n not in keys]
    same = [these.c[n] == those.c[n] for n in keys]
    ours, theirs = (sa.tuple_(sa.null(), *(t.c[n] for n in others)) for t in (these, those))
    return ~sa.exists().where(*same, ours.is_not_distinct_from(theirs)).correlate(those)


def _retract(
    connection: sa.Connection,
    table: sa.Table,
    lost: sa.Table,
    known_at: datetime,
    now: Sequence[sa.ColumnElement[bool]],
) -> int:
    """Close rows; those opened at this very moment were never seen and are taken out instead."""
    if connection.execute(sa.select(lost).limit(1)).first() is None:
        return 0
    where = [*(table.c[c.name] == c for c in lost.c), *now]
    connection.execute(sa.delete(table).where(*where, table.c.known_from == known_at))
    return count_rows(connection, table.update().values(known_to=known_at).where(*where))
