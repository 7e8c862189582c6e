"""Staging tables: one history table per contract table, in two times.

What a delivery means stands in its contract; here it only gets a table. Columns that a newer
contract adds are added to it. Columns are never dropped: the history holds them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

from kim_pipeline.errors import WarehouseError
from kim_pipeline.warehouse.schema.base import TIMESTAMP, UUID, column

SYSTEM_COLUMNS = (
    "valid_from",
    "valid_to",
    "known_from",
    "known_to",
    "asserted_by",
    "retracted_by",
)

_TYPES: dict[str, Any] = {
    "uuid": UUID,
    "text": sa.Text(),
    "integer": sa.Integer(),
    "smallint": sa.SmallInteger(),
    "date": sa.Date(),
    "boolean": sa.Boolean(),
    "numeric(10,2)": sa.Numeric(10, 2),
}


@dataclass(frozen=True)
class StagedColumn:
    """One column that a contract puts into staging."""

    name: str
    sql_type: str
    comment: str


def staging_table(name: str, comment: str, columns: Sequence[StagedColumn]) -> sa.Table:
    """Describe the history table of one contract table.

    The first column must be `row_key`. Raises WarehouseError for a type staging does not know.
    """
    unknown = sorted({c.sql_type for c in columns} - set(_TYPES))
    if unknown:
        raise WarehouseError(f"staging.{name}: no such column type: {', '.join(unknown)}.")
    return sa.Table(
        name,
        sa.MetaData(),
        *(_attribute(c) for c in columns),
        *_history_columns(),
        sa.CheckConstraint("known_from < known_to", f"ck_{name}_known_order"),
        sa.CheckConstraint("valid_from < valid_to", f"ck_{name}_valid_order"),
        sa.Index(f"ix_{name}_open", "row_key", "valid_from", postgresql_where=sa.text(_OPEN)),
        # What was learnt in a span of time: rows that came, and rows that went.
        sa.Index(f"ix_{name}_came", "known_from"),
        sa.Index(f"ix_{name}_went", "known_to", postgresql_where=sa.text(_CLOSED)),
        schema="staging",
        comment=comment,
    )


_OPEN = "known_to = '9999-12-31 00:00:00+00'"
_CLOSED = "known_to < '9999-12-31 00:00:00+00'"


def _attribute(staged: StagedColumn) -> sa.Column[Any]:
    key = staged.name == "row_key"
    return column(staged.name, _TYPES[staged.sql_type], staged.comment, key=key, null=not key)


def _history_columns() -> tuple[sa.Column[Any], ...]:
    return (
        column("valid_from", sa.Date, "First month for which the row was delivered.", key=True),
        column("valid_to", sa.Date, "First month for which it no longer was; 9999-12-31 = open."),
        column("known_from", TIMESTAMP, "Known since.", key=True),
        column("known_to", TIMESTAMP, "Known until; 9999-12-31 = still held to be true."),
        column("asserted_by", sa.Integer, "Delivery that taught the row."),
        column("retracted_by", sa.Integer, "Delivery that ended it.", null=True),
    )


def attributes(table: sa.Table) -> list[str]:
    """List the columns a delivery fills, key first."""
    return [c.name for c in table.columns if c.name not in SYSTEM_COLUMNS]


def ensure_staging(connection: sa.Connection, table: sa.Table) -> None:
    """Create the table, or add the columns and indexes it lacks. Nothing else is ever changed.

    Raises WarehouseError when an existing column has another type.
    """
    inspector = sa.inspect(connection)
    if not inspector.has_table(table.name, schema="staging"):
        table.create(connection)
        return
    present = {c["name"]: c["type"] for c in inspector.get_columns(table.name, schema="staging")}
    for wanted in table.columns:
        if wanted.name not in present:
            _add_column(connection, table, wanted)
        elif not isinstance(present[wanted.name], type(wanted.type)):
            raise WarehouseError(
                f"staging.{table.name}.{wanted.name} has another type than its contract says; "
                "give the field a new name."
            )
    for index in table.indexes:
        index.create(connection, checkfirst=True)


def _add_column(connection: sa.Connection, table: sa.Table, wanted: sa.Column[Any]) -> None:
    copy = sa.Column(wanted.name, wanted.type, nullable=True, comment=wanted.comment)
    Operations(MigrationContext.configure(connection)).add_column(
        table.name, copy, schema="staging"
    )
