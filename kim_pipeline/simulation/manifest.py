"""The manifest of a delivery: what was delivered, how many rows, when."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kim_pipeline.simulation.dates import add_months

MANIFEST = "manifest.json"
DELIVERY_DAY = {
    "immigration_office": 3,
    "job_centre": 4,
    "case_management": 5,
    "asylum_benefits": 6,
}


@dataclass(frozen=True, slots=True)
class DeliveredTable:
    """One table of a delivery with the file it lies in."""

    name: str
    file: str
    rows: int


def write_manifest(
    folder: Path, source: str, month: date, sequence: int, tables: list[DeliveredTable]
) -> None:
    """Write `manifest.json`; a repeated delivery is created as many days later."""
    created = add_months(month, 1).replace(day=DELIVERY_DAY[source] + sequence - 1)
    manifest = {
        "source": source,
        "period": f"{month:%Y-%m}",
        "sequence": sequence,
        "created": f"{created:%Y-%m-%d}T06:00:00Z",
        "invented": True,
        "tables": {t.name: {"file": t.file, "rows": t.rows} for t in tables},
    }
    write_manifest_text(folder / MANIFEST, manifest)


def write_manifest_text(path: Path, manifest: dict[str, object]) -> None:
    """Write a manifest as JSON."""
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")
