"""Files that carry questions out and decisions in; what is meant for an authority is its own."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from kim_pipeline.errors import ConfigError
from kim_pipeline.periods import format_month
from kim_pipeline.warehouse.review_decisions import Decision
from kim_pipeline.warehouse.review_queue import Item

TRUST_OFFICE = (
    "item", "kind", "reason", "source_1", "record_1", "source_2", "record_2", "probability",
    "agreement", "first_month", "month",
)  # fmt: skip
# No kind, no probability, no month: all of them could tell of records elsewhere.
AUTHORITY = ("item", "record_1", "record_2")
DECISIONS = ("item", "decision", "decided_by", "reason")
_ANSWERS = {"same": True, "different": False}

Row = Mapping[str, object]


def rows_for_trust_office(items: Sequence[Item]) -> list[Row]:
    """Give each item with the source and pseudonym of both records."""
    return [
        {
            "item": item.item,
            "kind": item.kind,
            "reason": item.reason,
            "source_1": item.source_l,
            "record_1": item.record_l,
            "source_2": item.source_r,
            "record_2": item.record_r,
            "probability": item.probability,
            "agreement": "; ".join(f"{name}: {word}" for name, word in item.levels.items()),
            "first_month": format_month(item.first_month),
            "month": format_month(item.month),
        }
        for item in items
    ]


def rows_for_authority(items: Sequence[Item]) -> list[Row]:
    """Give each item with the authority's own two pseudonyms and nothing else."""
    return [
        {"item": item.item, "record_1": item.record_l, "record_2": item.record_r} for item in items
    ]


def write_rows(path: Path, rows: Sequence[Row], *, for_authority: bool) -> None:
    """Write rows as CSV or, where the name ends so, as JSON; only this account may read the file.

    Raises ConfigError for another ending or a folder that is not there.
    """
    names = AUTHORITY if for_authority else TRUST_OFFICE
    if path.suffix not in (".csv", ".json") or not path.parent.is_dir():
        raise ConfigError(f"{path}: name a .csv or .json file in a folder that exists.")
    path.touch(mode=0o600)
    path.chmod(0o600)
    with path.open("w", encoding="utf-8", newline="") as file:
        if path.suffix == ".json":
            json.dump(list(rows), file, ensure_ascii=False, indent=1)
            return
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)


def read_decisions(path: Path, now: datetime) -> list[Decision]:
    """Read decisions as the trust office returns them: CSV with commas or semicolons, in UTF-8.

    Raises ConfigError naming file and row when something is missing or not as it must be.
    """
    if not path.is_file():
        raise ConfigError(f"{path} is missing.")
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError(f"{path} is not UTF-8; save it as CSV UTF-8.") from None
    head = text.partition("\n")[0]
    # Spreadsheets write semicolons where the comma is the decimal sign, as in Germany.
    separator = max(",;", key=head.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
    lacking = [name for name in DECISIONS if name not in (reader.fieldnames or ())]
    if lacking:
        raise ConfigError(f"{path} lacks the column(s) {', '.join(lacking)}.")
    return [_decision(path, number, row, now) for number, row in enumerate(reader, start=2)]


def _decision(path: Path, number: int, row: Mapping[str, str | None], now: datetime) -> Decision:
    item, answer, by, reason = ((row[name] or "").strip() for name in DECISIONS)
    if answer not in _ANSWERS:
        raise ConfigError(f"{path} row {number}: the decision is neither same nor different.")
    return Decision(item, _ANSWERS[answer], by, now, reason)
