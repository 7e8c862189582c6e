"""Reading the book of deliveries, for people: what came, what it changed, what it restated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from kim_pipeline.warehouse.history import Difference
from kim_pipeline.warehouse.schema.quality import delivery

_TOLD = ("accepted", "withdrawn", "withdrawal")


@dataclass(frozen=True)
class Entry:
    """One line of the book; `restates` says that its month, or a later one, was told before."""

    source: str
    month: date
    sequence: int
    status: str
    reason: str | None
    received_at: datetime
    known_at: datetime
    rows_delivered: int
    rows_rejected: int
    rows_opened: int
    rows_closed: int
    changes: Mapping[str, Difference]
    restates: bool


def read_entries(
    connection: sa.Connection, source: str | None = None, month: date | None = None
) -> Sequence[Entry]:
    """Read the book in the order in which it was learnt, or a source's or month's part of it."""
    asked = [
        delivery.c[name] == value
        for name, value in (("source", source), ("month", month))
        if value is not None
    ]
    names = [name for name in Entry.__dataclass_fields__ if name != "restates"]
    query = (
        sa.select(*(delivery.c[name] for name in names), _restates().label("restates"))
        .where(*asked)
        .order_by(delivery.c.known_at, delivery.c.delivery_id)
    )
    return [_entry(row) for row in connection.execute(query).mappings()]


def _restates() -> sa.ColumnElement[bool]:
    before = delivery.alias("before")
    told_before = sa.exists().where(
        before.c.source == delivery.c.source,
        before.c.month >= delivery.c.month,
        before.c.known_at < delivery.c.known_at,
        before.c.status.in_(_TOLD),
    )
    return sa.and_(delivery.c.status.in_(_TOLD), told_before)


def _entry(row: sa.RowMapping) -> Entry:
    changes = {name: Difference(**change) for name, change in row["changes"].items()}
    return Entry(**{**row, "changes": changes})
