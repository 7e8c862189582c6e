"""Which staged rows go with erased records, and of whom else these rows told at some time.

A row belongs to the record that its newest version names. Where this is erased the row goes whole,
and all that it leads to, whatever it was said to belong to before; else only the versions go that
name an erased record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from sources.accepting.staging import staging_tables
from sources.contracts.contract import Contract
from sources.contracts.leading import PERSON, pseudonym_columns, reached

Names = frozenset[str]
Gone = sa.ColumnElement[bool]


@dataclass(frozen=True)
class Going:
    """Rows that go, as a condition for each table; other records of which versions of them told."""

    rows: tuple[tuple[sa.Table, Gone], ...]
    others: Names


def what_goes(connection: sa.Connection, contract: Contract, records: Names) -> Going:
    """Find what leads to these records of a source, and what led to nobody but them."""
    staged = staging_tables(contract)
    lost: dict[str, Names] = {PERSON: records}
    beside: dict[str, Names] = {}
    rows = []
    waiting = {table.name: table for table in contract.tables}
    while found := reached(waiting.values(), lost):
        for name, domain in found.items():
            columns = pseudonym_columns(waiting.pop(name))
            column = staged[name].c[columns[domain]]
            gone = _gone(column, lost[domain])
            rows.append((staged[name], gone))
            _add(beside, domain, _named_beside(connection, column, lost[domain]))
            for other, led in columns.items():
                if other != PERSON:
                    _add(lost, other, _led_to(connection, staged[name].c[led], gone))
    return Going(tuple(rows), _records_of(connection, contract, beside) - records)


def delivered(connection: sa.Connection, contract: Contract, records: Names) -> Names:
    """Name those of these records that were ever delivered."""
    staged = staging_tables(contract)
    found: Names = frozenset()
    for table in contract.tables:
        column = pseudonym_columns(table).get(PERSON)
        if column is not None:
            held = staged[table.name].c[column]
            named = sa.select(held).where(held.in_(records))
            found |= frozenset(connection.execute(named).scalars())
    return found


def _gone(column: sa.Column[str], lost: Names) -> Gone:
    """Select the versions that name what is lost, and all versions of rows that do in the end."""
    table = column.table.alias("told")
    newest = (
        sa.select(table.c.row_key, table.c[column.name].label("named"))
        .ext(distinct_on(table.c.row_key))
        .where(table.c.row_key.in_(_naming(column, lost)))
        .order_by(table.c.row_key, table.c.known_to.desc(), table.c.valid_from.desc())
        .subquery()
    )
    whole = sa.select(newest.c.row_key).where(newest.c.named.in_(lost))
    # A row that names nothing stays: without the first part it would neither go nor stay.
    names = column.is_not(None) & column.in_(lost)
    return names | column.table.c.row_key.in_(whole)


def _naming(column: sa.Column[str], lost: Names) -> sa.Select[str]:
    table = column.table.alias("naming")
    return sa.select(table.c.row_key).where(table.c[column.name].in_(lost))


def _named_beside(connection: sa.Connection, column: sa.Column[str], lost: Names) -> Names:
    """List what else is named by versions of the rows that name what is lost."""
    same = column.table.c.row_key.in_(_naming(column, lost))
    named = sa.select(column).where(same, column.is_not(None)).distinct()
    return frozenset(connection.execute(named).scalars()) - lost


def _led_to(connection: sa.Connection, column: sa.Column[str], gone: Gone) -> Names:
    """List what only the rows that go lead to."""
    named = sa.select(column).where(gone, column.is_not(None))
    stays = sa.select(column).where(sa.not_(gone), column.is_not(None))
    return frozenset(connection.execute(named.except_(stays)).scalars())


def _records_of(connection: sa.Connection, contract: Contract, named: Mapping[str, Names]) -> Names:
    """List the records among what is named, and those to which the rows with these keys lead."""
    staged = staging_tables(contract)
    found = named.get(PERSON, frozenset())
    for table in contract.tables:
        column = pseudonym_columns(table).get(PERSON)
        keys = named.get(table.key_domain)
        if column is not None and keys and table.key_domain != PERSON:
            rows = staged[table.name]
            held = sa.select(rows.c[column]).where(rows.c.row_key.in_(keys)).distinct()
            found |= frozenset(connection.execute(held).scalars())
    return found


def _add(sets: dict[str, Names], domain: str, names: Names) -> None:
    sets[domain] = sets.get(domain, frozenset()) | names
