"""What the trust office decided about pairs of records: for all later runs, and audited."""

import json
import os
import pwd
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd
import sqlalchemy as sa
from Crypto.Hash import HMAC, SHA256
from sqlalchemy.dialects.postgresql import distinct_on

from kim_pipeline.errors import LinkError
from kim_pipeline.warehouse.load import read_table
from kim_pipeline.warehouse.review_queue import DECIDED, LAPSED
from kim_pipeline.warehouse.schema.audit import review_log
from kim_pipeline.warehouse.schema.register import link_run, review_decision, review_item

REASONS = {
    "authority_confirmed": "the authority concerned looked and confirmed it",
    "document_seen": "a document was seen",
    "evident": "the agreement of the fields leaves no doubt",
    "corrected": "an earlier decision was wrong",
}
MOST_LETTERS = 80
_PAIR = ("source_l", "record_l", "source_r", "record_r")
_PURPOSE = b"review|"
_LOGGED = ("entered_at", "account", "decided_by", "decided_at", "item", "same", "reason")


@dataclass(frozen=True)
class Decision:
    """One decision: which item, one person or two, who decided, when and why (`REASONS`)."""

    item: str
    same: bool
    decided_by: str
    decided_at: datetime
    reason: str


def decide(
    connection: sa.Connection, decision: Decision, entered_at: datetime, audit_key: bytes
) -> None:
    """Enter a decision, close its item and write it into the audit log.

    Raises LinkError when the item is unknown or lapsed, or reason or name are not as they must be.
    """
    _check(decision)
    item = _item(connection, decision.item)
    _log(connection, decision, entered_at, audit_key)
    values = {name: item[name] for name in _PAIR} | vars(decision)
    newest = sa.select(sa.func.max(link_run.c.month)).scalar_subquery()
    connection.execute(
        review_decision.insert().values(**values, month=newest, known_from=entered_at)
    )
    connection.execute(
        review_item.update()
        .where(review_item.c.item == decision.item)
        .values(state=DECIDED, changed_at=entered_at)
    )


def _check(decision: Decision) -> None:
    if decision.reason not in REASONS:
        raise LinkError(f"That is no reason; choose one of {', '.join(REASONS)}.")
    if not 0 < len(decision.decided_by.strip()) <= MOST_LETTERS:
        raise LinkError(f"Say who decided, in at most {MOST_LETTERS} letters.")


def _item(connection: sa.Connection, name: str) -> sa.RowMapping:
    query = sa.select(review_item).where(review_item.c.item == name)
    row = connection.execute(query).mappings().first()
    if row is None:
        raise LinkError("There is no such item in the review queue; see: kim review list")
    if row["state"] == LAPSED:
        raise LinkError(f"{name} has lapsed: newer records have settled it; see: kim review list")
    return row


def _log(
    connection: sa.Connection, decision: Decision, entered_at: datetime, audit_key: bytes
) -> None:
    connection.execute(sa.text("LOCK TABLE audit.review_log IN EXCLUSIVE MODE"))
    newest = sa.select(review_log).order_by(review_log.c.position.desc()).limit(1)
    last = connection.execute(newest).first()
    position, before = (1, b"") if last is None else (last.position + 1, bytes(last.chain_mac))
    row = vars(decision) | {"entered_at": entered_at, "account": _account()}
    mac = _chain_mac(before, position, row, audit_key)
    connection.execute(review_log.insert().values(position=position, chain_mac=mac, **row))


def _account() -> str:
    """Name the account that runs this, by its number where it has no name."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def _chain_mac(before: bytes, position: int, row: dict[str, object], key: bytes) -> bytes:
    content = [_plain(row[name]) for name in _LOGGED]
    head = json.dumps([before.hex(), position, content]).encode()
    return HMAC.new(key, _PURPOSE + head, SHA256).digest()


def _plain(value: object) -> object:
    """Write a moment the same way in whatever time zone a session reads it."""
    return value.timestamp() if isinstance(value, datetime) else value


def verify_log(connection: sa.Connection, audit_key: bytes) -> int:
    """Recompute the chain of the audit log; return the number of its rows.

    Raises LinkError naming the first row that was altered. A cut-off end is found only against a
    position noted elsewhere.
    """
    before = b""
    rows = connection.execute(sa.select(review_log).order_by(review_log.c.position)).mappings()
    position = 0
    for position, row in enumerate(rows, start=1):
        mac = _chain_mac(before, position, dict(row), audit_key)
        if (row["position"], bytes(row["chain_mac"])) != (position, mac):
            raise LinkError(
                f"audit.review_log was altered at position {position}; restore it from a backup."
            )
        before = mac
    return position


def decisions(connection: sa.Connection) -> pd.DataFrame:
    """Read the newest decision about every pair: the pair and bool `same`."""
    pair = [review_decision.c[name] for name in _PAIR]
    query = (
        sa.select(*pair, review_decision.c.same)
        .ext(distinct_on(*pair))
        .order_by(*pair, review_decision.c.known_from.desc())
    )
    return read_table(connection, query).to_pandas()


def decisions_until(connection: sa.Connection, month: date) -> int:
    """Count the decisions that ask for new links of a month: those made when it was linked last."""
    query = sa.select(sa.func.count()).where(review_decision.c.month <= month)
    return int(connection.execute(query).scalar_one())


def last_decided(connection: sa.Connection, month: date) -> datetime | None:
    """Say when the newest of these decisions was made."""
    query = sa.select(sa.func.max(review_decision.c.known_from)).where(
        review_decision.c.month <= month
    )
    newest: datetime | None = connection.execute(query).scalar_one()
    return newest
