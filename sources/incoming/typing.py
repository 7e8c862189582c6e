"""From delivered strings to typed Arrow columns by contract.

What cannot be read becomes null and is counted. Partly known dates become a struct of year, month,
day (the unknown parts null) and precision.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kim_pipeline.privacy.columns import map_distinct, nulls, one_array
from sources.contracts.code_lists import codes
from sources.contracts.fields import Field
from sources.contracts.location import Text
from sources.contracts.tables import Table
from sources.incoming.truths import read_truth

Mask: TypeAlias = npt.NDArray[np.bool_]
Reader: TypeAlias = Callable[[str], Any]

PARTLY_KNOWN = pa.struct(
    [("year", pa.int16()), ("month", pa.int8()), ("day", pa.int8()), ("precision", pa.string())]
)
AMOUNT = pa.decimal128(10, 2)
MAX_AMOUNT = Decimal(10) ** 8
FIRST_ROWS = 5
SPACES = dict.fromkeys((0xA0, 0x2009, 0x202F), " ")
"""Spaces that keep a number on one line: no-break, thin, narrow no-break."""
UNKNOWN = ("true", "unbekannt")
"""How the XÖV choice `unbekannt` is written: nothing is known, and nothing is wrong."""
DATE_PARTS = {"yyyy": r"(?P<year>\d{4})", "MM": r"(?P<month>\d{2})", "dd": r"(?P<day>\d{2})"}


@dataclass(frozen=True)
class Unreadable:
    """How many values of a column could not be read, and the first rows' numbers in their files."""

    count: int
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Typed:
    """One typed table: an Arrow array per used field, and per field where it could not be read."""

    columns: Mapping[str, pa.Array[Any]]
    unreadable: Mapping[str, Mask] = field(default_factory=dict)

    def counts(self, numbers: npt.NDArray[np.int64]) -> dict[str, Unreadable]:
        """Count the unreadable values of each column that has some; `numbers` are the rows'."""
        found = {name: numbers[np.flatnonzero(mask)] for name, mask in self.unreadable.items()}
        return {
            name: Unreadable(len(rows), tuple(int(row) for row in rows[:FIRST_ROWS]))
            for name, rows in found.items()
            if len(rows)
        }


def type_table(rows: pa.Table, table: Table, text: Text) -> Typed:
    """Type every field that is used or part of the key; `text` says how numbers are written."""
    columns, unreadable = {}, {}
    for described in table.fields:
        if not described.used and described.key_position is None:
            continue
        texts = one_array(pc.utf8_trim_whitespace(rows[described.name]))
        typed = type_column(texts, described, text)
        columns[described.name] = typed
        unreadable[described.name] = nulls(typed) & ~_blank(texts)
    return Typed(columns, unreadable)


def type_column(texts: pa.Array[Any], described: Field, text: Text) -> pa.Array[Any]:
    """Type one column of trimmed strings; an unreadable value becomes null."""
    if described.list_separator:
        return _lists(texts, described.list_separator)
    read, kind = _reader(described, text)
    return map_distinct(read, texts, kind)


def _reader(described: Field, written: Text) -> tuple[Reader, pa.DataType]:
    if described.kind == "date":
        form = described.date_format or "yyyy-MM-dd"
        if described.partly_known:
            return (lambda text: read_partly_known(text, form)), PARTLY_KNOWN
        return (lambda text: read_date(text, form)), pa.date32()
    if described.kind == "integer":
        return (lambda text: _within(read_integer(text), described)), pa.int32()
    if described.kind == "number":
        return (lambda text: _within(read_amount(text, written), described)), AMOUNT
    if described.kind == "boolean":
        return (lambda text: read_truth(text, described.value_map)), pa.bool_()
    return _code_reader(described), pa.string()


def read_date(text: str, form: str) -> date | None:
    """Read a whole date of one Java pattern; 31.02. is none."""
    match = _date_pattern(form).fullmatch(text)
    return _date(*(int(match[part]) for part in ("year", "month", "day"))) if match else None


def read_partly_known(text: str, form: str) -> dict[str, int | str | None] | None:
    """Read a date whose month and day may be unknown: 00, or left out in year-first forms.

    `00.00.1985` and `1985` know the year, `00.05.1985` and `1985-05` also the month; a day without
    a month, an impossible date or year 0 is unreadable. `precision` is day, month, year or unknown.
    """
    if text in UNKNOWN:
        return {"precision": "unknown"}
    match = _date_pattern(form).fullmatch(text)
    if match:
        year, month, day = (int(match[part]) for part in ("year", "month", "day"))
    elif short := re.fullmatch(r"(\d{4})(?:-(\d{2}))?", text):
        year, month, day = int(short[1]), int(short[2] or 0), 0
    else:
        return None
    if (day and not month) or _date(year, month or 1, day or 1) is None:
        return None
    precision = "day" if day else "month" if month else "year"
    return {"year": year, "month": month or None, "day": day or None, "precision": precision}


def read_integer(text: str) -> int | None:
    """Read a whole number of at most nine digits."""
    return int(text) if re.fullmatch(r"-?[0-9]{1,9}", text) else None


def read_amount(text: str, written: Text) -> Decimal | None:
    """Read an amount with at most two decimals and well-formed groups of thousands."""
    if written.thousands_separator == " ":
        text = text.translate(SPACES)
    if not _amount_pattern(written.decimal_separator, written.thousands_separator).fullmatch(text):
        return None
    plain = text.replace(written.thousands_separator, "")
    try:
        value = Decimal(plain.replace(written.decimal_separator, ".")).quantize(Decimal("0.01"))
    except InvalidOperation:
        return None
    return value if abs(value) < MAX_AMOUNT else None


def _code_reader(described: Field) -> Reader:
    allowed = {code.value for code in described.codes} or None
    if described.code_list:
        allowed = (allowed or set()) | codes(described.code_list, described.code_list_version)
    pattern = re.compile(described.pattern) if described.pattern else None
    mapping = described.value_map or {}

    def read(text: str) -> str | None:
        if not text or (allowed is not None and text not in allowed):
            return None
        if pattern and not pattern.fullmatch(text):
            return None
        return mapping.get(text, text)

    return read


def _within(value: Any, described: Field) -> Any:
    if value is None:
        return None
    low, high = described.minimum, described.maximum
    inside = (low is None or value >= Decimal(low)) and (high is None or value <= Decimal(high))
    return value if inside else None


def _lists(texts: pa.Array[Any], separator: str) -> pa.Array[Any]:
    def split(text: str) -> list[str]:
        return [part.strip() for part in text.split(separator) if part.strip()]

    return map_distinct(split, texts, pa.list_(pa.string()))


@cache
def _amount_pattern(decimal: str, thousands: str) -> re.Pattern[str]:
    point, group = re.escape(decimal), re.escape(thousands)
    return re.compile(rf"-?([0-9]{{1,8}}|[0-9]{{1,3}}({group}[0-9]{{3}})+)({point}[0-9]{{1,2}})?")


@cache
def _date_pattern(form: str) -> re.Pattern[str]:
    pattern = re.escape(form).replace(r"\-", "-")
    for part, expression in DATE_PARTS.items():
        pattern = pattern.replace(part, expression)
    return re.compile(pattern, re.ASCII)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _blank(texts: pa.Array[Any]) -> Mask:
    return nulls(map_distinct(lambda text: text or None, texts, pa.large_string()))
