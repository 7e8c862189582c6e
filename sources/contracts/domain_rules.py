"""The rules that law and guideline give (R1 to R16): texts, the times they hold, their numbers.

How each is judged stands with the finding rules and the quality checks that it names.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

EVENT, MONTH = "event", "month"


@dataclass(frozen=True)
class Period:
    """A time in which a rule holds, both days included (no last day: still), and its numbers."""

    first: date
    last: date | None
    numbers: Mapping[str, int]
    statuses: tuple[str, ...] = ()

    def covers(self, day: date) -> bool:
        """Tell whether the rule held on a day by this text of it."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class DomainRule:
    """One rule: English and German text, where it stands, and the checks that make it.

    `judged_on`: the month judged decides whether the rule holds, or the day of the event judged.
    """

    number: str
    text: str
    text_de: str
    source: str
    judged_on: str
    periods: tuple[Period, ...]
    checks: tuple[str, ...]

    def on(self, day: date) -> tuple[Period, ...]:
        """List the texts of the rule that held on a day."""
        return tuple(period for period in self.periods if period.covers(day))

    def today(self, name: str) -> int:
        """Give a number of the newest text of the rule."""
        return self.periods[-1].numbers[name]


@cache
def domain_rules() -> Mapping[str, DomainRule]:
    """Read all rules by number."""
    raw = files("sources.contracts").joinpath("domain_rules.yaml").read_text("utf-8")
    return {number: _rule(number, entry) for number, entry in yaml.safe_load(raw).items()}


def domain_rule(number: str) -> DomainRule:
    """Give one rule; KeyError when there is none of that number."""
    return domain_rules()[number]


def _rule(number: str, entry: Mapping[str, Any]) -> DomainRule:
    return DomainRule(
        number,
        entry["en"],
        entry["de"],
        entry["source"],
        entry["judged_on"],
        tuple(_period(**time) for time in entry["times"]),
        tuple(entry["checks"]),
    )


def _period(statuses: tuple[str, ...] = (), **given: Any) -> Period:
    first, last = given.pop("from"), given.pop("to", None)
    return Period(first, last, given, tuple(statuses))
