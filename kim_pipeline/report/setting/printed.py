"""The report as plain values for the template of the PDF: the template only places them."""

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from kim_pipeline.report.document import Page, Report, Section, Sentence, Table
from kim_pipeline.report.editions import compares_with_first, edition_words
from kim_pipeline.report.language import Language
from kim_pipeline.report.setting.chart_style import colours
from kim_pipeline.report.setting.figure_tables import all_signs
from kim_pipeline.report.setting.printed_sections import (
    Paper,
    Values,
    definition_values,
    is_list,
    is_short,
    is_tall,
    section_values,
)
from kim_pipeline.report.setting.printed_tables import appended_sections, is_narrow, printed_table

_WORDS = ("page", "contents", "tables", "definitions", "signs", "protection", "lead", "points")
_Appended = tuple[Section, Table]


def as_json(report: Report, language: Language) -> str:
    """Give the whole report as the JSON that the template reads."""
    appendix = _appendix(report, language)
    numbers = {_content(table): place for place, (_, table) in enumerate(appendix, 1)}
    places = {
        section.table.name: numbers[_content(section.table)]
        for section in appended_sections(report)
        if section.table
    }
    paper = Paper(language, {d.indicator_id: d for d in report.definitions}, places)
    values = _frame(report, language) | {
        "pages": [_page(paper, page) for page in report.pages],
        "tables": [
            [_entry(paper, *entry) for entry in run]
            for _, run in groupby(appendix, key=lambda entry: is_narrow(language, entry[1]))
        ],
    }
    return json.dumps(values, ensure_ascii=False)


def _frame(report: Report, language: Language) -> Values:
    """Write what surrounds the pages: title, running heads, definitions, signs."""
    month, known_on = language.month(report.month), language.day(report.known_on)
    given = {"kreis": report.kreis, "month": month, "day": known_on}
    known = report.known_on
    words: Values = {name: language.text(f"pdf.{name}") for name in _WORDS}
    return {
        "locale": report.locale,
        "kreis": report.kreis,
        "notice": report.notice,
        "known_on": [known.year, known.month, known.day],
        "colours": colours(),
        "words": words | {"protection-text": language.text("protection.text")},
        **{name: language.text(f"pdf.{name}", **given) for name in ("title", "brand", "edition")},
        "footer": report.notice.partition(". ")[0],
        "meta": edition_line(report, language),
        "definitions": _definitions(report, language),
        "signs": [{"sign": sign, "words": words} for sign, words in all_signs(language)],
    }


def _definitions(report: Report, language: Language) -> list[Values]:
    """Write the definitions for the appendix, unless a page of the report lists them."""
    if any(is_list(section) for page in report.pages for section in page.sections):
        return []
    return [definition_values(language, entry) for entry in report.definitions]


def edition_line(report: Report, language: Language) -> str:
    """Say which edition it is, what day it knows of and what month it compares with."""
    parts = [
        edition_words(language, "page.edition", report.edition, report.month),
        language.text("pdf.known_on", day=language.day(report.known_on)),
    ]
    compared = compared_words(report, language)
    return " · ".join([*parts, compared] if compared else parts)


def compared_words(report: Report, language: Language) -> str:
    """Say what month the report compares with; empty where there is none."""
    if report.since is None:
        return ""
    first = compares_with_first(report.edition, report.month, report.since)
    key = "page.compared_first" if first else "page.compared_with"
    return language.text(key, month=language.month(report.since))


def _page(paper: Paper, page: Page) -> Values:
    points = [
        {"word": paper.language.text(f"attention.words.{point.urgency}"), **vars(point)}
        for point in page.points
    ]
    return {
        "name": page.name,
        "short": page.short,
        "kicker": page.kicker,
        "title": page.title,
        "note": page.note,
        "lead": [_sentence(sentence) for sentence in page.lead],
        "points": points,
        "rows": led_by_short(
            [
                [section_values(paper, section, len(row)) for section in row]
                for row in rows_of(page.sections)
            ]
        ),
    }


def rows_of(sections: Sequence[Section]) -> list[tuple[Section, ...]]:
    """Set two neighbouring half sections in one row; a lonely half takes a row of its own."""
    rows: list[tuple[Section, ...]] = []
    for section in sections:
        if rows and section.half and len(rows[-1]) == 1 and rows[-1][0].half:
            rows[-1] = (*rows[-1], section)
        else:
            rows.append((section,))
    return rows


def led_by_short(rows: list[list[Values]]) -> list[list[Values]]:
    """Let a short row stand first where a tall chart would leave the title alone on its page."""
    short = next((row for row in rows[1:] if is_short(row)), None)
    if short is None or not any(is_tall(values) for values in rows[0]):
        return rows
    return [short, *(row for row in rows if row is not short)]


def _sentence(sentence: Sentence) -> Values:
    space = "" if not sentence.rest or sentence.rest[0] in ",;.:" else " "
    return vars(sentence) | {"rest": space + sentence.rest}


def _appendix(report: Report, language: Language) -> list[_Appended]:
    """List the tables of the appendix, each once: narrow ones first, which stand in two columns."""
    entries: dict[Table, _Appended] = {}
    for section in appended_sections(report):
        if section.table:
            entries.setdefault(_content(section.table), (section, section.table))
    return sorted(entries.values(), key=lambda entry: not is_narrow(language, entry[1]))


def _content(table: Table) -> Table:
    """Give a table without its name: pages that show the same one lead to one in the appendix."""
    return replace(table, name="")


def _entry(paper: Paper, section: Section, table: Table) -> Values:
    number = paper.places[table.name]
    words = paper.language.text("pdf.table", number=number)
    title = f"{words} · {section.topic or section.title}"
    return {"title": title, "name": str(number), "table": printed_table(paper.language, table)}
