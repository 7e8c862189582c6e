"""What a Kreis lets leave as files: the licence of its tables, and the purposes of microdata."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from kim_pipeline.errors import ConfigError, LegalError
from kim_pipeline.export.coarse import coarse_columns

# An authority is none of them: it gets back what its own records say, by `kim feedback`.
AUDIENCES = ("statistics", "research")
FEWEST = 3


@dataclass(frozen=True)
class Purpose:
    """One purpose of microdata: who receives which columns until when, and how coarse."""

    purpose: str
    title: str
    audience: str
    recipient: str
    basis: str
    last_day: date
    columns: tuple[str, ...]
    smallest_group: int
    most_withheld: float
    most_rows: int

    def check_day(self, today: date) -> None:
        """Refuse a purpose that has ended. Raises LegalError."""
        if today > self.last_day:
            raise LegalError(
                f"The purpose {self.purpose} ended on {self.last_day}; no extract is made for it."
            )


@dataclass(frozen=True)
class Offers:
    """Everything a Kreis decided about exports."""

    licence: Mapping[str, str] | None = None
    purposes: Mapping[str, Purpose] | None = None

    def purpose(self, name: str) -> Purpose:
        """Return a declared purpose. Raises LegalError when it is not."""
        declared = self.purposes or {}
        if name not in declared:
            known = ", ".join(sorted(declared)) or "none"
            raise LegalError(
                f"This purpose is not declared in the Kreis configuration (declared: {known})."
            )
        return declared[name]


def read_offers(path: Path | None) -> Offers:
    """Read what a Kreis decided about exports; without a file there is no microdata.

    Raises ConfigError naming the entry that is missing or wrong.
    """
    if path is None:
        return Offers()
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except FileNotFoundError:
        raise ConfigError(f"{path} is missing; the Kreis configuration names it.") from None
    except yaml.YAMLError:
        raise ConfigError(f"{path} is not valid YAML.") from None
    entries = given.get("purposes") or []
    purposes = [_purpose(path.name, number, entry) for number, entry in enumerate(entries, 1)]
    if len({p.purpose for p in purposes}) != len(purposes):
        raise ConfigError(f"{path.name}: purposes: two have the same name.")
    return Offers(given.get("licence"), {p.purpose: p for p in purposes})


def _purpose(file: str, number: int, entry: Mapping[str, Any]) -> Purpose:
    where = f"{file}: purposes: entry {number}"
    names = [field.name for field in fields(Purpose)]
    wrong = sorted(set(names) ^ set(entry))
    if wrong:
        raise ConfigError(f"{where} lacks, or should not have, {', '.join(wrong)}.")
    made = Purpose(**{**entry, "columns": tuple(entry["columns"])})
    if made.audience not in AUDIENCES:
        raise ConfigError(
            f"{where}: audience must be one of {', '.join(AUDIENCES)}; an authority gets back "
            "its own records alone, by kim feedback."
        )
    if not isinstance(made.last_day, date):
        raise ConfigError(f"{where}: last_day must be a day, written as YYYY-MM-DD.")
    if made.smallest_group < FEWEST:
        raise ConfigError(f"{where}: smallest_group must be {FEWEST} persons or more.")
    fine = [name for name in made.columns if name not in coarse_columns()]
    if fine or len(set(made.columns)) < len(made.columns):
        raise ConfigError(
            f"{where}: columns: {', '.join(fine) or 'one'} is no coarse column of "
            "core.person_month, or stands twice."
        )
    return made
