"""Erasure of records from all that the pipeline holds, with a receipt of what went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import sqlalchemy as sa

from kim_pipeline.core.conflict_counts import Compared, counts_before, recount
from kim_pipeline.core.definitions import Definitions
from kim_pipeline.core.marks import forget_marks
from kim_pipeline.core.persons_again import build_again, built_months
from kim_pipeline.errors import ConfigError
from kim_pipeline.privacy.key_derivation import Key
from kim_pipeline.warehouse.erased import add_erased
from kim_pipeline.warehouse.erasure import (
    Persons,
    Records,
    Rows,
    erase_from_core,
    erase_from_register,
    persons_of,
)
from sources.accepting.staging import feeds, staging_tables
from sources.contracts.contract import Contract
from sources.contracts.leading import PERSON, pseudonym_columns, reached


@dataclass(frozen=True)
class Receipt:
    """What an erasure found and took out: rows by full table name; the months that were rebuilt.

    `found` counts the records that had been delivered, `named` all that may not come any more.
    """

    named: int
    found: int
    persons: Persons
    rows: Mapping[str, int]
    months: int = 0

    def counts(self) -> dict[str, int]:
        """Count it for the audit log, without any name of a record or person."""
        schemas: dict[str, int] = {}
        for name, count in self.rows.items():
            schema = name.split(".")[0]
            schemas[schema] = schemas.get(schema, 0) + count
        return {
            "records": self.named,
            "records_found": self.found,
            "persons_gone": len(self.persons.gone),
            "persons_remaining": len(self.persons.remaining),
            "months_rebuilt": self.months,
            **{f"rows_{schema}": count for schema, count in sorted(schemas.items())},
        }


@dataclass(frozen=True)
class Erasing:
    """What is to be erased, when, and by which contracts and definitions the rest is rebuilt.

    `key` makes the marks of the list of erased records.
    """

    records: Records
    at: datetime
    contracts: Sequence[Contract]
    definitions: Definitions
    key: Key
    by_source: Mapping[str, Contract] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_source", {c.source: c for c in self.contracts})
        unknown = sorted(set(self.records) - set(self.by_source))
        if unknown:
            raise ConfigError(
                f"Records of {', '.join(unknown)} are to be erased, but no contract says in which "
                "tables they stand. Put the contract back, or erase without --whole-person: that "
                "leaves these records where they are."
            )


def erase(connection: sa.Connection, erasing: Erasing) -> Receipt:
    """Erase records from staging, register and core, in every state of knowledge.

    Persons that keep other records are built again from these, for every month stored, and counts
    over everybody are mended. The list of erased records grows, so that no later delivery brings
    them back. Must run in one transaction.
    """
    rows, delivered, fed = Rows(), 0, feeds(erasing.contracts)
    whose = Compared(fed, erasing.definitions, persons_of(connection, erasing.records))
    before = counts_before(connection, whose)
    for source, names in erasing.records.items():
        contract = erasing.by_source[source]
        delivered += len(_delivered(connection, contract, frozenset(names)))
        _erase_staged(connection, contract, frozenset(names), rows)
        add_erased(connection, source, sorted(names), erasing.at, erasing.key)
    persons = erase_from_register(connection, erasing.records, rows)
    months = built_months(connection, persons.remaining) if persons.remaining else []
    erase_from_core(connection, persons.all, rows)
    build_again(connection, fed, months, erasing.definitions, persons.remaining)
    # What was built again rests on what could be read off the rows, not on what a mark says.
    forget_marks(connection)
    recount(connection, before, replace(whose, persons=persons.remaining))
    named = sum(len(names) for names in erasing.records.values())
    return Receipt(named, delivered, persons, rows.counts, len(months))


def _delivered(
    connection: sa.Connection, contract: Contract, names: frozenset[str]
) -> frozenset[str]:
    staged = staging_tables(contract)
    found: frozenset[str] = frozenset()
    for table in contract.tables:
        column = pseudonym_columns(table).get(PERSON)
        if column is not None:
            held = staged[table.name].c[column]
            found |= frozenset(connection.execute(sa.select(held).where(held.in_(names))).scalars())
    return found


def _erase_staged(
    connection: sa.Connection, contract: Contract, names: frozenset[str], rows: Rows
) -> None:
    """Erase what leads to these records, and what led to nobody but them."""
    staged = staging_tables(contract)
    lost: dict[str, frozenset[str]] = {PERSON: names}
    waiting = {table.name: table for table in contract.tables}
    while found := reached(waiting.values(), lost):
        for name, domain in found.items():
            columns = pseudonym_columns(waiting.pop(name))
            gone = staged[name].c[columns[domain]].in_(lost[domain])
            for other, column in columns.items():
                if other != PERSON:
                    led = _led_to(connection, staged[name].c[column], gone)
                    lost[other] = lost.get(other, frozenset()) | led
            rows.delete(connection, staged[name], gone)


def _led_to(
    connection: sa.Connection, column: sa.Column[str], gone: sa.ColumnElement[bool]
) -> frozenset[str]:
    """List what only the rows that go lead to."""
    named = sa.select(column).where(gone, column.is_not(None))
    stays = sa.select(column).where(sa.not_(gone), column.is_not(None))
    return frozenset(connection.execute(named.except_(stays)).scalars())
