"""Persons of whom something was learnt between two states of knowledge; all others stay as built.

A few too many do no harm, for what is derived of them comes out the same.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from kim_pipeline.core.build import Knowledge
from kim_pipeline.core.feeds import Feed
from kim_pipeline.periods import last_day
from kim_pipeline.warehouse.schema import core, register
from kim_pipeline.warehouse.schema.base import FOREVER
from kim_pipeline.warehouse.schema.quality import delivery


def touched_persons(
    connection: sa.Connection, feeds: Sequence[Feed], before: Knowledge, now: Knowledge
) -> frozenset[str]:
    """List the persons whose rows, links or reviews are seen otherwise now than before.

    Those of before and those of now, where a record changed hands. `now` must be the later state
    in both times. Must run before anything of `now` is written.
    """
    # Several targets may be fed from one table, which is read once.
    tables = {(feed.source, feed.table.name, feed.through): feed for feed in feeds}.values()
    owners = {(feed.source, feed.through[0].name): feed for feed in feeds if feed.through}.values()
    found = [_of_rows(feed, before, now) for feed in tables]
    found += [_of_owners(feed, before, now) for feed in owners]
    found += [_of_links(feed, before, now) for feed in tables if feed.through is None]
    found += [*_of_reviews(before, now), *_of_days(before, now)]
    return frozenset(connection.execute(sa.union(*found)).scalars())


def several_sources(connection: sa.Connection) -> frozenset[str]:
    """List the persons whom more than one source knows, as stored."""
    person = core.HISTORIES["person"]
    query = sa.select(person.c.person_id).where(person.c.sources > 1, person.c.known_to == FOREVER)
    return frozenset(connection.execute(query).scalars())


def _of_rows(feed: Feed, before: Knowledge, now: Knowledge) -> sa.Select[Any]:
    rows = feed.table
    if feed.through is None:
        return _holders(
            feed.source, rows.c.record_pseudonym, _seen_otherwise(feed, rows, before, now)
        )
    owner, column = feed.through
    led = sa.select(rows.c[column]).where(_seen_otherwise(feed, rows, before, now))
    return _holders(feed.source, owner.c.record_pseudonym, owner.c.row_key.in_(led))


def _of_owners(feed: Feed, before: Knowledge, now: Knowledge) -> sa.Select[Any]:
    owner = feed.through[0] if feed.through else feed.table
    return _holders(
        feed.source, owner.c.record_pseudonym, _seen_otherwise(feed, owner, before, now)
    )


def _holders(
    source: str, record: sa.ColumnElement[str], which: sa.ColumnElement[bool]
) -> sa.Select[Any]:
    """Select whoever has, or once had, one of these records."""
    link = register.link
    records = sa.select(record).where(which)
    return sa.select(link.c.person_id).where(
        link.c.source == source, link.c.record_pseudonym.in_(records)
    )


def _seen_otherwise(
    feed: Feed, rows: sa.Table, before: Knowledge, now: Knowledge
) -> sa.ColumnElement[bool]:
    """Tell whether a version came or went, in what is known or with the months since.

    A delivery changes the history from its own month on, so that those of later months tell
    nothing new of the months before: they are left out, though they split rows that begin earlier.
    """
    later = sa.select(delivery.c.known_at).where(
        delivery.c.source == feed.source, delivery.c.month > now.month
    )
    learnt = sa.or_(
        *(
            sa.and_(_within(rows.c[n], before.known_at, now.known_at), rows.c[n].not_in(later))
            for n in _KNOWN
        )
    )
    if before.month == now.month:
        return sa.and_(rows.c.valid_from <= now.month, learnt)
    reached = sa.or_(*(_within(rows.c[n], before.month, now.month) for n in _VALID))
    return sa.and_(rows.c.valid_from <= now.month, sa.or_(learnt, reached))


_KNOWN = ("known_from", "known_to")
_VALID = ("valid_from", "valid_to")


def _within(
    column: sa.ColumnElement[Any], after: date | datetime, until: date | datetime
) -> sa.ColumnElement[bool]:
    return sa.and_(column > after, column <= until)


def _of_links(feed: Feed, before: Knowledge, now: Knowledge) -> sa.Select[Any]:
    """Select whose links moved, of records that were delivered by then.

    Asked from the rows: mostly no link has moved, and then none of the rows is read.
    """
    link, rows = register.link, feed.table
    moved = sa.or_(*(_within(link.c[n], before.known_at, now.known_at) for n in _KNOWN))
    records = sa.select(link.c.record_pseudonym).where(link.c.source == feed.source, moved)
    told = sa.and_(rows.c.valid_from <= now.month, rows.c.record_pseudonym.in_(records))
    return _holders(feed.source, rows.c.record_pseudonym, told)


def _of_reviews(before: Knowledge, now: Knowledge) -> Iterator[sa.Select[Any]]:
    decision, link = register.review_decision, register.link
    fresh = _within(decision.c.known_from, before.known_at, now.known_at)
    for side in ("_l", "_r"):
        same = (
            link.c.source == decision.c["source" + side],
            link.c.record_pseudonym == decision.c["record" + side],
        )
        yield sa.select(link.c.person_id).where(sa.exists().where(*same, fresh))


def _of_days(before: Knowledge, now: Knowledge) -> Iterator[sa.Select[Any]]:
    """Select whose titles or certificates begin or end between the two reference dates.

    What is derived looks at no other day of a spell.
    """
    first, last = last_day(before.month), last_day(now.month)
    for name, days in _JUDGED_BY_DAY.items():
        stored = core.HISTORIES[name]
        passed = sa.or_(*(_within(stored.c[day], first, last) for day in days))
        yield sa.select(stored.c.person_id).where(stored.c.known_to == FOREVER, passed)


_JUDGED_BY_DAY = {
    "residence_spell": ("valid_from", "valid_to"),
    "naturalisation_procedure": ("certificate_on",),
}
