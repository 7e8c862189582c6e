"""The editions of the report: every month, every quarter for the steering group, every year."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from kim_pipeline.errors import ConfigError
from kim_pipeline.periods import format_month, next_month
from kim_pipeline.report.language import Language

Kind = Literal["monthly", "quarterly", "yearly"]
KINDS: tuple[Kind, ...] = get_args(Kind)
_MONTHS: dict[Kind, int] = {"monthly": 1, "quarterly": 3, "yearly": 12}
# How many months back an edition compares, where there are figures.
_BACK: dict[str, int] = {"monthly": 12, "quarterly": 3, "yearly": 12}
FOLDERS = re.compile(r"quartal-\d{4}-Q[1-4]|jahr-\d{4}")


@dataclass(frozen=True)
class Edition:
    """An edition: its kind, the month it ends with, and the month it is compared with."""

    kind: Kind
    month: date
    since: date | None

    @property
    def folder(self) -> str:
        """Name its folder below the monthly report's; empty for the monthly report itself."""
        if self.kind == "quarterly":
            return f"quartal-{self.month.year}-Q{_quarter(self.month)}"
        return f"jahr-{self.month.year}" if self.kind == "yearly" else ""


def edition_words(language: Language, key: str, kind: str, month: date) -> str:
    """Write the period of an edition with the text of its kind under a key."""
    given = {"month": language.month(month), "quarter": _quarter(month), "year": month.year}
    return language.text(f"{key}.{kind}", **given)


def compares_with_first(kind: str, month: date, since: date) -> bool:
    """Tell whether a later month stands in for the one to compare with, which is not published."""
    return since > next_month(month, -_BACK[kind])


def _quarter(month: date) -> int:
    return (month.month + 2) // 3


def edition_of(kind: str, month: date) -> Edition:
    """Give the edition of a month.

    Raises ConfigError for an unknown kind, and when the month does not end a quarter or a year.
    """
    if kind not in KINDS:
        raise ConfigError(f"There is no edition {kind!r}; write one of {', '.join(KINDS)}.")
    if month.month % _MONTHS[kind]:
        raise ConfigError(f"{format_month(month)} does not end the period of a {kind} edition.")
    since = None if kind == "monthly" else next_month(month, -_MONTHS[kind])
    return Edition(kind, month, since)


def editions_of(month: date) -> tuple[Edition, ...]:
    """Give the editions that a month ends, the monthly one first."""
    ended = [kind for kind in KINDS if not month.month % _MONTHS[kind]]
    return tuple(edition_of(kind, month) for kind in ended)
