"""What a source may learn: findings on its own records, from its own columns and nothing else.

Every query reads staging tables of this source, its book of deliveries and its refused rows. Rules
that need two sources live in core and have no way into here: a finding of theirs would tell an
authority what another one knows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from kim_pipeline.warehouse.schema.base import FOREVER
from kim_pipeline.warehouse.schema.quality import delivery, rejection
from sources.accepting.staging import staging_tables
from sources.contracts.contract import Contract
from sources.contracts.tables import KEY, Finding, Table
from sources.feedback.texts import ERROR, file_name, finding_text, refusal, severity_of

RECORD = "record_pseudonym"


@dataclass(frozen=True, order=True)
class Item:
    """One thing to mend: on a record, or on a row that was refused (then without a record)."""

    table: str
    rule: str
    record_pseudonym: str
    file: str
    row: str
    field: str
    severity: str
    text: str


def items_of(connection: sa.Connection, contract: Contract, month: date) -> tuple[Item, ...]:
    """List what the source should mend in the month's newest accepted delivery, in fixed order."""
    found = [
        item
        for table in contract.tables
        for finding in table.findings
        for item in _found(connection, contract, table, finding, month)
    ]
    return tuple(sorted([*found, *_refused(connection, contract, month)], key=_place))


def _place(item: Item) -> tuple[str, str, int, Item]:
    """Order by what is to be looked for together: table, file, row."""
    return item.table, item.file, int(item.row or 0), item


def _found(
    connection: sa.Connection, contract: Contract, table: Table, finding: Finding, month: date
) -> Iterator[Item]:
    rows = staging_tables(contract)[table.name]
    # A table without persons of its own names the row; its key is a pseudonym too.
    record = rows.c.get(RECORD, rows.c[KEY[0]])
    query = sa.select(record).where(
        rows.c.valid_from <= month,
        rows.c.valid_to > month,
        rows.c.known_to == FOREVER,
        rows.c[finding.column],
    )
    severity = severity_of(finding.rule)
    for pseudonym in connection.scalars(query):
        yield Item(
            table=table.label,
            rule=finding.rule,
            record_pseudonym=str(pseudonym),
            file="",
            row="",
            field=", ".join(_delivered(contract, table, name) for name in finding.references),
            severity=severity.label,
            text=finding_text(finding.rule),
        )


def _refused(connection: sa.Connection, contract: Contract, month: date) -> Iterator[Item]:
    newest = newest_accepted(connection, contract.source, month)
    if newest is None:
        return
    query = sa.select(rejection).where(rejection.c.delivery_id == newest["delivery_id"])
    for entry in connection.execute(query).mappings():
        table = contract.table(entry["table_name"])
        rule, text = refusal(entry["reason"])
        column = entry["column_name"]
        field = _delivered(contract, table, column) if column else ""
        file = file_name(table.delivered, entry["town_ags"])
        for number in entry["row_numbers"]:
            yield Item(table.label, rule, "", file, str(number), field, ERROR.label, text)


def newest_accepted(connection: sa.Connection, source: str, month: date) -> sa.RowMapping | None:
    """Give the accepted delivery that holds for a month of a source, if there is one."""
    query = (
        sa.select(delivery)
        .where(
            delivery.c.source == source,
            delivery.c.month == month,
            delivery.c.status == "accepted",
        )
        .order_by(delivery.c.sequence.desc())
        .limit(1)
    )
    found: sa.RowMapping | None = connection.execute(query).mappings().first()
    return found


def records_with_findings(connection: sa.Connection, contract: Contract, month: date) -> int:
    """Count the rows of a month in which a rule graver than a hint found something."""
    counted = 0
    for table in contract.tables:
        rows = staging_tables(contract)[table.name]
        columns: list[sa.ColumnElement[Any]] = [rows.c[f.column] for f in table.findings]
        if columns:
            query = sa.select(sa.func.count()).where(
                rows.c.valid_from <= month,
                rows.c.valid_to > month,
                rows.c.known_to == FOREVER,
                sa.or_(*columns),
            )
            counted += int(connection.execute(query).scalar_one())
    return counted


def _delivered(contract: Contract, table: Table, reference: str) -> str:
    """Name a field as the contract knows it from the delivery; `table.field` in another table."""
    owner, _, name = reference.rpartition(".")
    if not owner:
        return table.field(name).delivered
    return f"{contract.table(owner).label}: {contract.table(owner).field(name).delivered}"
