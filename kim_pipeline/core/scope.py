"""Who is laid out: everybody, or some persons with all the records that are linked to them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from kim_pipeline.core.feeds import Feed
from kim_pipeline.core.temporary import describe, keep, make
from kim_pipeline.warehouse.load import copy_table
from kim_pipeline.warehouse.schema import register
from kim_pipeline.warehouse.schema.base import UUID

_PERSONS = sa.table("kim_scope", sa.column("person_id", UUID))
_RECORDS = sa.table(
    "kim_scope_record", sa.column("source", sa.Text()), sa.column("record_pseudonym", UUID)
)


@dataclass(frozen=True)
class Scope:
    """What is laid out: a month as known at a moment, of everybody or of some persons alone.

    Without `every_town`, towns over time are told of those alone who have or had a case.
    """

    month: date
    known_at: datetime
    persons: Collection[str] | None = None
    every_town: bool = True

    def limit(self, rows: sa.Select[Any]) -> sa.Select[Any]:
        """Keep the rows of these persons; no row of a target speaks of two."""
        return rows if self.persons is None else rows.where(among(register.link.c.person_id))

    def of_feed(self, feed: Feed) -> list[sa.ColumnElement[bool]]:
        """Say which rows of a feed's table may belong to these persons, in all their versions.

        A version of other persons may be the newest of its row, so it is never left out.
        """
        if self.persons is None:
            return []
        if feed.through is None:
            return [_once_of(feed.table, feed.source)]
        owner, column = feed.through
        rows = feed.table.alias("led")
        owners = sa.select(owner.c.row_key).where(_once_of(owner, feed.source))
        return [
            feed.table.c.row_key.in_(sa.select(rows.c.row_key).where(rows.c[column].in_(owners)))
        ]

    def of_owner(self, feed: Feed) -> list[sa.ColumnElement[bool]]:
        """Say the same of the table through which a feed reaches its persons."""
        if self.persons is None or feed.through is None:
            return []
        return [_once_of(feed.through[0], feed.source)]


def among(person_id: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Tell whether a person is one of those that are laid out."""
    return person_id.in_(sa.select(_PERSONS.c.person_id))


def _once_of(table: sa.Table, source: str) -> sa.ColumnElement[bool]:
    """Tell whether any version of a row names a record of these persons."""
    told = table.alias("told")
    records = sa.select(_RECORDS.c.record_pseudonym).where(_RECORDS.c.source == source)
    return table.c.row_key.in_(
        sa.select(told.c.row_key).where(told.c.record_pseudonym.in_(records))
    )


def lay_out_scope(connection: sa.Connection, scope: Scope) -> None:
    """Fill `kim_scope` and `kim_scope_record`, temporary tables of the transaction, if need be."""
    if scope.persons is None:
        return
    persons = make(connection, "kim_scope", [sa.Column("person_id", UUID)])
    named = pa.array(sorted(scope.persons), pa.string())
    copy_table(connection, persons, pa.table({"person_id": named}))
    describe(connection, persons)
    link = register.link
    records = sa.select(link.c.source, link.c.record_pseudonym).where(
        link.c.known_from <= scope.known_at,
        link.c.known_to > scope.known_at,
        among(link.c.person_id),
    )
    names = [sa.Column("source", sa.Text()), sa.Column("record_pseudonym", UUID)]
    keep(connection, "kim_scope_record", names, records)
