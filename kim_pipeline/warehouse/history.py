"""Two times in plain tables: a delivery enters its history by set difference.

Every row holds from a valid month to another and was known from one delivery to another, both
half-open. Unchanged rows cost nothing. Source: Snodgrass, "Developing Time-Oriented Database
Applications in SQL" (1999), sequenced updates.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from datetime import date, datetime
from itertools import pairwise

import pyarrow as pa
import sqlalchemy as sa

from kim_pipeline.warehouse.comparison import CAME, STOOD, compared, side_of, sizes, temporary_from
from kim_pipeline.warehouse.load import copy_table
from kim_pipeline.warehouse.schema.base import FOREVER, FOREVER_DATE
from kim_pipeline.warehouse.staging import attributes


@dataclass(frozen=True)
class Moment:
    """Where a delivery stands in both times, and which delivery it is.

    It serves the months from its own until the next that was delivered. `taken_back` are months
    between the two whose deliveries were withdrawn: the history may change there still.
    """

    month: date
    until: date
    known_at: datetime
    delivery_id: int
    taken_back: tuple[date, ...] = ()


@dataclass(frozen=True)
class Difference:
    """How many history rows a write opened and closed, and what that means for delivered rows.

    `new`, `changed` and `gone` count these; where several stretches of months were written, each.
    """

    opened: int
    closed: int
    new: int = 0
    changed: int = 0
    gone: int = 0

    def __add__(self, other: "Difference") -> "Difference":
        pairs = zip(astuple(self), astuple(other), strict=True)
        return Difference(*(mine + theirs for mine, theirs in pairs))


def apply_delivery(
    connection: sa.Connection, table: sa.Table, rows: pa.Table, moment: Moment
) -> Difference:
    """Enter one delivered table into its history: rows that changed are closed and opened anew.

    `rows` holds exactly the attribute columns of `table`, one row per `row_key`. Must run inside
    a transaction; on error nothing is left behind.
    """
    delivered = _delivered(connection, table, rows)
    change = _enter(connection, table, delivered, moment)
    delivered.drop(connection)
    return change


@dataclass(frozen=True)
class Taught:
    """An earlier delivery: the month it described, and when it was learnt."""

    month: date
    known_at: datetime


def reapply(
    connection: sa.Connection, table: sa.Table, taught: Taught | None, moment: Moment
) -> Difference:
    """Enter once more what an earlier delivery said, read back from the history itself.

    None stands for no delivery: then the table has no rows from `moment` on until the next one.
    """
    said = sa.select(*(table.c[n] for n in attributes(table)))
    if taught is None:
        said = said.where(sa.false())
    else:
        said = said.where(
            table.c.valid_from <= taught.month,
            table.c.valid_to > taught.month,
            table.c.known_from <= taught.known_at,
            table.c.known_to > taught.known_at,
        )
    delivered = temporary_from(connection, "kim_delivered", said)
    change = _enter(connection, table, delivered, moment)
    delivered.drop(connection)
    return change


def _enter(
    connection: sa.Connection, table: sa.Table, delivered: sa.Table, moment: Moment
) -> Difference:
    """Write what was delivered into every stretch of months in which the history is uniform."""
    change = Difference(0, 0)
    for month, end in pairwise((moment.month, *moment.taken_back, moment.until)):
        stretch = replace(moment, month=month, until=end)
        change += _between(connection, table, delivered, stretch)
    return change


def _between(
    connection: sa.Connection, table: sa.Table, delivered: sa.Table, moment: Moment
) -> Difference:
    changed = compared(connection, _at(table, moment), delivered)
    gone, come = side_of(changed, STOOD), side_of(changed, CAME)
    lost, told, both = sizes(connection, changed)
    unseen, closed = _close(connection, table, gone, moment)
    opened = _open(connection, table, gone, come, moment)
    changed.drop(connection)
    return Difference(opened - unseen, closed, told - both, both, lost - both)


def _delivered(connection: sa.Connection, table: sa.Table, rows: pa.Table) -> sa.Table:
    columns = [sa.Column(n, table.c[n].type) for n in attributes(table)]
    delivered = sa.Table("kim_delivered", sa.MetaData(), *columns, prefixes=["TEMPORARY"])
    delivered.create(connection)
    copy_table(connection, delivered, rows.select([c.name for c in columns]))
    return delivered


def _at(table: sa.Table, moment: Moment) -> sa.Select[tuple[object, ...]]:
    return sa.select(table).where(
        table.c.known_to == FOREVER,
        table.c.valid_from <= moment.month,
        table.c.valid_to > moment.month,
    )


def _close(
    connection: sa.Connection, table: sa.Table, gone: sa.Subquery, moment: Moment
) -> tuple[int, int]:
    """Close rows; those opened at this very moment were never seen and are taken out instead."""
    same = [table.c[n] == gone.c[n] for n in ("row_key", "valid_from", "known_from")]
    unseen = sa.delete(table).where(*same, table.c.known_from == moment.known_at)
    ended = {"known_to": moment.known_at, "retracted_by": moment.delivery_id}
    return (
        count_rows(connection, unseen),
        count_rows(connection, table.update().values(**ended).where(*same)),
    )


def count_rows(connection: sa.Connection, statement: sa.UpdateBase) -> int:
    """Run a statement and return how many rows it wrote."""
    done = connection.execute(statement, execution_options={"preserve_rowcount": True})
    return int(done.rowcount)


def _open(
    connection: sa.Connection,
    table: sa.Table,
    gone: sa.Subquery,
    come: sa.Subquery,
    moment: Moment,
) -> int:
    before = _rows(gone, table, moment, gone.c.valid_from, sa.literal(moment.month)).where(
        gone.c.valid_from < moment.month
    )
    after = _rows(gone, table, moment, sa.literal(moment.until), gone.c.valid_to).where(
        gone.c.valid_to > moment.until
    )
    now = _rows(come, table, moment, sa.literal(moment.month), sa.literal(moment.until))
    return sum(
        count_rows(connection, table.insert().from_select(_target(table), part))
        for part in (before, after, now)
    )


def _target(table: sa.Table) -> list[str]:
    return [*attributes(table), "valid_from", "valid_to", "known_from", "known_to", "asserted_by"]


def _rows(
    origin: sa.Subquery,
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


def until(months_delivered: Sequence[date], month: date) -> date:
    """Give the next month that has been delivered after `month`, or the far end of time."""
    later = [m for m in months_delivered if m > month]
    return min(later, default=FOREVER_DATE)
