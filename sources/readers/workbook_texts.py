"""Cells as texts of the form the contract asks for: what a spreadsheet program did is undone.

It keeps days as counted days, numbers without leading zeros, and turns `1-2` into a date.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kim_pipeline.privacy.columns import map_distinct, nulls, one_array
from sources.contracts.code_lists import codes
from sources.contracts.fields import Field
from sources.contracts.location import Text
from sources.readers.workbook_cells import DAY, NUMBER, TEXT, TRUTH

DAY_ZERO = date(1899, 12, 30)
FIRST_SURE_DAY = 61
"""Before 1 March 1900 the programs disagree: one knows a 29 February 1900."""
LAST_DAY = (date.max - DAY_ZERO).days
YEARS = range(1800, 2101)
"""A number like this in a column of dates is a year somebody typed, not a day of 1905."""
LONGEST_NUMBER = 10**15
LONGEST_CODE = 20


@dataclass(frozen=True)
class Texts:
    """A column as delivered texts; how many numbers were padded, and how many cells are lost."""

    column: pa.Array[Any]
    padded: int
    spoiled: int


def as_texts(cells: pa.ChunkedArray[Any], field: Field, written: Text) -> Texts:
    """Write the cells of one column as the contract's field is read."""
    column = one_array(cells)
    texts = pc.struct_field(column, "text")
    kinds = np.asarray(pc.struct_field(column, "kind").to_numpy())
    if not np.any(kinds != TEXT):
        return Texts(texts, 0, 0)
    fits = _fitting(field)
    writers: dict[int, Callable[[str], str | None]] = {
        NUMBER: lambda text: _number(text, field, written, fits),
        TRUTH: lambda text: text,
        DAY: lambda text: _day(text, field),
    }
    filled = ~nulls(texts)
    result = pc.if_else(pa.array(kinds == TEXT), texts, pa.scalar(None, pa.string()))
    for kind, writer in writers.items():
        here = pa.array(kinds == kind)
        mapped = map_distinct(writer, pc.if_else(here, texts, None), pa.string())
        result = pc.if_else(here, mapped, result)
    lost = int(np.count_nonzero(filled & nulls(result)))
    padded = _padded(texts, result, kinds) if fits and field.kind == "string" else 0
    return Texts(result, padded, lost)


def _padded(texts: pa.Array[Any], result: pa.Array[Any], kinds: Any) -> int:
    """Count the numbers that became longer by zeros in front."""
    numbers = np.flatnonzero(kinds == NUMBER)
    before, after = texts.take(numbers).to_pylist(), result.take(numbers).to_pylist()
    return sum(
        text is not None and text.startswith("0") and len(text) > len(was or "")
        for was, text in zip(before, after, strict=True)
    )


def _number(
    text: str, field: Field, written: Text, fits: Callable[[str], bool] | None
) -> str | None:
    if field.kind == "date":
        return _serial_day(text, field)
    if abs(float(text)) >= LONGEST_NUMBER:
        return None
    if field.kind == "string" and fits and text.isdigit() and not fits(text):
        return _pad(text, fits)
    return text if field.kind == "integer" else text.replace(".", written.decimal_separator)


def _pad(text: str, fits: Callable[[str], bool]) -> str:
    """Give back leading zeros where one length alone fits the contract."""
    longer = (text.zfill(length) for length in range(len(text) + 1, LONGEST_CODE + 1))
    fitting = [candidate for candidate in longer if fits(candidate)]
    return fitting[0] if len(fitting) == 1 else text


def _fitting(field: Field) -> Callable[[str], bool] | None:
    """Say which texts the field's codes or pattern allow, if it has any."""
    allowed = {code.value for code in field.codes}
    if field.code_list:
        allowed |= codes(field.code_list, field.code_list_version)
    if allowed:
        return allowed.__contains__
    return _matches(re.compile(field.pattern)) if field.pattern else None


def _matches(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: pattern.fullmatch(text) is not None


def _serial_day(text: str, field: Field) -> str | None:
    """Read a day as counted by spreadsheet programs, in a cell without a date format."""
    days = int(float(text)) if abs(float(text)) < LONGEST_NUMBER else 0
    if days in YEARS or not FIRST_SURE_DAY <= days <= LAST_DAY:
        return text
    return _write(DAY_ZERO + timedelta(days=days), field)


def _day(text: str, field: Field) -> str | None:
    """Write a day in the contract's form; in a column of other kind it is lost."""
    return _write(date.fromisoformat(text), field) if field.kind == "date" else None


def _write(day: date, field: Field) -> str:
    form = field.date_format or "yyyy-MM-dd"
    parts: Iterable[tuple[str, str]] = (
        ("yyyy", f"{day.year:04}"),
        ("MM", f"{day.month:02}"),
        ("dd", f"{day.day:02}"),
    )
    for mark, digits in parts:
        form = form.replace(mark, digits)
    return form
