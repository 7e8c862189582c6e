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
from sources.accepting.staged_erasure import Going, delivered, what_goes
from sources.accepting.staging import feeds
from sources.contracts.contract import Contract


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

    Persons that keep other records, or of whom the rows that go once told, are built again from
    what remains, for every month stored, and counts over everybody are mended. The list of erased
    records grows, so that no later delivery brings them back. Must run in one transaction.
    """
    rows, fed = Rows(), feeds(erasing.contracts)
    going = {
        source: what_goes(connection, erasing.by_source[source], frozenset(names))
        for source, names in erasing.records.items()
    }
    touched = persons_of(connection, erasing.records)
    touched |= persons_of(connection, {source: one.others for source, one in going.items()})
    whose = Compared(fed, erasing.definitions, touched)
    before = counts_before(connection, whose)
    found = _erase_staged(connection, erasing, going, rows)
    gone = erase_from_register(connection, erasing.records, rows).gone
    persons = Persons(gone, touched - gone)
    months = built_months(connection, persons.remaining) if persons.remaining else []
    erase_from_core(connection, persons.all, rows)
    build_again(connection, fed, months, erasing.definitions, persons.remaining)
    # What was built again rests on what could be read off the rows, not on what a mark says.
    forget_marks(connection)
    recount(connection, before, replace(whose, persons=persons.remaining))
    named = sum(len(names) for names in erasing.records.values())
    return Receipt(named, found, persons, rows.counts, len(months))


def _erase_staged(
    connection: sa.Connection, erasing: Erasing, going: Mapping[str, Going], rows: Rows
) -> int:
    """Erase rows and enter the records into the list; return how many had been delivered."""
    found = 0
    for source, names in erasing.records.items():
        found += len(delivered(connection, erasing.by_source[source], frozenset(names)))
        for table, gone in going[source].rows:
            rows.delete(connection, table, gone)
        add_erased(connection, source, sorted(names), erasing.at, erasing.key)
    return found
