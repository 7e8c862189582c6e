"""Whether columns hold what their fields hold elsewhere: found when values stand beside their own.

A column of dates, numbers or codes has a form. Where several columns lack their form and have that
of the column beside, everything was moved by one: a mark too many, or a header that grew alone.
"""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa

from sources.contracts.code_lists import codes
from sources.contracts.fields import Field
from sources.contracts.tables import Table

Form = Callable[[str], object]
SAMPLE_ROWS = 5_000
FEWEST_VALUES = 5
FEWEST_COLUMNS = 2
_LACKS, _HAS = 0.5, 0.9
_DATE_PARTS = {"yyyy": r"\d{4}", "MM": r"\d{2}", "dd": r"\d{2}"}
_NUMBERS = {"integer": r"-?\d{1,9}", "number": r"-?\d[\d., '\u00a0\u2009\u202f]*"}


def sample(rows: pa.Table) -> pa.Table:
    """Take rows evenly from a table; enough to judge columns by, whatever its size."""
    step = max(1, rows.num_rows // SAMPLE_ROWS)
    return rows if step == 1 else rows.take(np.arange(0, rows.num_rows, step))


def is_shifted(rows: pa.Table, table: Table) -> bool:
    """Tell whether columns of a table of strings hold the values of those beside them."""
    seen = sample(rows)
    texts = [_texts(seen[field.name]) for field in table.fields]
    forms = [_form(field) for field in table.fields]
    lacking = [n for n, form in enumerate(forms) if _share(texts[n], form, 1.0) < _LACKS]
    if len(lacking) < FEWEST_COLUMNS:
        return False
    return any(
        sum(_fits_beside(texts, forms, n, n + way) for n in lacking) * 2 >= len(lacking) + 1
        for way in (-1, 1)
    )


def _fits_beside(texts: list[list[str]], forms: list[Form | None], own: int, beside: int) -> bool:
    return 0 <= beside < len(texts) and _share(texts[beside], forms[own], 0.0) >= _HAS


def _share(texts: list[str], form: Form | None, untold: float) -> float:
    """Give the share of values that have a form; `untold` where there is too little to say."""
    if form is None or len(texts) < FEWEST_VALUES:
        return untold
    return sum(1 for text in texts if form(text)) / len(texts)


def _texts(column: Any) -> list[str]:
    return [stripped for text in column.to_pylist() if text and (stripped := text.strip())]


def _form(field: Field) -> Form | None:
    if field.list_separator or not field.used:
        return None
    if field.kind == "date":
        return re.compile(_date_form(field), re.ASCII).fullmatch
    if field.kind in _NUMBERS:
        return re.compile(_NUMBERS[field.kind], re.ASCII).fullmatch
    allowed = {code.value for code in field.codes}
    if field.code_list:
        allowed |= set(codes(field.code_list, field.code_list_version))
    if allowed:
        return allowed.__contains__
    return re.compile(field.pattern).search if field.pattern else None


def _date_form(field: Field) -> str:
    pattern = re.escape(field.date_format or "yyyy-MM-dd").replace(r"\-", "-")
    for part, expression in _DATE_PARTS.items():
        pattern = pattern.replace(part, expression)
    return rf"(?:{pattern}|\d{{4}}(?:-\d{{2}})?)" if field.partly_known else pattern
