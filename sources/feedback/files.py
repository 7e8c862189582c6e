"""Feedback files: texts only, for nobody but this account and the authority they are for."""

import csv
import io
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

COLUMNS = (
    "record_pseudonym", "contact", "table", "file", "row", "rule", "field", "severity", "text",
)  # fmt: skip
Row = Mapping[str, str]
# A spreadsheet takes a text that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_csv(rows: Sequence[Row]) -> str:
    """Write rows as spreadsheets in Germany read them: semicolons, every cell a quoted text."""
    text = io.StringIO(newline="")
    text.write("\ufeff")
    writer = csv.DictWriter(text, COLUMNS, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows({name: harmless(row[name]) for name in COLUMNS} for row in rows)
    return text.getvalue()


def as_json(head: Mapping[str, object], rows: Sequence[Row]) -> str:
    """Write head and rows as one JSON object."""
    return json.dumps({**head, "findings": list(rows)}, ensure_ascii=False, indent=1) + "\n"


def harmless(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would compute."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def write_private(path: Path, text: str) -> None:
    """Replace a file as a whole; only this account may read it, or list its folder."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    with os.fdopen(os.open(fresh, flags, 0o600), "w", encoding="utf-8", newline="") as file:
        file.write(text)
    fresh.replace(path)
