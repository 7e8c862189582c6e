"""The export ledger: what left the warehouse as files, and what was refused; only added to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from kim_pipeline.warehouse.audit_log import account
from kim_pipeline.warehouse.chained_rows import ChainedRows
from kim_pipeline.warehouse.schema.audit import export

PUBLISHED, MICRODATA = "published", "microdata"

_LOGGED = (
    "at",
    "account",
    "kind",
    "purpose",
    "recipient",
    "tables",
    "columns",
    "first_month",
    "last_month",
    "rows",
    "withheld",
    "outcome",
    "reason",
)
_EXPORTS = ChainedRows(export, _LOGGED, b"audit-export|")


@dataclass(frozen=True)
class Export:
    """One set of files that was asked for; `reason` says why it was refused, if it was."""

    at: datetime
    kind: str
    tables: tuple[str, ...]
    rows: int
    columns: tuple[str, ...] = ()
    purpose: str | None = None
    recipient: str | None = None
    first_month: date | None = None
    last_month: date | None = None
    withheld: int = 0
    reason: str | None = None

    @property
    def outcome(self) -> str:
        """Whether it was made."""
        return "made" if self.reason is None else "refused"


def log_export(connection: sa.Connection, asked: Export, audit_key: bytes) -> int:
    """Add an export to the ledger, in the caller's transaction; return its number."""
    row = {
        **vars(asked),
        "tables": list(asked.tables),
        "columns": list(asked.columns),
        "outcome": asked.outcome,
        "account": account(),
    }
    return _EXPORTS.add(connection, row, audit_key)


def exports(connection: sa.Connection, limit: int | None = None) -> Sequence[Mapping[str, Any]]:
    """Read the ledger, or its last entries, oldest first."""
    columns = [export.c[name] for name in ("position", *_LOGGED)]
    query = sa.select(*columns).order_by(export.c.position.desc()).limit(limit)
    return [dict(row) for row in reversed(connection.execute(query).mappings().all())]


def verify_exports(connection: sa.Connection, audit_key: bytes) -> int:
    """Recompute the chain of the ledger; return the number of its entries.

    Raises WarehouseError as `ChainedRows.verify` does.
    """
    return _EXPORTS.verify(connection, audit_key)
