"""The state of knowledge a month is built from, laid out in temporary tables of one session.

Month m as known at k sees, of every staging row, its newest version delivered for m or earlier,
and the links known at k; of the records of persons every version up to then, month by month. Later
deliveries never reach back into it, so a re-run gives the same.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from kim_pipeline.core.definitions import Definitions
from kim_pipeline.core.feed_targets import TARGETS
from kim_pipeline.core.feeds import Feed, target_columns
from kim_pipeline.periods import last_day
from kim_pipeline.warehouse.schema import register
from kim_pipeline.warehouse.schema.base import UUID

PERSON = "person"
# The times a row carries: of the newest version the month from which it was no longer delivered,
# of every version the months in which it was.
NEWEST = "vanished_on"
EVERY = ("valid_from", "valid_to")


@dataclass(frozen=True)
class Scope:
    """What is laid out: a month as known at a moment, of everybody or of some persons alone."""

    month: date
    known_at: datetime
    persons: Collection[str] | None = None

    def limit(self, rows: sa.Select[Any]) -> sa.Select[Any]:
        """Keep the rows of these persons; no row of a target speaks of two."""
        if self.persons is None:
            return rows
        return rows.where(register.link.c.person_id.in_(self.persons))


def lay_out(
    connection: sa.Connection, feeds: Sequence[Feed], scope: Scope, definitions: Definitions
) -> None:
    """Fill `kim_moment`, `kim_<target>_row`, `kim_person_version` and `kim_source_start`.

    All are temporary and end with the transaction, so this must run inside one.
    """
    month, known_at = scope.month, scope.known_at
    _lay_out_moment(connection, month, known_at, definitions)
    for target in TARGETS:
        rows = _temporary(f"kim_{target}_row", target_columns(target, NEWEST))
        rows.create(connection)
        for feed in (f for f in feeds if f.target == target):
            newest = newest_versions(feed.table, month, known_at)
            origin = scope.limit(_rows(feed, newest, (NEWEST,), month, known_at))
            connection.execute(rows.insert().from_select(rows.columns.keys(), origin))
    _lay_out_persons(connection, feeds, scope)


def _lay_out_persons(connection: sa.Connection, feeds: Sequence[Feed], scope: Scope) -> None:
    month, known_at = scope.month, scope.known_at
    rows = _temporary("kim_person_version", target_columns(PERSON, *EVERY))
    rows.create(connection)
    for feed in (f for f in feeds if f.target == PERSON):
        versions = _versions(feed.table, month, known_at)
        origin = scope.limit(_rows(feed, versions, EVERY, month, known_at))
        connection.execute(rows.insert().from_select(rows.columns.keys(), origin))
    _lay_out_starts(connection, feeds, scope)


def _lay_out_starts(connection: sa.Connection, feeds: Sequence[Feed], scope: Scope) -> None:
    """Say with which month each source began, whoever is laid out."""
    starts = _temporary(
        "kim_source_start", [sa.Column("source", sa.Text()), sa.Column("month", sa.Date())]
    )
    starts.create(connection)
    for feed in (f for f in feeds if f.target == PERSON):
        versions = _versions(feed.table, scope.month, scope.known_at)
        first = sa.select(sa.literal(feed.source), sa.func.min(versions.c.valid_from))
        connection.execute(starts.insert().from_select(["source", "month"], first))


def _temporary(name: str, columns: Sequence[sa.Column[Any]]) -> sa.Table:
    return sa.Table(
        name, sa.MetaData(), *columns, prefixes=["TEMPORARY"], postgresql_on_commit="DROP"
    )


def _lay_out_moment(
    connection: sa.Connection, month: date, known_at: datetime, definitions: Definitions
) -> None:
    values: dict[str, Any] = {
        "month": month,
        "reference_date": last_day(month),
        "known_at": known_at,
        **definitions.as_values(),
    }
    columns = [sa.Column(name, _kind(value)) for name, value in values.items()]
    moment = _temporary("kim_moment", columns)
    moment.create(connection)
    connection.execute(moment.insert().values(**values))


def _kind(value: object) -> Any:
    if isinstance(value, datetime):
        return sa.TIMESTAMP(timezone=True)
    if isinstance(value, date):
        return sa.Date()
    return sa.Integer() if isinstance(value, int) else sa.ARRAY(sa.Text())


def newest_versions(table: sa.Table, month: date, known_at: datetime) -> sa.Subquery:
    """Select, of every staging row, the newest version delivered for the month or earlier.

    `vanished_on` is the month from which the row was no longer delivered, if that was by then.
    """
    vanished = sa.case((table.c.valid_to <= month, table.c.valid_to))
    return (
        sa.select(table, vanished.label("vanished_on"))
        .ext(distinct_on(table.c.row_key))
        .where(
            table.c.valid_from <= month,
            table.c.known_from <= known_at,
            table.c.known_to > known_at,
        )
        .order_by(table.c.row_key, table.c.valid_from.desc())
        .subquery()
    )


def _versions(table: sa.Table, month: date, known_at: datetime) -> sa.Subquery:
    """Select every version of every staging row; one that holds in the month has no end."""
    ended = sa.case((table.c.valid_to <= month, table.c.valid_to)).label("valid_to")
    others = (c for c in table.columns if c.name != "valid_to")
    return (
        sa.select(*others, ended)
        .where(
            table.c.valid_from <= month,
            table.c.known_from <= known_at,
            table.c.known_to > known_at,
        )
        .subquery()
    )


def _rows(
    feed: Feed, rows: sa.Subquery, times: Sequence[str], month: date, known_at: datetime
) -> sa.Select[Any]:
    origin: sa.FromClause = rows
    record = rows.c.get("record_pseudonym")
    owner_key: sa.ColumnElement[Any] = sa.cast(sa.null(), UUID)
    if feed.through:
        owner = newest_versions(feed.through[0], month, known_at)
        owner_key = rows.c[feed.through[1]]
        origin = rows.join(owner, owner.c.row_key == owner_key)
        record = owner.c.record_pseudonym
    link = register.link
    origin = origin.join(
        link, sa.and_(link.c.source == feed.source, link.c.record_pseudonym == record)
    )
    return (
        sa.select(
            link.c.person_id,
            sa.literal(feed.source),
            sa.literal(feed.precedence),
            rows.c.row_key,
            owner_key,
            *(rows.c[name] for name in times),
            *(feed.value(name, rows) for name in TARGETS[feed.target]),
        )
        .select_from(origin)
        .where(link.c.known_from <= known_at, link.c.known_to > known_at)
        .order_by(rows.c.row_key)
    )
