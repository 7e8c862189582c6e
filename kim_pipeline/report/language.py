"""How the report speaks: its fixed texts, and numbers, months and days as a reader writes them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml
from babel.dates import format_date
from babel.numbers import format_decimal

from kim_pipeline.errors import ConfigError

NO_BREAK_SPACE = "\u00a0"
MINUS = "\u2212"
_TEXTS = Path(__file__).parent / "texts"
_BABEL_LOCALES = {"de": "de_DE", "en": "en_GB"}


@dataclass(frozen=True)
class Language:
    """One language of the report."""

    locale: str
    texts: Mapping[str, Any]

    def text(self, key: str, **values: object) -> str:
        """Give the text under a dotted key, its placeholders filled.

        Raises ConfigError when the language lacks the key.
        """
        text = self._find(key)
        if not isinstance(text, str):
            raise ConfigError(f"texts/{self.locale}.yaml lacks the text {key}.")
        return keep_together(text.format(**values))

    def has(self, key: str) -> bool:
        """Tell whether there is a text under the key."""
        return isinstance(self._find(key), str)

    def label(self, group: str, name: str) -> str:
        """Give the label of a name, or the name itself where none is written."""
        key = f"{group}.{name}"
        return self.text(key) if name and self.has(key) else name.replace("_", " ")

    def number(self, value: float) -> str:
        """Write a number with at most one decimal and a true minus."""
        return _written(value + 0.0, self.locale)

    def percent(self, value: float) -> str:
        """Write a percentage with a no-break space before its sign."""
        return f"{self.number(value)}{NO_BREAK_SPACE}%"

    def signed(self, value: float) -> str:
        """Write a change with its sign."""
        return f"+{self.number(value)}" if value > 0 else self.number(value)

    def amount(self, value: float, unit: str) -> str:
        """Write a figure with its unit."""
        if unit == "percent":
            return self.percent(value)
        return f"{self.number(value)}{NO_BREAK_SPACE}{self.unit(unit, value)}"

    def unit(self, unit: str, value: float) -> str:
        """Give the word of a unit for a value."""
        return self.text(f"units.{unit}.{'one' if abs(value) == 1 else 'many'}")

    def difference(self, value: float, unit: str) -> str:
        """Write the size of a change, without sign, in the words of its unit."""
        form = "one" if abs(value) == 1 else "many"
        word = self.text(f"differences.{unit}.{form}")
        return f"{self.number(abs(value))}{NO_BREAK_SPACE}{word}"

    def month(self, month: date) -> str:
        """Write a month as in `Oktober 2026`."""
        return self._date(month, "LLLL y").replace(" ", NO_BREAK_SPACE)

    def short_month(self, month: date) -> str:
        """Write a month as in `Okt 26`."""
        return self._date(month, "LLL yy").replace(".", "").replace(" ", NO_BREAK_SPACE)

    def day(self, day: date) -> str:
        """Write a day as in `31. Oktober 2026`."""
        return self._date(day, "d. MMMM y" if self.locale == "de" else "d MMMM y").replace(
            " ", NO_BREAK_SPACE
        )

    def short_day(self, day: date) -> str:
        """Write a day as in `03.11.2026`."""
        return self._date(day, "dd.MM.y" if self.locale == "de" else "dd/MM/y")

    def listing(self, names: Sequence[str]) -> str:
        """Join names as in `A, B und C`."""
        if len(names) < 2:
            return "".join(names)
        return f"{', '.join(names[:-1])} {self.text('words.and')} {names[-1]}"

    def count(self, value: int) -> str:
        """Write small counts as words."""
        return self.text(f"words.counts.n{value}") if value <= 12 else self.number(value)

    def _date(self, day: date, pattern: str) -> str:
        return format_date(day, pattern, locale=_BABEL_LOCALES[self.locale])

    def _find(self, key: str) -> object:
        found: object = self.texts
        for part in key.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
        return found


@lru_cache(maxsize=50_000)
def _written(value: float, locale: str) -> str:
    """Write a number; kept, since a report writes few numbers many times (a fifth of its time)."""
    written = format_decimal(value, "#,##0.#", locale=_BABEL_LOCALES[locale])
    return written.replace("-", MINUS)


@cache
def read_language(locale: str = "de") -> Language:
    """Read the texts of a language, once in a process.

    Raises ConfigError when the report does not speak it.
    """
    path = _TEXTS / f"{locale}.yaml"
    if locale not in _BABEL_LOCALES or not path.is_file():
        raise ConfigError(f"The report has no texts for the locale {locale!r}.")
    return Language(locale, yaml.safe_load(path.read_text(encoding="utf-8")))


def capital(words: str) -> str:
    """Begin words with a capital letter, where they stand alone."""
    return words[:1].upper() + words[1:]


def keep_together(text: str) -> str:
    """Tie a paragraph sign to its number, and a number to its percent sign."""
    tied = re.sub(r"§ (?=\d)", f"§{NO_BREAK_SPACE}", text)
    return re.sub(r"(?<=\d) %", f"{NO_BREAK_SPACE}%", tied)
