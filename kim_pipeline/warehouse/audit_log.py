"""The audit log: what was done to deliveries and files, by whom and why; rows are only added."""

import json
import os
import pwd
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa
from Crypto.Hash import HMAC, SHA256

from kim_pipeline.errors import WarehouseError
from kim_pipeline.warehouse.schema.audit import event

WITHDRAWN = "delivery withdrawn"
DELETED = "files deleted"

_PURPOSE = b"audit-event|"
_LOGGED = ("at", "account", "action", "source", "month", "reason", "counts")


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
    connection.execute(sa.text("LOCK TABLE audit.event IN EXCLUSIVE MODE"))
    newest = sa.select(event).order_by(event.c.position.desc()).limit(1)
    last = connection.execute(newest).first()
    position, before = (1, b"") if last is None else (last.position + 1, bytes(last.chain_mac))
    row = {**vars(happened), "counts": dict(happened.counts), "account": account()}
    mac = _chain_mac(before, position, row, audit_key)
    connection.execute(event.insert().values(position=position, chain_mac=mac, **row))


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

    Raises WarehouseError naming the first entry that was altered or taken out. A cut-off end is
    found only against a number noted elsewhere.
    """
    before, position = b"", 0
    rows = connection.execute(sa.select(event).order_by(event.c.position)).mappings()
    for position, row in enumerate(rows, start=1):
        mac = _chain_mac(before, position, row, audit_key)
        if (row["position"], bytes(row["chain_mac"])) != (position, mac):
            raise WarehouseError(
                f"audit.event was altered at position {position}; restore it from a backup."
            )
        before = mac
    return position


def _chain_mac(
    before: bytes, position: int, row: Mapping[str, object] | sa.RowMapping, key: bytes
) -> bytes:
    content = [_plain(row[name]) for name in _LOGGED]
    head = json.dumps([before.hex(), position, content], sort_keys=True)
    return HMAC.new(key, _PURPOSE + head.encode(), SHA256).digest()


def _plain(value: object) -> object:
    """Write a moment the same way in whatever time zone a session reads it."""
    if isinstance(value, datetime):
        return value.timestamp()
    return value.isoformat() if isinstance(value, date) else value
