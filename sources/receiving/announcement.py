"""The `manifest.json` an authority lays beside its files: what it delivers, and for which month."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from kim_pipeline.periods import format_month
from sources.receiving.verdicts import Verdicts
from sources.transports.place import Place, read_small

FILE_NAME = "manifest.json"
MOST_BYTES = 1 << 20
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_MOST_ROWS = 1 << 31
_HEX = frozenset("0123456789abcdefABCDEF")


@dataclass(frozen=True)
class Announcement:
    """What the manifest says; all of it is optional, and nothing is known without a manifest.

    `tables` are those it speaks of, `rows` counts some of them, each over all its files;
    `checksums` are SHA-256 per file name; `origin_mac` comes with a sealed delivery (`Pulled`).
    """

    created: datetime | None = None
    sequence: int | None = None
    invented: bool = False
    tables: frozenset[str] = frozenset()
    rows: Mapping[str, int] = field(default_factory=dict)
    checksums: Mapping[str, str] = field(default_factory=dict)
    origin_mac: bytes | None = None


@dataclass(frozen=True)
class Asked:
    """What a manifest is expected to speak of, and whether there must be one."""

    source: str
    month: date
    required: bool
    tables: frozenset[str]

    @property
    def where(self) -> str:
        """Name the manifest in messages."""
        return f"{self.source} {format_month(self.month)}: {FILE_NAME}"


def read_announcement(
    place: Place, path: str | None, asked: Asked, verdicts: Verdicts
) -> Announcement:
    """Read the manifest at a path, if there is one.

    Raises DeliveryError when it is unreadable, or speaks of another source or month.
    """
    if path is None or place.look(path) is None:
        if asked.required:
            verdicts.broken("manifest", f"{asked.where} is missing; ask for it, it is agreed.")
        return Announcement()
    content = read_small(place, path, MOST_BYTES)
    try:
        raw = json.loads(content)
        announced = _announcement(raw)
        period, name = raw.get("period"), raw.get("source")
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        verdicts.broken("manifest", f"{asked.where} is not readable; ask for a complete delivery.")
        return Announcement()
    _check(asked, announced, (period, name), verdicts)
    return announced


def _check(
    asked: Asked, announced: Announcement, said: tuple[object, object], verdicts: Verdicts
) -> None:
    period, name = said
    month = format_month(asked.month)
    if period != month:
        verdicts.broken("wrong_month", f"{asked.where} does not say period {month}; wrong month?")
    if name not in (None, asked.source):
        verdicts.broken(
            "manifest", f"{asked.where} speaks of another source; it lies in the wrong folder."
        )
    # The names themselves could be anybody's; they are written nowhere.
    if strange := len(announced.tables - asked.tables):
        verdicts.broken(
            "manifest",
            f"{asked.where} speaks of {strange} tables that the contract does not know; ask for "
            "the agreed ones, or add them to the contract.",
        )
    if announced.created is not None and announced.created.date() < asked.month:
        verdicts.broken(
            "wrong_month",
            f"{asked.where} was made before {month} began; ask for the delivery of that month.",
        )


def _announcement(raw: Mapping[str, Any]) -> Announcement:
    tables = raw.get("tables") or {}
    return Announcement(
        created=_moment(raw["created"]) if "created" in raw else None,
        sequence=_count(raw["sequence"]) if raw.get("sequence") is not None else None,
        invented=raw.get("invented") is True,
        tables=frozenset(tables),
        rows={name: _count(entry["rows"]) for name, entry in tables.items() if "rows" in entry},
        checksums={
            **{e["file"]: _sha256(e["sha256"]) for e in tables.values() if "sha256" in e},
            **{n: _sha256(e["sha256"]) for n, e in (raw.get("files") or {}).items()},
        },
        origin_mac=bytes.fromhex(_sha256(raw["origin_mac"])) if raw.get("origin_mac") else None,
    )


def _moment(text: Any) -> datetime:
    moment = datetime.fromisoformat(text)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if aware < _EARLIEST:
        raise ValueError
    return aware.astimezone(UTC)


def _count(number: Any) -> int:
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < _MOST_ROWS:
        raise ValueError
    return number


def _sha256(text: Any) -> str:
    if len(text) != 64 or not _HEX.issuperset(text):
        raise ValueError
    return str(text).lower()
