"""The page is one file that asks for nothing, is well built, and shows published figures only."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import lxml.html
import pytest
from lxml.html import HtmlElement
from report.invented_figures import MONTH, invented_figures

from kim_pipeline.kreis import Kreis
from kim_pipeline.periods import months_between
from kim_pipeline.report.cells import show
from kim_pipeline.report.figures import Cell, Figures
from kim_pipeline.report.language import Language
from kim_pipeline.report.page import render_page

NUMBER = re.compile(r"\d+(?:\.\d{3})*(?:,\d+)?")
PROTECTION = (
    "Zum Schutz einzelner Personen sind alle Fallzahlen mit der Cell-Key-Methode leicht verändert "
    "(im Mittel um 1 bis 2, nie um mehr als 7). Die Werte 1 und 2 kommen nicht vor; 0 kann auch "
    "für eine sehr kleine Zahl stehen. Gleiche Personengruppen haben überall denselben Wert. "
    "Summen können von den Einzelwerten abweichen – bitte nicht selbst addieren."
)


@pytest.fixture(scope="module")
def page(figures: Figures, kreis: Kreis, language: Language) -> str:
    return render_page(figures, kreis, language)


@pytest.fixture
def tree(page: str) -> HtmlElement:
    return lxml.html.document_fromstring(page)


def words(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


def seen(element: HtmlElement) -> str:
    """The text of an element without what only screen readers say."""
    parts = element.xpath('.//text()[not(ancestor::*[contains(@class, "unseen")])]')
    return " ".join("".join(parts).split())


def test_the_page_asks_for_nothing(page: str, tree: HtmlElement) -> None:
    assert "://" not in page
    assert not tree.xpath("//script | //link | //img | //iframe | //object | //form | //@src")
    assert set(re.findall(r"url\((\w+:|#)", page)) == {"data:", "#"}
    assert all(address.startswith("#") for address in tree.xpath("//@href"))
    policy = tree.xpath('//meta[@http-equiv="Content-Security-Policy"]/@content')[0]
    assert policy.startswith("default-src 'none'")


def test_the_same_figures_give_the_same_bytes(
    page: str, figures: Figures, kreis: Kreis, language: Language
) -> None:
    shuffled = dict(sorted(figures.cells.items(), key=lambda item: hash(item[0])))
    assert render_page(replace(figures, cells=shuffled), kreis, language) == page


def test_the_page_is_well_built(tree: HtmlElement) -> None:
    assert tree.get("lang") == "de"
    assert [len(tree.xpath(f"//{tag}")) for tag in ("h1", "main", "header", "footer", "nav")] == [
        1,
        1,
        1,
        1,
        1,
    ]
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    targets = {address[1:] for address in tree.xpath("//@href")}
    assert targets | set(" ".join(tree.xpath("//@aria-labelledby")).split()) <= set(ids)
    assert tree.xpath("//a[@class='skip']/@href") == ["#inhalt"]


def test_headings_skip_no_level(tree: HtmlElement) -> None:
    levels = [int(heading.tag[1]) for heading in tree.xpath("//h1 | //h2 | //h3 | //h4")]
    assert levels[0] == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))


def test_every_drawing_has_a_title_and_a_description(tree: HtmlElement) -> None:
    drawings = tree.xpath('//*[local-name()="svg"][@role="img"]')
    assert len(drawings) == 4 + 2 + 2 + 2
    for drawing in drawings:
        assert all(words(drawing.find(tag)) for tag in ("title", "desc"))
    assert all(
        drawing.get("aria-hidden") == "true"
        for drawing in tree.xpath('//*[local-name()="svg"][not(@role)]')
    )


def test_every_table_has_a_caption_and_headers(tree: HtmlElement) -> None:
    for table in tree.xpath("//table"):
        assert words(table.find("caption"))
        assert all(head.get("scope") in {"col", "row"} for head in table.xpath(".//th"))
        widths = {len(row.xpath("./th | ./td")) for row in table.xpath(".//tr")}
        assert len(widths) == 1
        region = table.getparent()
        assert region.get("tabindex") == "0"
        assert region.get("role") == "region"


def test_notice_protection_text_and_dates_stand_on_the_page(
    tree: HtmlElement, kreis: Kreis
) -> None:
    text = words(tree)
    for needed in (
        kreis.notice,
        PROTECTION,
        kreis.name,
        "Stichtag 31. Oktober 2026",
        "Datenstand 6. November 2026",
        kreis.map_attribution,
    ):
        assert needed in text


def test_the_table_shows_every_cell_as_it_was_published(
    tree: HtmlElement, figures: Figures, kreis: Kreis, language: Language
) -> None:
    rows = tree.xpath('//section[@id="tabelle"]//tbody/tr')
    assert len(rows) == len(figures.indicators)
    for row, indicator in zip(rows, figures.indicators, strict=True):
        cells = [figures.cell(indicator.indicator_id, town.ags) for town in kreis.towns]
        expected = [show(language, cell).written.split() for cell in cells]
        assert [seen(cell).split() for cell in row.xpath("./td")[3:]] == expected


def test_every_number_of_the_page_is_a_figure_a_difference_or_a_date(
    tree: HtmlElement, figures: Figures, language: Language
) -> None:
    for fixed in tree.xpath('//style | //*[contains(@class, "tick")] | //title[not(@id)]'):
        fixed.drop_tree()
    for fixed in tree.xpath('//ol[@class="definitions"] | //*[@class="legend"] | //sup'):
        fixed.drop_tree()
    text = " ".join(" ".join(tree.body.itertext()).split()).replace(PROTECTION, "")
    text = re.sub(r"\d\d\.\d\d\.\d{4}|dl-de/by-2-0|0 null", "", text)
    text = re.sub(r"zwischen 18 und 65|unter 65|über 30 Tage|90 %", "", text)
    known = set(_known_numbers(figures, language))
    assert [number for number in NUMBER.findall(text) if number not in known] == []


def _known_numbers(figures: Figures, language: Language) -> Iterator[str]:
    cells = [*figures.cells.values(), *(rate.cell for rate in figures.link_rates)]
    for cell in cells:
        for count in (cell.value, cell.numerator, cell.denominator):
            if count is not None:
                yield language.number(count)
    yield from (str(number) for number in (6, 30, 31, len(figures.months()), "1.000"))
    yield from _of_a_thousand(figures, language)
    for month in figures.months():
        yield from (str(month.year), f"{month:%y}")
    for delivery in figures.deliveries:
        passed, checked = delivery.rules_passed, delivery.rules_checked
        for number in (delivery.persons, delivery.change_percent, passed, checked):
            yield language.number(abs(number or 0))
        yield language.number(checked - passed)
    for at in ("rules_passed", "rules_checked"):
        yield str(sum(getattr(delivery, at) for delivery in figures.deliveries))
    yield from _differences(figures, language)


def _of_a_thousand(figures: Figures, language: Language) -> Iterator[str]:
    for rate in figures.link_rates:
        for share in (*(rate.estimate.precision or ()), *(rate.estimate.recall or ())):
            yield language.number(10 * (100 - share))


def _differences(figures: Figures, language: Language) -> Iterator[str]:
    since = figures.baseline()
    for indicator in figures.indicators:
        name = indicator.indicator_id
        towns = {town for key, _, town in figures.cells if key == name}
        now = {figures.cell(name, town).value or 0.0 for town in towns}
        changes = {
            (figures.cell(name, town).value or 0.0) - (figures.cell(name, town, since).value or 0.0)
            for town in towns
        }
        yield language.number(max(now) - min(value for value in now if value))
        yield from (language.number(abs(change)) for change in changes)


def test_withheld_figures_show_no_number(kreis: Kreis, language: Language) -> None:
    hidden = invented_figures(kreis)
    cells = {
        key: Cell("withheld", provisional=True) if key[2] else cell
        for key, cell in hidden.cells.items()
    }
    tree = lxml.html.document_fromstring(render_page(replace(hidden, cells=cells), kreis, language))
    for row in tree.xpath('//section[@id="tabelle"]//tbody/tr'):
        assert {seen(cell) for cell in row.xpath("./td")[3:]} <= {".", "–"}
    labels = tree.xpath('//*[contains(@class, "on-withheld")]')
    assert {words(label) for label in labels if "strong" in label.get("class")} == {"."}
    assert not tree.xpath('//*[contains(@class, "on-class")]')


def test_a_page_of_nothing_but_withheld_figures_still_stands(
    kreis: Kreis, language: Language
) -> None:
    hidden = invented_figures(kreis)
    cells = dict.fromkeys(hidden.cells, Cell("withheld"))
    page = render_page(replace(hidden, cells=cells, link_rates=(), deliveries=()), kreis, language)
    tree = lxml.html.document_fromstring(page)
    assert "keine Kennzahl veröffentlicht" in words(tree.find(".//h1"))
    assert {seen(value) for value in tree.xpath('//p[@class="value"]')} <= {".", ". ≈"}


def test_without_a_map_the_towns_are_bars(
    figures: Figures, kreis: Kreis, language: Language
) -> None:
    page = render_page(figures, replace(kreis, map_file=None), language)
    tree = lxml.html.document_fromstring(page)
    assert tree.xpath('//*[local-name()="svg"][@class="bars"]')
    assert kreis.map_attribution not in words(tree)


@pytest.mark.parametrize("months", [1, 2, 5])
def test_a_short_history_makes_a_page(months: int, kreis: Kreis, language: Language) -> None:
    figures = invented_figures(kreis, months=months)
    assert list(figures.months()) == list(months_between(figures.months()[0], MONTH))
    tree = lxml.html.document_fromstring(render_page(figures, kreis, language))
    assert len(tree.xpath('//section[@id="kennzahlen"]//tbody/tr')) == months
    for table in tree.xpath("//table"):
        assert len({len(row.xpath("./th | ./td")) for row in table.xpath(".//tr")}) == 1


def test_names_are_escaped(figures: Figures, kreis: Kreis, language: Language) -> None:
    hostile = "<script>alert(1)</script>&\"'"
    indicators = tuple(replace(entry, name=hostile) for entry in figures.indicators)
    towns = tuple(replace(town, name=hostile) for town in kreis.towns)
    page = render_page(
        replace(figures, indicators=indicators),
        replace(kreis, name=hostile, notice=hostile, towns=towns),
        language,
    )
    assert "<script" not in page
    assert hostile in words(lxml.html.document_fromstring(page))
