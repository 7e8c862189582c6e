"""What kind of values a column holds: form alone, never the values themselves."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sources.contracts.code_lists import codes
from sources.contracts.list_files import installed

# This share of the values must fit; the rest are errors of the delivery, to be told by its checks.
ENOUGH = 0.95
FEW_CODES = 40
LONG_TEXT = 30
MANY_ROWS = 20
DATES = (
    ("dd.MM.yyyy", re.compile(r"\d{2}\.\d{2}\.\d{4}")),
    ("yyyy-MM-dd", re.compile(r"\d{4}-\d{2}-\d{2}")),
    ("yyyyMMdd", re.compile(r"(19|20)\d{2}(0[0-9]|1[0-2])([0-2][0-9]|3[01])")),
)
SLASHED = (
    ("dd/MM/yyyy", re.compile(r"(?:1[3-9]|2\d|3[01])/(?:0\d|1[0-2])/\d{4}")),
    ("MM/dd/yyyy", re.compile(r"(?:0\d|1[0-2])/(?:1[3-9]|2\d|3[01])/\d{4}")),
)
"""Days that can be read in one way only; up to the twelfth nobody can tell."""
DATE_LIKE = re.compile(
    r"\d{1,4}[./ -]{1,2}(?:\d{1,2}|[A-Za-zÄÖÜäöü]{3,9}\.?)[./ -]{1,2}\d{1,4}(?:[T ]\d{2}:\d{2}.*)?"
)
PARTLY = re.compile(r"00\.\d{2}\.\d{4}|\d{4}-\d{2}-00|\d{4}00\d{2}|\d{4}(-\d{2})?")
GERMAN = re.compile(r"-?(\d+|\d{1,3}(\.\d{3})+)(,\d{1,2})?")
ENGLISH = re.compile(r"-?(\d+|\d{1,3}(,\d{3})+)(\.\d{1,2})?")
INTEGER = re.compile(r"-?(0|[1-9]\d{0,8})")
SAID = ({"ja", "nein"}, {"true", "false"}, {"wahr", "falsch"})
LETTERS = {"j", "n"}
"""Each alone may be a code of something else."""
DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class Guess:
    """A column by its form.

    `kind` is a logical type; a date without `date_format` is written in a form that people have to
    tell, such as 01/02/2026. `length` the number of digits when all values are digits of one
    length; `distinct` and `filled` are counts. `spread` tells values that are nearly all different.
    """

    kind: str
    filled: int
    rows: int
    distinct: int
    date_format: str | None = None
    partly_known: bool = False
    decimal: str | None = None
    length: int | None = None
    code_list: str | None = None
    long: bool = False

    @property
    def unique(self) -> bool:
        """Tell whether every row has its own value."""
        return 0 < self.rows == self.filled == self.distinct

    @property
    def spread(self) -> bool:
        """Tell whether values could name single people: mostly different, or far too many."""
        if self.filled < MANY_ROWS:
            return self.unique and self.filled > 1
        return self.distinct > self.filled / 2 or self.distinct > 10 * FEW_CODES


def guess(values: Sequence[str | None], preferred_list: str | None = None) -> Guess:
    """Guess the type of a column; a code list is taken when its codes cover the values."""
    filled = [value for value in values if value]
    distinct = set(filled)
    counts = (len(filled), len(values), len(distinct))
    if not filled:
        return Guess("string", *counts)
    if _is_truth({value.casefold() for value in distinct}):
        return Guess("boolean", *counts)
    listed = _code_list(filled, distinct, preferred_list)
    if listed:
        return Guess("string", *counts, code_list=listed)
    return _date(filled, counts) or _number(filled, counts) or _text(filled, counts)


def _is_truth(words: set[str]) -> bool:
    return words == LETTERS or any(words <= said for said in SAID)


def _share(pattern: re.Pattern[str], values: Sequence[str]) -> float:
    return sum(bool(pattern.fullmatch(value)) for value in values) / len(values)


def _date(filled: Sequence[str], counts: tuple[int, int, int]) -> Guess | None:
    for form, pattern in DATES:
        partly = sum(bool(PARTLY.fullmatch(value)) for value in filled)
        fits = sum(bool(pattern.fullmatch(v) or PARTLY.fullmatch(v)) for v in filled)
        # Years and plain numbers alone are no dates.
        if fits >= ENOUGH * len(filled) and _share(pattern, filled) > 0.5:
            return Guess("date", *counts, date_format=form, partly_known=bool(partly))
    if _share(DATE_LIKE, filled) < ENOUGH:
        return None
    told = [form for form, pattern in SLASHED if any(map(pattern.fullmatch, filled))]
    return Guess("date", *counts, date_format=told[0] if len(told) == 1 else None)


def _number(filled: Sequence[str], counts: tuple[int, int, int]) -> Guess | None:
    if any(len(value) > 1 and value[0] == "0" and value[1].isdigit() for value in filled):
        return None
    if _share(INTEGER, filled) >= ENOUGH:
        return Guess("integer", *counts)
    german, english = _share(GERMAN, filled), _share(ENGLISH, filled)
    if max(german, english) < ENOUGH:
        return None
    return Guess("number", *counts, decimal="," if german >= english else ".")


def _text(filled: Sequence[str], counts: tuple[int, int, int]) -> Guess:
    lengths = {len(value) for value in filled}
    digits = all(DIGITS.fullmatch(value) for value in filled)
    return Guess(
        "string",
        *counts,
        length=lengths.pop() if digits and len(lengths) == 1 else None,
        long=sum(map(len, filled)) > LONG_TEXT * len(filled),
    )


def _code_list(filled: Sequence[str], distinct: set[str], preferred: str | None) -> str | None:
    """Find the list that has the values; without a hint of the name only for telling codes."""
    if preferred and _covered(filled, preferred):
        return preferred
    telling = len(distinct) > 2 and any(value.startswith("0") for value in distinct)
    if not telling or any(not value.isascii() for value in distinct):
        return None
    names = sorted({entry.name for entry in installed()})
    return next((name for name in names if _covered(filled, name)), None)


def _covered(filled: Sequence[str], name: str) -> bool:
    known = codes(name)
    return sum(value in known for value in filled) >= ENOUGH * len(filled)
