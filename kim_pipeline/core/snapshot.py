"""The state of knowledge a month is built from, laid out in temporary tables of one session.

Month m as known at k sees, of every staging row, its newest version delivered for m or earlier,
and the links known at k; of the records of persons every version up to then, month by month. Later
deliveries never reach back into it, so a re-run gives the same.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from kim_pipeline.core.definitions import Definitions
from kim_pipeline.core.feed_targets import TARGETS
from kim_pipeline.core.feeds import Feed, target_columns
from kim_pipeline.core.scope import Scope, lay_out_scope
from kim_pipeline.core.temporary import describe, keep, make, sample_less
from kim_pipeline.periods import last_day
from kim_pipeline.warehouse.schema import register
from kim_pipeline.warehouse.schema.base import UUID

PERSON = "person"
# The times a row carries: of the newest version the month from which it was no longer delivered,
# of every version the months in which it was.
NEWEST = "vanished_on"
EVERY = ("valid_from", "valid_to")
# Whether a version is the newest of its row.
LAST = "newest"


def lay_out(
    connection: sa.Connection, feeds: Sequence[Feed], scope: Scope, definitions: Definitions
) -> None:
    """Fill `kim_moment`, `kim_<target>_row`, `kim_person_version` and `kim_source_start`.

    All are temporary and end with the transaction, so this must run inside one.
    """
    sample_less(connection)
    _lay_out_moment(connection, scope, definitions)
    lay_out_scope(connection, scope)
    _lay_out_persons(connection, feeds, scope)
    for target in (target for target in TARGETS if target != PERSON):
        rows = make(connection, f"kim_{target}_row", target_columns(target, NEWEST))
        for feed in (f for f in feeds if f.target == target):
            newest = _newest_versions(feed.table, scope, scope.of_feed(feed))
            origin = _rows(feed, newest, (NEWEST,), scope)
            connection.execute(rows.insert().from_select(rows.columns.keys(), origin))
        describe(connection, rows)


def _lay_out_persons(connection: sa.Connection, feeds: Sequence[Feed], scope: Scope) -> None:
    """Lay out every version of the rows of persons, and the newest of each beside them."""
    versions = make(connection, "kim_person_version", _version_columns())
    for feed in (f for f in feeds if f.target == PERSON):
        found = _versions(feed.table, scope, scope.of_feed(feed))
        origin = _rows(feed, found, (*EVERY, LAST), scope)
        connection.execute(versions.insert().from_select(versions.columns.keys(), origin))
    describe(connection, versions)
    columns = target_columns(PERSON, NEWEST)
    given = (versions.c["valid_to" if c.name == NEWEST else c.name] for c in columns)
    newest = sa.select(*given).where(versions.c[LAST])
    keep(connection, f"kim_{PERSON}_row", columns, newest)
    _lay_out_starts(connection, feeds, scope)


def _version_columns() -> list[sa.Column[Any]]:
    columns = target_columns(PERSON, *EVERY)
    place = [c.name for c in columns].index(EVERY[-1]) + 1
    return [*columns[:place], sa.Column(LAST, sa.Boolean()), *columns[place:]]


def _lay_out_starts(connection: sa.Connection, feeds: Sequence[Feed], scope: Scope) -> None:
    """Say with which month each source began, whoever is laid out."""
    columns: list[sa.Column[Any]] = [sa.Column("source", sa.Text()), sa.Column("month", sa.Date())]
    starts = make(connection, "kim_source_start", columns)
    for feed in (f for f in feeds if f.target == PERSON):
        first = first_months(feed, scope)
        connection.execute(starts.insert().from_select(["source", "month"], first))
    describe(connection, starts)


def first_months(feed: Feed, scope: Scope) -> sa.Select[str, date]:
    """Select the source of a feed and the first month of its table, over all rows known."""
    first = sa.func.min(feed.table.c.valid_from, type_=sa.Date)
    return sa.select(sa.literal(feed.source), first).where(*_known(feed.table, scope))


def _lay_out_moment(connection: sa.Connection, scope: Scope, definitions: Definitions) -> None:
    values: dict[str, Any] = {
        "month": scope.month,
        "reference_date": last_day(scope.month),
        "known_at": scope.known_at,
        "every_town": scope.every_town,
        **definitions.as_values(),
    }
    columns = [sa.Column(name, _kind(value)) for name, value in values.items()]
    moment = make(connection, "kim_moment", columns)
    connection.execute(moment.insert().values(**values))
    # Every query joins it: a planner that believes in a hundred rows of it chooses badly.
    describe(connection, moment)


def _kind(value: object) -> Any:
    if isinstance(value, datetime):
        return sa.TIMESTAMP(timezone=True)
    if isinstance(value, date):
        return sa.Date()
    if isinstance(value, bool):
        return sa.Boolean()
    return sa.Integer() if isinstance(value, int) else sa.ARRAY(sa.Text())


def _newest_versions(
    table: sa.Table, scope: Scope, within: Sequence[sa.ColumnElement[bool]] = ()
) -> sa.Subquery:
    """Select, of every staging row, the newest version delivered for the month or earlier.

    `vanished_on` is the month from which the row was no longer delivered, if that was by then.
    """
    vanished = sa.case((table.c.valid_to <= scope.month, table.c.valid_to))
    return (
        sa.select(table, vanished.label(NEWEST))
        .ext(distinct_on(table.c.row_key))
        .where(*_known(table, scope), *within)
        .order_by(table.c.row_key, table.c.valid_from.desc())
        .subquery()
    )


def _known(table: sa.Table, scope: Scope) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        table.c.valid_from <= scope.month,
        table.c.known_from <= scope.known_at,
        table.c.known_to > scope.known_at,
    )


def _versions(
    table: sa.Table, scope: Scope, within: Sequence[sa.ColumnElement[bool]] = ()
) -> sa.Subquery:
    """Select every version of every staging row; one that holds in the month has no end."""
    ended = sa.case((table.c.valid_to <= scope.month, table.c.valid_to)).label("valid_to")
    others = (c for c in table.columns if c.name != "valid_to")
    # Versions of a row do not overlap, so that the last one to begin is the newest.
    last = table.c.valid_from == sa.func.max(table.c.valid_from).over(partition_by=table.c.row_key)
    return (
        sa.select(*others, ended, last.label(LAST)).where(*_known(table, scope), *within).subquery()
    )


def _rows(feed: Feed, rows: sa.Subquery, times: Sequence[str], scope: Scope) -> sa.Select[Any]:
    origin: sa.FromClause = rows
    record = rows.c.get("record_pseudonym")
    owner_key: sa.ColumnElement[Any] = sa.cast(sa.null(), UUID)
    if feed.through:
        owner = _newest_versions(feed.through[0], scope, scope.of_owner(feed))
        owner_key = rows.c[feed.through[1]]
        origin = rows.join(owner, owner.c.row_key == owner_key)
        record = owner.c.record_pseudonym
    link = register.link
    origin = origin.join(
        link, sa.and_(link.c.source == feed.source, link.c.record_pseudonym == record)
    )
    found = (
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
        .where(link.c.known_from <= scope.known_at, link.c.known_to > scope.known_at)
    )
    return scope.limit(found)
