"""Some persons built anew in every stored month, after part of their records was erased."""

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa

from kim_pipeline.core.build import Knowledge, build_person_month, restate_spells
from kim_pipeline.core.definitions import Definitions
from kim_pipeline.core.feeds import Feed
from kim_pipeline.core.marks import month_marks, spells_mark
from kim_pipeline.warehouse.schema import core
from kim_pipeline.warehouse.schema.base import FOREVER
from kim_pipeline.warehouse.schema.person_month import person_month


def built_months(connection: sa.Connection, persons: Collection[str]) -> list[Knowledge]:
    """List the months that hold one of these persons, each with the knowledge it was built from.

    The last one is the newest month built, of whomever: the spells are as known for it.
    """
    theirs = sa.select(person_month.c.month).where(person_month.c.person_id.in_(persons))
    newest = sa.select(sa.func.max(person_month.c.month))
    wanted = person_month.c.month.in_(theirs.union(newest))
    query = (
        sa.select(person_month.c.month, _newest_known(person_month))
        .where(wanted)
        .group_by(person_month.c.month)
        .order_by(person_month.c.month)
    )
    # A build that changed no row of a month has left its moment in its mark alone.
    marked = {mark.knowledge.month: mark.knowledge.known_at for mark in month_marks(connection)}
    return [
        Knowledge(month, max(known_at, marked.get(month, known_at)))
        for month, known_at in connection.execute(query)
    ]


def build_again(
    connection: sa.Connection,
    feeds: Sequence[Feed],
    months: Sequence[Knowledge],
    definitions: Definitions,
    persons: Collection[str],
) -> None:
    """Build spells and months of these persons as known when they were built before.

    Nothing that was learnt since enters; everybody else stays as stored. Must run in a transaction
    that holds no temporary table of its own.
    """
    if not (months and persons):
        return
    for known in months:
        build_person_month(connection, feeds, known, definitions, persons)
        _clear(connection)
    known = _spells_known(connection, months[-1])
    restate_spells(connection, feeds, known, definitions, persons)
    _clear(connection)


def _newest_known(table: sa.Table) -> sa.ColumnElement[datetime]:
    closed = sa.case((table.c.known_to < FOREVER, table.c.known_to))
    return sa.func.greatest(sa.func.max(table.c.known_from), sa.func.max(closed))


def _spells_known(connection: sa.Connection, month: Knowledge) -> Knowledge:
    """Say what the spells were built from; what the rows tell serves where no mark does."""
    mark = spells_mark(connection)
    if mark is not None:
        return mark.knowledge
    spells = (t for name, t in core.HISTORIES.items() if name != "person_month")
    known = (connection.execute(sa.select(_newest_known(table))).scalar() for table in spells)
    return Knowledge(
        month.month, max((moment for moment in known if moment), default=month.known_at)
    )


def _clear(connection: sa.Connection) -> None:
    connection.execute(sa.text("DISCARD TEMPORARY"))
