"""Releases and their chain: a keyed hash over each release's cells and over the release before."""

import json
from collections.abc import Sequence
from dataclasses import astuple
from datetime import date
from typing import Any

import sqlalchemy as sa
from Crypto.Hash import HMAC, SHA256

from kim_pipeline.disclosure.ledger import COLUMNS, Entry
from kim_pipeline.errors import DisclosureError
from kim_pipeline.periods import format_month
from kim_pipeline.warehouse.schema.audit import cell_ledger, release

_PURPOSE = b"release|"


def next_release(connection: sa.Connection, month: date) -> str:
    """Name the next release of a month, e.g. 2026-10-r1; other releases wait until this ends."""
    connection.execute(sa.text("LOCK TABLE audit.release IN EXCLUSIVE MODE"))
    count = connection.scalar(
        sa.select(sa.func.count()).select_from(release).where(release.c.month == month)
    )
    return f"{format_month(month)}-r{(count or 0) + 1}"


def chain_release(connection: sa.Connection, entries: Sequence[Entry], audit_key: bytes) -> None:
    """Record a release: its entries, in the ledger's order, all of one month and state."""
    first = entries[0]
    last = connection.execute(
        sa.select(release.c.position, release.c.chain_mac)
        .order_by(release.c.position.desc())
        .limit(1)
    ).first()
    position, before = (1, b"") if last is None else (last.position + 1, last.chain_mac)
    content = content_mac(entries, audit_key)
    connection.execute(
        release.insert().values(
            release=first.release,
            position=position,
            month=first.month,
            known_on=first.known_on,
            cells=len(entries),
            content_mac=content,
            chain_mac=chain_mac(before, first.release, position, content, audit_key),
        )
    )


def verify_releases(connection: sa.Connection, audit_key: bytes) -> int:
    """Recompute the chain from the ledger; return the number of releases.

    Raises DisclosureError naming the first release whose cells or place were altered. A cut-off
    end is found only against a position noted elsewhere (`release_anchor`).
    """
    rows = _verified_chain(connection, audit_key)
    for row in rows:
        _verify_content(connection, row, audit_key)
    return len(rows)


def verify_month(connection: sa.Connection, month: date, audit_key: bytes) -> None:
    """Recompute the chain, and the cells of one month; raises as `verify_releases` does."""
    for row in _verified_chain(connection, audit_key):
        if row.month == month:
            _verify_content(connection, row, audit_key)


def _verified_chain(connection: sa.Connection, audit_key: bytes) -> Sequence[sa.Row[Any]]:
    before = b""
    rows = connection.execute(sa.select(release).order_by(release.c.position)).all()
    for position, row in enumerate(rows, start=1):
        chain = chain_mac(before, row.release, position, bytes(row.content_mac), audit_key)
        if (row.position, row.chain_mac) != (position, chain):
            raise _altered(row)
        before = chain
    return rows


def _verify_content(connection: sa.Connection, row: sa.Row[Any], audit_key: bytes) -> None:
    if row.content_mac != content_mac(_entries(connection, row.release), audit_key):
        raise _altered(row)


def _altered(row: sa.Row[Any]) -> DisclosureError:
    return DisclosureError(
        f"audit.cell_ledger and audit.release differ from release {row.release} "
        f"(position {row.position}); restore them from a backup."
    )


def content_mac(entries: Sequence[Entry], audit_key: bytes) -> bytes:
    """Give the keyed hash of a release's entries: one JSON line each, in the given order."""
    mac = HMAC.new(audit_key, _PURPOSE + b"content|", SHA256)
    for entry in entries:
        mac.update(json.dumps(astuple(entry), default=_iso).encode() + b"\n")
    return mac.digest()


def _iso(moment: date) -> str:
    return moment.isoformat()


def chain_mac(before: bytes, name: str, position: int, content: bytes, audit_key: bytes) -> bytes:
    """Give the keyed hash that ties a release to the one before."""
    head = json.dumps([before.hex(), name, position, content.hex()]).encode()
    return HMAC.new(audit_key, _PURPOSE + b"chain|" + head, SHA256).digest()


def _entries(connection: sa.Connection, name: str) -> list[Entry]:
    query = sa.select(*(cell_ledger.c[column] for column in COLUMNS)).where(
        cell_ledger.c.release == name
    )
    return sorted((Entry(*row) for row in connection.execute(query)), key=lambda e: e.key)
