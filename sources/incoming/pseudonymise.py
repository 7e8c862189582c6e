"""From a sealed delivery to incoming tables without identifiers: in memory, then written whole."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from Crypto.Random import get_random_bytes
from pyarrow import parquet

from kim_pipeline.errors import DeliveryError
from kim_pipeline.periods import format_month, last_day, parse_month
from kim_pipeline.privacy.key_derivation import Key
from kim_pipeline.privacy.keyring import Keyring
from kim_pipeline.privacy.token_sets import encode
from kim_pipeline.settings import Settings
from sources.contracts.contract import Contract
from sources.incoming.drafts import Draft, draft_table
from sources.incoming.link_columns import link_columns
from sources.incoming.rejects import Rejection
from sources.incoming.staged_rows import stage
from sources.incoming.typing import Unreadable
from sources.readers.delivered import Delivered
from sources.receiving.intake import read_pulled_tables
from sources.receiving.landing import Pulled

MANIFEST = "manifest.json"
TOKENS = "tokens"


@dataclass(frozen=True)
class TableCounts:
    """What became of one table's rows: counts and row numbers only."""

    rows_read: int
    rows_accepted: int
    rejections: tuple[Rejection, ...] = ()
    unreadable: Mapping[str, Unreadable] = field(default_factory=dict)
    findings: Mapping[str, int] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    unknown_columns: int = 0


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

    @property
    def rows_read(self) -> int:
        """Count the delivered rows of all tables."""
        return sum(table.rows_read for table in self.tables.values())

    @property
    def rows_rejected(self) -> int:
        """Count the refused rows of all tables."""
        return self.rows_read - sum(table.rows_accepted for table in self.tables.values())

    def counts(self) -> dict[str, int]:
        """Give the counts as plain metadata."""
        tables = self.tables.values()
        unreadable = sum(entry.count for table in tables for entry in table.unreadable.values())
        return {
            "dagster/partition_row_count": self.rows_read - self.rows_rejected,
            "rows_read": self.rows_read,
            "rows_rejected": self.rows_rejected,
            "values_unreadable": unreadable,
            "findings": sum(sum(table.findings.values()) for table in tables),
        }


def pseudonymise(
    contract: Contract, pulled: Pulled, settings: Settings, keyring: Keyring
) -> Incoming:
    """Turn a sealed delivery into incoming tables and token sets; replaces an earlier attempt.

    Raises DeliveryError when it is not what the contract says; then nothing is written.
    """
    delivered = read_pulled_tables(contract, pulled, keyring)
    key = keyring.pseudonym_key(contract.source)
    drafts = _drafts(contract, pulled.month, delivered, key)
    staged = {name: stage(draft, drafts, last_day(pulled.month)) for name, draft in drafts.items()}
    incoming = Incoming(
        source=contract.source,
        month=pulled.month,
        content_mac=pulled.content_mac,
        received_at=pulled.received_at,
        sequence=pulled.sequence,
        contract_version=contract.version,
        tables={
            name: _count(draft, staged[name], delivered[name].unknown)
            for name, draft in drafts.items()
        },
    )
    if contract.person_table is not None:
        person = drafts[contract.person_table.name]
        staged[TOKENS] = encode(link_columns(person, key), keyring, pulled.month)
    _write(settings, incoming, staged)
    return incoming


def delivered_tokens(contract: Contract, pulled: Pulled, keyring: Keyring, month: date) -> pa.Table:
    """Make the token table of a sealed delivery anew, for a month it serves; writes nothing.

    Raises DeliveryError when the contract links no people, or the delivery is not what it says.
    """
    if contract.person_table is None:
        raise DeliveryError(f"{contract.source} links no people; leave it out of the link run.")
    delivered = read_pulled_tables(contract, pulled, keyring)
    key = keyring.pseudonym_key(contract.source)
    person = _drafts(contract, pulled.month, delivered, key)[contract.person_table.name]
    return encode(link_columns(person, key), keyring, month)


def _drafts(
    contract: Contract, month: date, delivered: Mapping[str, Delivered], key: Key
) -> dict[str, Draft]:
    where = f"{contract.source} {format_month(month)}"
    separator = contract.location.text.decimal_separator
    return {
        table.name: draft_table(
            delivered[table.name], table, key, separator, f"{where}, table {table.name}"
        )
        for table in contract.tables
    }


def read_incoming(settings: Settings, source: str, month: date, table: str) -> pa.Table:
    """Read one incoming table, or `tokens`.

    Raises DeliveryError when nothing of that name waits.
    """
    path = _folder(settings, source, month) / f"{table}.parquet"
    if not path.is_file():
        raise DeliveryError(f"{source} {format_month(month)}: no incoming {table}; pull it again.")
    return parquet.read_table(path, partitioning=None)


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
        tables={name: _table_counts(entry) for name, entry in raw["tables"].items()},
    )


def discard_incoming(settings: Settings, source: str, month: date) -> None:
    """Delete a waiting delivery; nothing happens when there is none."""
    folder = _folder(settings, source, month)
    if folder.exists():
        shutil.rmtree(folder)


def _folder(settings: Settings, source: str, month: date) -> Path:
    return settings.incoming / source / format_month(month)


def _count(draft: Draft, staged: pa.Table, unknown: int) -> TableCounts:
    found = {
        finding.rule: int(pc.sum(staged[finding.column]).as_py() or 0)
        for finding in draft.table.findings
    }
    return TableCounts(
        rows_read=draft.rows_read,
        rows_accepted=draft.rows,
        rejections=draft.rejections,
        unreadable=draft.unreadable,
        findings=found,
        columns=tuple(staged.column_names),
        unknown_columns=unknown,
    )


def _table_counts(raw: dict[str, Any]) -> TableCounts:
    return TableCounts(
        rows_read=raw["rows_read"],
        rows_accepted=raw["rows_accepted"],
        rejections=tuple(
            Rejection(entry["reason"], entry["column"], entry["count"], tuple(entry["rows"]))
            for entry in raw["rejections"]
        ),
        unreadable={
            name: Unreadable(entry["count"], tuple(entry["rows"]))
            for name, entry in raw["unreadable"].items()
        },
        findings=raw["findings"],
        columns=tuple(raw["columns"]),
        unknown_columns=raw["unknown_columns"],
    )


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
    }
