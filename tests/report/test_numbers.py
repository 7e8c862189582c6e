"""Every number that a sentence of the report tells is a figure, a difference or a date."""

import re
from collections.abc import Iterator
from itertools import chain

import lxml.html
import pytest

from kim_pipeline.kreis import Kreis
from kim_pipeline.report.build import build_report
from kim_pipeline.report.figures import Cell, Figures
from kim_pipeline.report.language import Language
from kim_pipeline.report.setting.html import render_pages

NUMBER = re.compile(r"\d+(?:\.\d{3})*(?:,\d+)?")
# Texts without figures, and numbers that are part of a name or of a definition.
SILENT = (
    '//style | //title[not(@id)] | //*[contains(@class, "tick")] | //table | //sup'
    ' | //*[contains(@class, "definitions")] | //*[contains(@class, "words")]'
    ' | //*[contains(@class, "legend")] | //*[@class="signs"] | //*[@class="note"]'
)
NAMES = (
    r"\d\d\.\d\d\.\d{4}|dl-de/by-2-0|zwischen 18 und 65|unter 65|über 30 Tage|nach 180 Tagen"
    r"|\((?:6|10) Jahre\)|§§? (?:\d+[a-z]?(?: Abs\. 1, 2)?(?:, )?)+|letzten 12 Monate[n]?|9 von 10"
    r"|(?:\d+ bis (?:unter )?\d+|unter \d+|ab|bis|über|\d+) (?:Jahre?n?|Monate|\d{4}|Ende \d{4})"
    r"|SGB (?:II|VIII)|\d+ Jahre und (?:älter|länger)|unter 1 und|zwischen 1 und 2|über 2 Prozent"
)


@pytest.fixture(scope="module")
def texts(figures: Figures, kreis: Kreis, language: Language) -> dict[str, str]:
    told = {}
    for name, page in render_pages(build_report(figures, kreis, language), language):
        tree = lxml.html.document_fromstring(page)
        for silent in tree.xpath(SILENT):
            silent.drop_tree()
        told[name] = re.sub(NAMES, " ", " ".join(" ".join(tree.body.itertext()).split()))
    return told


def test_every_number_of_a_sentence_is_known(
    texts: dict[str, str], figures: Figures, language: Language, kreis: Kreis
) -> None:
    known = {*_figures(figures, language), *_around(figures, language, kreis)}
    unknown = {
        (name, number)
        for name, text in texts.items()
        for number in NUMBER.findall(text)
        if number not in known
    }
    assert unknown == set()


def _figures(figures: Figures, language: Language) -> Iterator[str]:
    parts = (part.cell for several in figures.breakdowns.values() for part in several)
    rates = (rate.cell for rate in figures.link_rates)
    for cell in chain(figures.cells.values(), parts, rates):
        for count in (cell.value, cell.numerator, cell.denominator):
            if count is not None:
                yield language.number(count)
    yield from _differences(figures, language)


def _differences(figures: Figures, language: Language) -> Iterator[str]:
    since = figures.baseline()
    for (name, month, town), cell in figures.cells.items():
        if month == figures.month:
            before = figures.cell(name, town, since)
            if cell.value is not None and before.value is not None:
                yield language.number(abs(cell.value - before.value))


def _around(figures: Figures, language: Language, kreis: Kreis) -> Iterator[str]:
    yield from (
        str(number) for number in (1, 6, 30, 31, 2023, 2024, len(figures.months()), "1.000")
    )
    for month in figures.months():
        yield from (str(month.year), f"{month:%y}")
    for target in kreis.steering.targets:
        yield from (language.number(target.value), str(target.by.year))
        now: Cell = figures.cell(target.indicator_id)
        yield language.number(abs((now.value or 0.0) - target.value))
    for rate in figures.link_rates:
        for share in (*(rate.estimate.precision or ()), *(rate.estimate.recall or ())):
            yield language.number(10 * (100 - share))
    for delivery in figures.deliveries:
        checked, passed = delivery.rules_checked, delivery.rules_passed
        yield from (str(checked), str(checked - passed))
    for at in ("rules_passed", "rules_checked"):
        yield str(sum(getattr(delivery, at) for delivery in figures.deliveries))
