"""Two times in plain tables: a delivery enters by set difference; derived tables are restated.

Every row holds from a valid month to another and was known from one delivery to another, both
half-open. Unchanged rows cost nothing. Source: Snodgrass, "Developing Time-Oriented Database
Applications in SQL" (1999), sequenced updates.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy import CreateTableAs

from kim_pipeline.warehouse.load import copy_table
from kim_pipeline.warehouse.schema.base import FOREVER, FOREVER_DATE
from kim_pipeline.warehouse.staging import attributes


@dataclass(frozen=True)
class Moment:
    """Where a delivery stands in both times, and which delivery it is."""

    month: date
    until: date
    known_at: datetime
    delivery_id: int


@dataclass(frozen=True)
class Difference:
    """How many history rows a write opened and closed."""

    opened: int
    closed: int

    def __add__(self, other: "Difference") -> "Difference":
        return Difference(self.opened + other.opened, self.closed + other.closed)


def apply_delivery(
    connection: sa.Connection, table: sa.Table, rows: pa.Table, moment: Moment
) -> Difference:
    """Enter one delivered table into its history: rows that changed are closed and opened anew.

    `rows` holds exactly the attribute columns of `table`, one row per `row_key`. Must run inside
    a transaction; on error nothing is left behind.
    """
    delivered = _delivered(connection, table, rows)
    current = _create(connection, "kim_current", _at(table, moment))
    gone = _create(connection, "kim_gone", _changed(current, delivered))
    come = _create(connection, "kim_come", _changed(delivered, current))
    closed = _close(connection, table, gone, moment)
    opened = _open(connection, table, gone, come, moment)
    for temporary in (delivered, current, gone, come):
        temporary.drop(connection)
    return Difference(opened, closed)


def _delivered(connection: sa.Connection, table: sa.Table, rows: pa.Table) -> sa.Table:
    columns = [sa.Column(n, table.c[n].type) for n in attributes(table)]
    delivered = sa.Table("kim_delivered", sa.MetaData(), *columns, prefixes=["TEMPORARY"])
    delivered.create(connection)
    copy_table(connection, delivered, rows.select([c.name for c in columns]))
    return delivered


def _create(connection: sa.Connection, name: str, query: sa.Select[tuple[object, ...]]) -> sa.Table:
    made = CreateTableAs(query, name, temporary=True)
    connection.execute(made)
    return made.table


def _at(table: sa.Table, moment: Moment) -> sa.Select[tuple[object, ...]]:
    return sa.select(table).where(
        table.c.known_to == FOREVER,
        table.c.valid_from <= moment.month,
        table.c.valid_to > moment.month,
    )


def _changed(these: sa.Table, those: sa.Table) -> sa.Select[tuple[object, ...]]:
    names = [c.name for c in these.c if c.name in those.c and c.name != "row_key"]
    ours = sa.tuple_(sa.null(), *(these.c[n] for n in names))
    theirs = sa.tuple_(sa.null(), *(those.c[n] for n in names))
    return (
        sa.select(these)
        .select_from(these.outerjoin(those, these.c.row_key == those.c.row_key))
        .where(sa.or_(those.c.row_key.is_(None), ours.is_distinct_from(theirs)))
    )


def _close(connection: sa.Connection, table: sa.Table, gone: sa.Table, moment: Moment) -> int:
    same = [table.c[n] == gone.c[n] for n in ("row_key", "valid_from", "known_from")]
    ended = {"known_to": moment.known_at, "retracted_by": moment.delivery_id}
    return _count(connection, table.update().values(**ended).where(*same))


def _count(connection: sa.Connection, statement: sa.UpdateBase) -> int:
    done = connection.execute(statement, execution_options={"preserve_rowcount": True})
    return int(done.rowcount)


def _open(
    connection: sa.Connection, table: sa.Table, gone: sa.Table, come: sa.Table, moment: Moment
) -> int:
    before = _rows(gone, table, moment, gone.c.valid_from, sa.literal(moment.month)).where(
        gone.c.valid_from < moment.month
    )
    after = _rows(gone, table, moment, sa.literal(moment.until), gone.c.valid_to).where(
        gone.c.valid_to > moment.until
    )
    now = _rows(come, table, moment, sa.literal(moment.month), sa.literal(moment.until))
    return sum(
        _count(connection, table.insert().from_select(_target(table), part))
        for part in (before, after, now)
    )


def _target(table: sa.Table) -> list[str]:
    return [*attributes(table), "valid_from", "valid_to", "known_from", "known_to", "asserted_by"]


def _rows(
    origin: sa.Table,
    table: sa.Table,
    moment: Moment,
    valid_from: sa.ColumnElement[date],
    valid_to: sa.ColumnElement[date],
) -> sa.Select[tuple[object, ...]]:
    return sa.select(
        *(origin.c[n] for n in attributes(table)),
        valid_from,
        valid_to,
        sa.literal(moment.known_at),
        sa.literal(FOREVER),
        sa.literal(moment.delivery_id),
    ).order_by(origin.c.row_key)


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
    lost = _create(connection, "kim_lost", sa.select(stored.except_(fresh).subquery()))
    found = _create(connection, "kim_found", sa.select(fresh.except_(stored).subquery()))
    closed = _retract(connection, table, lost, known_at)
    keys = [c for c in found.c if table.c[c.name].primary_key]
    rows = sa.select(*(found.c[n] for n in names), sa.literal(known_at)).order_by(*keys)
    opened = _count(connection, table.insert().from_select([*names, "known_from"], rows))
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
    return _count(connection, table.update().values(known_to=known_at).where(*where))


def until(months_delivered: Sequence[date], month: date) -> date:
    """Give the next month that has been delivered after `month`, or the far end of time."""
    later = [m for m in months_delivered if m > month]
    return min(later, default=FOREVER_DATE)
