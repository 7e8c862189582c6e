"""The `manifest.json` an authority lays beside its files: what it delivers, and for which month."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from kim_pipeline.errors import DeliveryError
from kim_pipeline.periods import format_month

FILE_NAME = "manifest.json"


@dataclass(frozen=True)
class Announcement:
    """What the manifest says; all of it is optional, and nothing is known without a manifest."""

    created: datetime | None = None
    sequence: int | None = None
    invented: bool = False
    rows: Mapping[str, int] = field(default_factory=dict)


def read_announcement(folder: Path | None, source: str, month: date) -> Announcement:
    """Read the manifest of a delivery folder, if there is one.

    Raises DeliveryError when it is unreadable or speaks of another source or month.
    """
    path = folder / FILE_NAME if folder else None
    if path is None or not path.is_file():
        return Announcement()
    where = f"{source} {format_month(month)}: {FILE_NAME}"
    try:
        raw = json.loads(path.read_text("utf-8"))
        announced = _announcement(raw)
        period, name = raw.get("period"), raw.get("source")
    except (ValueError, TypeError, KeyError, AttributeError):
        raise DeliveryError(f"{where} is not readable; ask for a complete delivery.") from None
    if period != format_month(month):
        raise DeliveryError(f"{where} does not say period {format_month(month)}; wrong month?")
    if name not in (None, source):
        raise DeliveryError(f"{where} speaks of another source; it lies in the wrong folder.")
    return announced


def _announcement(raw: Mapping[str, Any]) -> Announcement:
    created = datetime.fromisoformat(raw["created"]) if "created" in raw else None
    return Announcement(
        created=created if created is None or created.tzinfo else created.replace(tzinfo=UTC),
        sequence=int(raw["sequence"]) if raw.get("sequence") is not None else None,
        invented=raw.get("invented") is True,
        rows={
            name: int(entry["rows"])
            for name, entry in (raw.get("tables") or {}).items()
            if "rows" in entry
        },
    )
