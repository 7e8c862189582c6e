"""The audit log: what was done to deliveries and files, by whom and why; rows are only added."""

import os
import pwd
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa

from kim_pipeline.warehouse.chained_rows import ChainedRows
from kim_pipeline.warehouse.schema.audit import event

WITHDRAWN = "delivery withdrawn"
DELETED = "files deleted"
ERASED = "records erased"
REVISED = "year revised"

_LOGGED = ("at", "account", "action", "source", "month", "reason", "counts")
_EVENTS = ChainedRows(event, _LOGGED, b"audit-event|")


@dataclass(frozen=True)
class Event:
    """One thing that was done: what, when, why, and how much of what; never a value of a record."""

    action: str
    at: datetime
    reason: str
    source: str | None = None
    month: date | None = None
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Logged(Event):
    """An event as it stands in the log: with its number, and the account that did it."""

    position: int = 0
    account: str = ""


def log(connection: sa.Connection, happened: Event, audit_key: bytes) -> None:
    """Add an event to the log, in the caller's transaction; other writers wait until it ends."""
    row = {**vars(happened), "counts": dict(happened.counts), "account": account()}
    _EVENTS.add(connection, row, audit_key)


def account() -> str:
    """Name the account that runs this, by its number where it has no name."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def events(connection: sa.Connection, limit: int | None = None) -> Sequence[Logged]:
    """Read the log, or its last entries, oldest first."""
    columns = [event.c[name] for name in ("position", *_LOGGED)]
    query = sa.select(*columns).order_by(event.c.position.desc()).limit(limit)
    rows = connection.execute(query).mappings().all()
    return [Logged(**row) for row in reversed(rows)]


def verify(connection: sa.Connection, audit_key: bytes) -> int:
    """Recompute the chain of the log; return the number of its entries.

    Raises WarehouseError as `ChainedRows.verify` does.
    """
    return _EVENTS.verify(connection, audit_key)
