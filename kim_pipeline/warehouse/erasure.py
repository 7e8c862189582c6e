"""Erasure in the register and in core: records, and all that was derived of their persons.

Known time does not help against being erased: rows go in every state of knowledge. What was
published stays, served from the ledger.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from kim_pipeline.warehouse.history import count_rows
from kim_pipeline.warehouse.schema import core, register
from kim_pipeline.warehouse.statements import run, statement

Records = Mapping[str, Collection[str]]
_PAIRS = (register.edge, register.review_item, register.review_decision)


@dataclass(frozen=True)
class Persons:
    """Persons touched by an erasure: those who had, at any time, erased records alone; the others.

    The others keep records; some only had rows, once, that went with the record of somebody else.
    """

    gone: frozenset[str]
    remaining: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        """All of them."""
        return self.gone | self.remaining


@dataclass
class Rows:
    """How many rows of which table were erased."""

    counts: dict[str, int] = field(default_factory=dict)

    def delete(
        self, connection: sa.Connection, table: sa.Table, *where: sa.ColumnElement[bool]
    ) -> None:
        """Delete rows and count them."""
        count = count_rows(connection, sa.delete(table).where(*where))
        if count:
            name = f"{table.schema}.{table.name}"
            self.counts[name] = self.counts.get(name, 0) + count


def persons_of(connection: sa.Connection, records: Records) -> frozenset[str]:
    """List the persons that these records belong to, or once did."""
    link = register.link
    found = sa.select(link.c.person_id).where(_of(link, records)).distinct()
    return frozenset(connection.execute(found).scalars())


def linked_with(connection: sa.Connection, records: Records) -> dict[str, frozenset[str]]:
    """Add to some records all others that are, or once were, of the same persons."""
    link = register.link
    persons = persons_of(connection, records)
    query = sa.select(link.c.source, link.c.record_pseudonym).where(link.c.person_id.in_(persons))
    found = {(source, name) for source, names in records.items() for name in names}
    found |= set(map(tuple, connection.execute(query)))
    return {s: frozenset(n for at, n in found if at == s) for s in sorted({s for s, _ in found})}


def erase_from_register(connection: sa.Connection, records: Records, rows: Rows) -> Persons:
    """Erase records from links, pairs, review and sealed numbers; tell whose they were.

    A person founded by an erased record goes on under its id, founded by another of its records.
    """
    before = persons_of(connection, records)
    link = register.link
    rows.delete(connection, link, _of(link, records))
    rows.delete(connection, register.recontact, _of(register.recontact, records))
    for table in _PAIRS:
        left, right = (_of(table, records, f"source_{s}", f"record_{s}") for s in "lr")
        rows.delete(connection, table, left | right)
    held = sa.select(link.c.person_id).where(link.c.person_id.in_(before))
    remaining = frozenset(connection.execute(held).scalars())
    persons = Persons(before - remaining, remaining)
    _erase_persons(connection, persons, rows)
    _found_anew(connection, persons, records)
    return persons


def erase_from_core(connection: sa.Connection, persons: Collection[str], rows: Rows) -> None:
    """Erase every row of these persons, in every state of knowledge."""
    for table in core.HISTORIES.values():
        if "person_id" in table.c:
            rows.delete(connection, table, table.c.person_id.in_(persons))


def clear_space(connection: sa.Connection, tables: Collection[str]) -> None:
    """Rewrite tables so that no byte of a deleted row stays in their files, nor in statistics.

    `tables` are full names; the connection must commit by itself. The log of the server and
    backups keep older bytes as long as they are kept.
    """
    for name in sorted(tables):
        schema, table = name.split(".")
        run(connection, statement("VACUUM (FULL, ANALYZE) {}.{}", schema, table))
    # Most common values and histograms of columns are kept here; the owner of the database may.
    run(connection, statement("VACUUM FULL {}.{}", "pg_catalog", "pg_statistic"))


def _of(
    table: sa.Table, records: Records, source: str = "source", name: str = "record_pseudonym"
) -> sa.ColumnElement[bool]:
    each = [(table.c[source] == s) & table.c[name].in_(names) for s, names in records.items()]
    return sa.or_(sa.false(), *each)


def _erase_persons(connection: sa.Connection, persons: Persons, rows: Rows) -> None:
    event, person = register.event, register.person
    told = event.c.person_id.in_(persons.gone) | event.c.other_person_id.in_(persons.gone)
    rows.delete(connection, event, told)
    rows.delete(connection, person, person.c.person_id.in_(persons.gone))
    led = person.c.redirect_to.in_(persons.gone)
    connection.execute(person.update().where(led).values(redirect_to=None))


def _found_anew(connection: sa.Connection, persons: Persons, records: Records) -> None:
    """Name another record as the founder where the founder was erased."""
    link, person = register.link, register.person
    founder = _of(person, records, "founding_source", "founding_record")
    query = (
        sa.select(person.c.person_id, link.c.source, link.c.record_pseudonym)
        .join(link, link.c.person_id == person.c.person_id)
        .where(founder, person.c.person_id.in_(persons.remaining))
        .order_by(link.c.known_from.desc(), link.c.source.desc(), link.c.record_pseudonym.desc())
    )
    # The last one set is the oldest link, and of these the first in order.
    for row in connection.execute(query).all():
        values = {"founding_source": row[1], "founding_record": row[2]}
        connection.execute(person.update().where(person.c.person_id == row[0]).values(**values))
