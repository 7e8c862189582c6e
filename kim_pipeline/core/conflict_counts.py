"""Counts of contradictions over everybody, mended where persons are erased.

What these persons added is taken off in every state of knowledge; what those who keep other records
still add counts from the moment on from which they are built again.
"""

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from kim_pipeline.core.build import Knowledge, derive_spells
from kim_pipeline.core.definitions import Definitions
from kim_pipeline.core.feeds import Feed
from kim_pipeline.warehouse.schema import core, register
from kim_pipeline.warehouse.schema.base import FOREVER
from kim_pipeline.warehouse.schema.conflicts import conflict_count
from kim_pipeline.warehouse.schema.person_month import person_month

# Attribute, source and other source; persons and conflicts.
Pair = tuple[str, str, str]
Count = tuple[int, int]
Counts = Mapping[Pair, Count]
_NOBODY: Count = (0, 0)


@dataclass(frozen=True)
class Compared:
    """What sources are compared by, and by which persons the counts are mended."""

    feeds: Sequence[Feed]
    definitions: Definitions
    persons: Collection[str]


def counts_before(connection: sa.Connection, compared: Compared) -> dict[datetime, Counts]:
    """Count what these persons add, at each moment at which spells were restated, in order.

    Empty where no two sources speak of any of them. Must run before they are erased, in a
    transaction that holds no temporary table of its own.
    """
    if not _known_twice(connection, compared.persons):
        return {}
    states = _states(connection)
    return {state.known_at: _counts(connection, compared, state) for state in states}


def recount(
    connection: sa.Connection, before: Mapping[datetime, Counts], compared: Compared
) -> None:
    """Write `core.conflict_count` without what was added before, with what is added now.

    `compared` names the persons that were built again.
    """
    if not before:
        return
    begun, now = _counts_now(connection, compared)
    moments = list(before)
    for pair in sorted({pair for counts in (*before.values(), now) for pair in counts}):
        stored = _stored(connection, pair, moments)
        kept = [
            _moved(count, before[moment].get(pair, _NOBODY), -1)
            for moment, count in zip(moments, stored, strict=True)
        ]
        if begun is not None:
            first = bisect_right(moments, begun) - 1
            added = now.get(pair, _NOBODY)
            kept[first:] = [_moved(count, added, 1) for count in kept[first:]]
        if kept != stored:
            _write(connection, pair, moments, kept)


def _known_twice(connection: sa.Connection, persons: Collection[str]) -> bool:
    link = register.link
    query = (
        sa.select(link.c.person_id)
        .where(link.c.person_id.in_(persons))
        .group_by(link.c.person_id)
        .having(sa.func.count(link.c.source.distinct()) > 1)
        .limit(1)
    )
    return connection.execute(query).first() is not None


def _states(connection: sa.Connection) -> list[Knowledge]:
    """List the moments at which spells changed, each with the newest month built by then."""
    tables = [table for name, table in core.HISTORIES.items() if name != "person_month"]
    opened = [sa.select(table.c.known_from) for table in tables]
    closed = [sa.select(table.c.known_to).where(table.c.known_to < FOREVER) for table in tables]
    moments = sorted(connection.execute(sa.union(*opened, *closed)).scalars())
    month = person_month.c.month
    first = sa.select(month, sa.func.min(person_month.c.known_from)).group_by(month)
    built = connection.execute(first).all()
    newest = {at: max((m for m, known in built if known <= at), default=None) for at in moments}
    return [Knowledge(month, at) for at, month in newest.items() if month is not None]


def _counts(connection: sa.Connection, compared: Compared, state: Knowledge) -> Counts:
    laid_out = derive_spells(
        connection, compared.feeds, state, compared.definitions, compared.persons
    )
    found = connection.execute(sa.select(*_columns(laid_out["conflict_count"]))).all()
    connection.execute(sa.text("DISCARD TEMPORARY"))
    return {(row[0], row[1], row[2]): (row[3], row[4]) for row in found}


def _counts_now(connection: sa.Connection, compared: Compared) -> tuple[datetime | None, Counts]:
    """Count what these persons add since they were built again, and since when that is."""
    person = core.HISTORIES["person"]
    theirs = person.c.person_id.in_(compared.persons)
    begun = connection.execute(sa.select(sa.func.min(person.c.known_from)).where(theirs)).scalar()
    if begun is None:
        return None, {}
    newest = sa.select(sa.func.max(person_month.c.month)).where(person_month.c.known_from <= begun)
    month = connection.execute(newest).scalar_one()
    return begun, _counts(connection, compared, Knowledge(month, begun))


def _columns(table: sa.Table) -> list[sa.Column[Any]]:
    return [table.c[n] for n in ("attribute", "source", "other_source", "persons", "conflicts")]


def _same(pair: Pair) -> list[sa.ColumnElement[bool]]:
    columns = _columns(conflict_count)[:3]
    return [column == value for column, value in zip(columns, pair, strict=True)]


def _stored(connection: sa.Connection, pair: Pair, moments: Sequence[datetime]) -> list[Count]:
    c = conflict_count.c
    query = sa.select(c.known_from, c.known_to, c.persons, c.conflicts).where(*_same(pair))
    rows = connection.execute(query).all()
    return [
        next(((r.persons, r.conflicts) for r in rows if r[0] <= at < r[1]), _NOBODY)
        for at in moments
    ]


def _moved(count: Count, by: Count, sign: int) -> Count:
    return max(count[0] + sign * by[0], 0), max(count[1] + sign * by[1], 0)


def _write(
    connection: sa.Connection, pair: Pair, moments: Sequence[datetime], counts: Sequence[Count]
) -> None:
    """Replace the history of one pair; equal counts one after another are one row."""
    connection.execute(conflict_count.delete().where(*_same(pair)))
    runs = groupby(zip(moments, counts, strict=True), key=lambda at: at[1])
    began = [(next(iter(run))[0], count) for count, run in runs]
    ends = [*(at for at, _ in began[1:]), FOREVER]
    names = [c.name for c in _columns(conflict_count)]
    rows = [
        dict(zip(names, (*pair, *count), strict=True)) | {"known_from": at, "known_to": end}
        for (at, count), end in zip(began, ends, strict=True)
        if count[0]
    ]
    if rows:
        connection.execute(conflict_count.insert(), rows)
