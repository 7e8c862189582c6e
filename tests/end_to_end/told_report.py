"""A written report in one language beside the published rows its figures have to be."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lxml.html
from own_kreis import OwnKreis
from small_kreis import ROOT
from written_tables import Figure, Key, Reader, Written

from kim_pipeline.kreis import read_kreis
from kim_pipeline.report.language import Language, read_language
from kim_pipeline.report.pages.plan import read_plan

# Tables of deliveries and links are no indicators; the others here hold words alone.
_WORDS = re.compile(r".*-(massnahmen|guete)")
_OTHERS = {"lieferungen", "verknuepfung"}
_VALUES = """
    SELECT indicator_id, breakdown, month::text, town_ags,
           concat_ws('+', nullif(value_1, ''), nullif(value_2, '')),
           status, value, numerator, revision, provisional
    FROM published.indicator_value
"""


@dataclass(frozen=True)
class Row:
    """A published row."""

    status: str
    value: float | None
    numerator: int | None
    revision: int
    provisional: bool


@dataclass(frozen=True)
class Told:
    """A written report in one language, and how to read it."""

    kreis: OwnKreis
    folder: Path
    language: Language
    reader: Reader

    def tables(self) -> Iterator[Written]:
        yield from self.reader.tables(self.folder / self.language.text("page.files.tables"))

    def figures(self) -> Iterator[Figure]:
        """Give every figure of an indicator in every table."""
        compared = self._compared()
        for table in self.tables():
            if not _WORDS.fullmatch(table.name) and table.section not in _OTHERS:
                yield from self.reader.figures(table, compared)

    def wrong(self, rows: Mapping[Key, Row]) -> list[str]:
        """List the figures that are not the published ones, or not with their status."""
        return [
            f"{one.table}: {'/'.join(one.key)}"
            for one in self.figures()
            if (one.number, one.status) != wanted(self.language, rows.get(one.key), one.part)
        ]

    def page(self, name: str) -> Any:
        """Read a page of the report."""
        return lxml.html.fromstring((self.folder / f"{name}.html").read_text("utf-8"))

    def _compared(self) -> str:
        """Find the indicator of the overview's map in the caption of its table."""
        (caption,) = self.page("index").xpath('//section[@id="staedte"]//caption')
        keys, words = read_plan().keys, caption.text_content()
        return next(i for n, i in self.reader.names.items() if i in keys and words.startswith(n))


def told(kreis: OwnKreis, locale: str = "de") -> Told:
    """Open the report of an installation."""
    folder = kreis.settings.report if locale == "de" else kreis.settings.report / locale
    listed = kreis.rows("SELECT name_de, name_en, indicator_id FROM published.indicator")
    names = {str(row[0 if locale == "de" else 1]): str(row[2]) for row in listed}
    language = read_language(locale)
    known = {key: row.status for key, row in published(kreis).items()}
    months = tuple(sorted({key[2] for key in known}))
    reader = Reader(language, read_kreis(ROOT / "kreis.yaml"), names, months, known)
    return Told(kreis, folder, language, reader)


def published(kreis: OwnKreis) -> dict[Key, Row]:
    """Read all published figures of indicators."""
    found = {}
    for row in kreis.rows(_VALUES):
        indicator, breakdown, month, town, part = map(str, row[:5])
        found[indicator, breakdown, month, town, part] = Row(*row[5:])  # type: ignore[arg-type]
    return found


def wanted(language: Language, row: Row | None, part: str) -> tuple[str, str]:
    """Say what a field and its status have to be for a published row."""
    if row is None or row.status != "published" or row.value is None:
        status = "absent" if row is None else row.status
        return "", language.text(f"csv.statuses.{status}")
    words = [language.text("csv.statuses.published")]
    marks = {"provisional": row.provisional, "revised": row.revision > 0}
    words += [language.text(f"signs.spoken.{name}") for name, holds in marks.items() if holds]
    number = row.numerator if part == "numerator" else row.value
    return f"{float(number or 0):.10g}", ", ".join(words)
