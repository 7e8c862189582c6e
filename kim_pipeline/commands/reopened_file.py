"""A feedback file with its sealed numbers opened: the column `contact` becomes `record_number`.

Every other column stays as it is. The result names persons: mode 0600, never over another file.
"""

import csv
import io
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kim_pipeline.errors import ConfigError, DeliveryError
from kim_pipeline.privacy.recontact import Reopener, from_text

PSEUDONYM, SEALED, NUMBER = "record_pseudonym", "contact", "record_number"
DELIMITERS = ";,\t"
# A spreadsheet program takes a cell that begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|")


def reopen_csv(given: Path, target: Path, opener: Reopener) -> int:
    """Open the numbers of a CSV file with a header and return how many were opened.

    Raises DeliveryError when it lacks the columns, KeyFileError when a number does not open.
    """
    text = _text(given)
    header = text.partition("\n")[0]
    mark = max(DELIMITERS, key=header.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=mark)
    names = [name for name in reader.fieldnames or () if name != SEALED]
    if {PSEUDONYM, SEALED} - {*(reader.fieldnames or ())}:
        raise DeliveryError(f"{given.name} lacks {PSEUDONYM} or {SEALED}; use it as it came.")
    opened, count = _opened(reader, given, opener)
    sink = io.StringIO(newline="")
    writer = csv.DictWriter(
        sink, [NUMBER, *names], delimiter=mark, lineterminator="\r\n", quoting=csv.QUOTE_ALL
    )
    writer.writeheader()
    writer.writerows([{n: _as_text(v) if n == NUMBER else v for n, v in r.items()} for r in opened])
    _write(target, "\ufeff" + sink.getvalue())
    return count


def reopen_json(given: Path, target: Path, opener: Reopener) -> int:
    """Open the numbers of a JSON list of rows, or of the list `findings` of an object."""
    try:
        content: Any = json.loads(_text(given))
        rows = content["findings"] if isinstance(content, dict) else content
        opened, count = _opened(rows, given, opener)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise DeliveryError(f"{given.name} is no feedback file; use it as it came.") from None
    whole = {**content, "findings": opened} if isinstance(content, dict) else opened
    _write(target, json.dumps(whole, ensure_ascii=False, indent=1))
    return count


def _text(given: Path) -> str:
    try:
        return given.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise DeliveryError(
            f"{given.name} was saved in another encoding by another program; use it as it came."
        ) from None


def _opened(
    rows: Iterable[dict[str, Any]], given: Path, opener: Reopener
) -> tuple[list[dict[str, Any]], int]:
    opened, count = [], 0
    for row in rows:
        if PSEUDONYM not in row or SEALED not in row or None in row:
            raise DeliveryError(f"{given.name} lacks {PSEUDONYM} or {SEALED}; use it as it came.")
        number = ""
        if row[SEALED]:
            number = opener.open(str(row[PSEUDONYM]), *from_text(str(row[SEALED])))
            count += 1
        kept = {name: value for name, value in row.items() if name != SEALED}
        opened.append({NUMBER: number, **kept})
    return opened, count


def _as_text(number: str) -> str:
    return f"'{number}" if number.startswith(FORMULA) else number


def _write(target: Path, text: str) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        descriptor = os.open(target, flags, 0o600)
    except FileExistsError:
        raise ConfigError(f"{target} exists; remove it or name another file: --out") from None
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        file.write(text)
