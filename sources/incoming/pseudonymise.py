"""Incoming tables: a delivery without identifiers, written whole, waiting for its gate."""

import json
import shutil
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from Crypto.Random import get_random_bytes
from pyarrow import parquet

from kim_pipeline.errors import DeliveryError
from kim_pipeline.periods import format_month, parse_month
from kim_pipeline.privacy.keyring import Keyring
from kim_pipeline.settings import Settings
from kim_pipeline.warehouse.erased import Erased
from sources.contracts.contract import Contract
from sources.incoming.ready import make_ready
from sources.incoming.table_counts import TableCounts, read_counts
from sources.receiving.landing import Pulled

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Incoming:
    """One pseudonymised delivery that waits for its gate."""

    source: str
    month: date
    content_mac: bytes
    received_at: datetime
    sequence: int | None
    contract_version: str
    tables: Mapping[str, TableCounts]
    warned: tuple[str, ...] = ()
    pulled_at: datetime | None = None

    @property
    def rows_read(self) -> int:
        """Count the delivered rows of all tables."""
        return sum(table.rows_read for table in self.tables.values())

    @property
    def rows_rejected(self) -> int:
        """Count the refused rows of all tables."""
        return self.rows_read - self.rows_accepted - self.rows_withheld

    @property
    def rows_accepted(self) -> int:
        """Count the accepted rows of all tables."""
        return sum(table.rows_accepted for table in self.tables.values())

    @property
    def rows_withheld(self) -> int:
        """Count the rows of all tables that no consent or approval covers."""
        return sum(table.rows_withheld for table in self.tables.values())

    def counts(self) -> dict[str, int]:
        """Give the counts as plain metadata."""
        tables = self.tables.values()
        unreadable = sum(entry.count for table in tables for entry in table.unreadable.values())
        return {
            "dagster/partition_row_count": self.rows_accepted,
            "rows_read": self.rows_read,
            "rows_rejected": self.rows_rejected,
            "rows_withheld": self.rows_withheld,
            "values_unreadable": unreadable,
            "findings": sum(sum(table.findings.values()) for table in tables),
        }


def pseudonymise(  # noqa: PLR0913 - each is a choice of the caller
    contract: Contract,
    pulled: Pulled,
    settings: Settings,
    keyring: Keyring,
    reachable: Collection[str] = (),
    *,
    erased: Erased | None = None,
) -> Incoming:
    """Turn a delivery of the landing zone into incoming tables and token sets.

    Replaces an earlier attempt. Where the authority gave a public key for it, record numbers are
    sealed to it, but those of `reachable` pseudonyms, which are known already. Erased records are
    left out. Raises DeliveryError when it is not what the contract says; then nothing is written.
    """
    ready = make_ready(contract, pulled, keyring, reachable, erased or Erased(contract.source))
    incoming = Incoming(
        source=contract.source,
        month=pulled.month,
        content_mac=pulled.content_mac,
        received_at=pulled.received_at,
        sequence=pulled.sequence,
        contract_version=contract.version,
        tables=ready.counts,
        warned=ready.warned,
        # A demo plays years in minutes; there a delivery comes when it says it was made.
        pulled_at=pulled.received_at if keyring.demo else pulled.pulled_at,
    )
    _write(settings, incoming, ready.tables)
    return incoming


def read_incoming(settings: Settings, source: str, month: date, table: str) -> pa.Table:
    """Read one incoming table, or `tokens`.

    Raises DeliveryError when nothing of that name waits.
    """
    path = _folder(settings, source, month) / f"{table}.parquet"
    if not path.is_file():
        raise DeliveryError(f"{source} {format_month(month)}: no incoming {table}; pull it again.")
    return parquet.read_table(path, partitioning=None)


def waits(settings: Settings, source: str, month: date, table: str) -> bool:
    """Tell whether an incoming table of that name waits."""
    return (_folder(settings, source, month) / f"{table}.parquet").is_file()


def load_incoming(settings: Settings, source: str, month: date) -> Incoming:
    """Read what is known of a waiting delivery.

    Raises DeliveryError when none waits.
    """
    path = _folder(settings, source, month) / MANIFEST
    if not path.is_file():
        raise DeliveryError(f"{source} {format_month(month)}: nothing is waiting; pull it again.")
    raw: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return Incoming(
        source=raw["source"],
        month=parse_month(raw["month"]),
        content_mac=bytes.fromhex(raw["content_mac"]),
        received_at=datetime.fromisoformat(raw["received_at"]),
        sequence=raw["sequence"],
        contract_version=raw["contract_version"],
        tables={name: read_counts(entry) for name, entry in raw["tables"].items()},
        warned=tuple(raw.get("warned", ())),
        pulled_at=datetime.fromisoformat(raw["pulled_at"]) if raw.get("pulled_at") else None,
    )


def discard_incoming(settings: Settings, source: str, month: date) -> None:
    """Delete a waiting delivery; nothing happens when there is none."""
    folder = _folder(settings, source, month)
    if folder.exists():
        shutil.rmtree(folder)


def _folder(settings: Settings, source: str, month: date) -> Path:
    return settings.incoming / source / format_month(month)


def _write(settings: Settings, incoming: Incoming, staged: Mapping[str, pa.Table]) -> None:
    """Write all files into a new folder, then put it in the place of an earlier one."""
    target = _folder(settings, incoming.source, incoming.month)
    fresh = target.with_name(f".{get_random_bytes(16).hex()}")
    fresh.mkdir(mode=0o700, parents=True)
    try:
        for name, table in staged.items():
            parquet.write_table(table, fresh / f"{name}.parquet")
        text = json.dumps(_as_json(incoming), indent=1)
        (fresh / MANIFEST).write_text(text, encoding="utf-8")
        discard_incoming(settings, incoming.source, incoming.month)
        fresh.rename(target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _as_json(incoming: Incoming) -> dict[str, Any]:
    return {
        "source": incoming.source,
        "month": format_month(incoming.month),
        "content_mac": incoming.content_mac.hex(),
        "received_at": incoming.received_at.isoformat(),
        "sequence": incoming.sequence,
        "contract_version": incoming.contract_version,
        "tables": {name: asdict(table) for name, table in incoming.tables.items()},
        "warned": list(incoming.warned),
        "pulled_at": incoming.pulled_at.isoformat() if incoming.pulled_at else None,
    }
