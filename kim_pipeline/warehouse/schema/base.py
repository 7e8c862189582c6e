"""What all warehouse tables share: one metadata, known-time columns, columns with comments."""

from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

SCHEMAS: dict[str, str] = {
    "staging": "Deliveries as they came, pseudonymised, with their history in two times.",
    "register": "Which records belong to one person. Closed to all but the pipeline and linkage.",
    "core": "Persons, their spells and months: the history analysts read.",
    "published": "Protected figures for steering; everything here may be shown.",
    "quality": "Deliveries, checks and link rates.",
    "meta": "What the tables, columns and codes mean.",
    "audit": "Release ledger, releases and registered keys. Closed.",
}

# Open ends are a far date, not PostgreSQL's infinity: pandas, R and Excel cannot read infinity.
FOREVER = datetime(9999, 12, 31, tzinfo=UTC)
FOREVER_DATE = date(9999, 12, 31)

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

UUID = postgresql.UUID(as_uuid=False)
TIMESTAMP = sa.TIMESTAMP(timezone=True)


def column(
    name: str, kind: Any, comment: str, *, key: bool = False, null: bool = False, **options: Any
) -> sa.Column[Any]:
    """Describe one column; the comment is its entry in the data dictionary."""
    return sa.Column(
        name, kind, primary_key=key, nullable=null and not key, comment=comment, **options
    )


def known_columns() -> tuple[sa.Column[Any], sa.Column[Any]]:
    """Give the interval in which a row was held to be true (known time, half-open)."""
    return (
        column(
            "known_from", TIMESTAMP, "Known since: when the delivery that taught it came.", key=True
        ),
        column(
            "known_to",
            TIMESTAMP,
            "Known until; 9999-12-31 while it is still held to be true.",
            server_default=sa.text("'9999-12-31 00:00:00+00'"),
        ),
    )


def valid_columns(*, key: bool = True) -> tuple[sa.Column[Any], sa.Column[Any]]:
    """Give the interval in which the fact itself was so (valid time, half-open dates)."""
    return (
        column("valid_from", sa.Date, "First day on which it was so.", key=key),
        column(
            "valid_to",
            sa.Date,
            "First day on which it was no longer so; empty = still so.",
            null=True,
        ),
    )


def table(name: str, schema: str, comment: str, *items: Any, **options: Any) -> sa.Table:
    """Register a table of the warehouse with its comment; known intervals are never empty."""
    if any(isinstance(item, sa.Column) and item.name == "known_to" for item in items):
        items = (*items, sa.CheckConstraint("known_from < known_to", "known_order"))
    return sa.Table(name, metadata, *items, schema=schema, comment=comment, **options)
