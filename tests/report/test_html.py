"""The pages are files that ask for nothing, are well built, and show published figures only."""

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
from kim_pipeline.report.build import build_report
from kim_pipeline.report.document import Report
from kim_pipeline.report.figures import Cell, Figures
from kim_pipeline.report.language import Language
from kim_pipeline.report.setting.figure_tables import shown_cells
from kim_pipeline.report.setting.html import Surroundings, render_pages

AROUND = Surroundings(
    (("PDF", "bericht.pdf"),), ("English", "en"), (("Jahresbericht 2026", "jahr-2026"),), "tabellen"
)
LARGEST_PAGE = 3_000_000
Trees = dict[str, HtmlElement]


def pages_of(report: Report, language: Language) -> dict[str, str]:
    return dict(render_pages(report, language, AROUND))


def trees_of(figures: Figures, kreis: Kreis, language: Language) -> Trees:
    pages = pages_of(build_report(figures, kreis, language), language)
    return {name: lxml.html.document_fromstring(page) for name, page in pages.items()}


@pytest.fixture(scope="module")
def report(figures: Figures, kreis: Kreis, language: Language) -> Report:
    return build_report(figures, kreis, language)


@pytest.fixture(scope="module")
def pages(report: Report, language: Language) -> dict[str, str]:
    return pages_of(report, language)


@pytest.fixture(scope="module")
def trees(pages: dict[str, str]) -> Trees:
    return {name: lxml.html.document_fromstring(page) for name, page in pages.items()}


def words(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


def seen(element: HtmlElement) -> str:
    """The text of an element without what only screen readers say."""
    parts = element.xpath('.//text()[not(ancestor::*[contains(@class, "unseen")])]')
    return " ".join("".join(parts).split())


def test_every_page_of_the_plan_is_there(pages: dict[str, str], kreis: Kreis) -> None:
    fixed = {"index", "baustein-1", "baustein-2", "baustein-3", "staedte", "datenqualitaet"}
    fixed |= {"definitionen", "barrierefreiheit", "einfach"}
    towns = {f"stadt-{town.ags}" for town in kreis.towns}
    groups = {"gruppe-projektgruppe-einbuergerung", "gruppe-projektgruppe-arbeit"}
    assert set(pages) == {f"{name}.html" for name in fixed | towns | groups}


def test_no_page_asks_for_anything(pages: dict[str, str], trees: Trees) -> None:
    for name, page in pages.items():
        tree = trees[name]
        assert "://" not in page, name
        assert not tree.xpath("//script | //link | //img | //iframe | //object | //form | //@src")
        assert set(re.findall(r"url\((\w+:|#)", page)) <= {"data:", "#"}
        policy = tree.xpath('//meta[@http-equiv="Content-Security-Policy"]/@content')[0]
        assert policy.startswith("default-src 'none'")
        assert len(page.encode()) < LARGEST_PAGE


def test_every_link_leads_to_a_file_of_the_report(
    pages: dict[str, str], trees: Trees, report: Report
) -> None:
    tables = {
        section.table.name for page in report.pages for section in page.sections if section.table
    }
    known = {
        *pages,
        *(f"en/{name}" for name in pages),
        *(f"tabellen/{name}.csv" for name in tables),
    }
    known |= {"bericht.pdf", "jahr-2026/index.html"}
    for tree in trees.values():
        addresses = {address for address in tree.xpath("//@href") if not address.startswith("#")}
        assert addresses <= known


def test_the_same_figures_give_the_same_bytes(
    pages: dict[str, str], figures: Figures, kreis: Kreis, language: Language
) -> None:
    shuffled = dict(sorted(figures.cells.items(), key=lambda item: hash(item[0])))
    again = build_report(replace(figures, cells=shuffled), kreis, language)
    assert pages_of(again, language) == pages


def test_the_pages_are_well_built(trees: Trees) -> None:
    for name, tree in trees.items():
        assert tree.get("lang") == "de"
        tags = ("h1", "main", "header", "footer")
        assert [len(tree.xpath(f"//{tag}")) for tag in tags] == [1, 1, 1, 1], name
        ids = tree.xpath("//@id")
        assert len(ids) == len(set(ids)), name
        targets = {address[1:] for address in tree.xpath("//@href") if address.startswith("#")}
        assert targets | set(" ".join(tree.xpath("//@aria-labelledby")).split()) <= set(ids), name
        labels = tree.xpath("//nav/@aria-label")
        assert len(labels) == len(tree.xpath("//nav")) == len(set(labels)), name
        assert tree.xpath("//a[@class='skip']/@href") == ["#inhalt"]


def test_headings_skip_no_level(trees: Trees) -> None:
    for name, tree in trees.items():
        levels = [int(heading.tag[1]) for heading in tree.xpath("//h1 | //h2 | //h3 | //h4")]
        assert levels[0] == 1
        assert all(below - above <= 1 for above, below in pairwise(levels)), name


def test_every_drawing_has_a_title_and_a_description(trees: Trees) -> None:
    for name, tree in trees.items():
        for drawing in tree.xpath('//*[local-name()="svg"]'):
            if drawing.get("role") == "img":
                assert all(words(drawing.find(tag)) for tag in ("title", "desc")), name
            else:
                assert drawing.get("aria-hidden") == "true", name


def test_every_table_has_a_caption_and_headers(trees: Trees) -> None:
    for tree in trees.values():
        for table in tree.xpath("//table"):
            assert words(table.find("caption"))
            assert all(head.get("scope") in {"col", "row"} for head in table.xpath(".//th"))
            assert len({len(row.xpath("./th | ./td")) for row in table.xpath(".//tr")}) == 1
            region = table.getparent()
            assert [region.get(name) for name in ("tabindex", "role")] == ["0", "region"]


def test_every_chart_and_tile_has_its_table(report: Report) -> None:
    for page in report.pages:
        shared = {section.topic for section in page.sections if section.table}
        for section in page.sections:
            if section.chart or section.tiles:
                assert section.table or section.topic in shared, section.name


def test_notice_protection_and_dates_stand_on_every_page_of_figures(
    trees: Trees, kreis: Kreis, language: Language
) -> None:
    needed = (
        kreis.notice,
        language.text("protection.text"),
        kreis.name,
        "Stichtag 31. Oktober 2026",
    )
    for name, tree in trees.items():
        if name in {"einfach.html", "barrierefreiheit.html"}:
            continue
        text = words(tree)
        assert all(part in text for part in (*needed, "Datenstand 6. November 2026")), name


def test_tables_show_every_cell_as_it_was_published(
    trees: Trees, report: Report, figures: Figures, language: Language
) -> None:
    known = set(_published(figures))
    for page in report.pages:
        tables = [section.table for section in page.sections if section.table]
        drawn = trees[f"{page.name}.html"].xpath("//table")
        assert len(drawn) == len(tables)
        for table, element in zip(tables, drawn, strict=True):
            for line, row in zip(table.lines, element.xpath(".//tbody/tr"), strict=True):
                assert {cell for cell in line.cells if isinstance(cell, Cell)} <= known, table.name
                shown = [cell.written.split() for cell in shown_cells(language, table, line)]
                assert [seen(cell).split() for cell in row.xpath("./td")] == shown


def _published(figures: Figures) -> Iterator[Cell]:
    yield from (Cell("absent"), Cell("withheld"))
    persons = (delivery.persons for delivery in figures.deliveries)
    yield from (Cell("published", float(count)) for count in persons if count is not None)
    for rate in figures.link_rates:
        yield rate.cell
        counts = (rate.cell.numerator, rate.cell.denominator)
        yield from (Cell("published", float(count)) for count in counts if count is not None)
    yield from (part.cell for parts in figures.breakdowns.values() for part in parts)
    for cell in figures.cells.values():
        yield cell
        if cell.numerator is not None:  # a count above the line, shown beside another count
            yield replace(cell, value=float(cell.numerator), denominator=None)


def test_withheld_figures_show_no_number(kreis: Kreis, language: Language) -> None:
    hidden = invented_figures(kreis)
    cells = {
        key: Cell("withheld", provisional=True) if key[2] else cell
        for key, cell in hidden.cells.items()
    }
    trees = trees_of(replace(hidden, cells=cells), kreis, language)
    rows = trees["staedte.html"].xpath('//section[@id="tabelle"]//tbody/tr')
    assert len(rows) == len(hidden.indicators)
    for row in rows:
        assert {seen(cell) for cell in row.xpath("./td")[3:]} <= {".", "–"}
    (towns,) = trees["index.html"].xpath('//section[@id="staedte"]')
    assert "Für keine Stadt ist eine Zahl veröffentlicht" in words(towns)
    assert towns.xpath(".//svg") == []


def test_withheld_towns_have_a_sign_on_the_map(kreis: Kreis, language: Language) -> None:
    some = invented_figures(kreis)
    shown = {"", kreis.towns[0].ags}
    cells = {k: cell if k[2] in shown else Cell("withheld") for k, cell in some.cells.items()}
    trees = trees_of(replace(some, cells=cells), kreis, language)
    labels = trees["index.html"].xpath('//*[contains(@class, "on-withheld")]')
    assert {words(label) for label in labels if "strong" in label.get("class")} == {"."}


def test_pages_of_nothing_but_withheld_figures_still_stand(
    kreis: Kreis, language: Language
) -> None:
    hidden = invented_figures(kreis)
    cells = dict.fromkeys(hidden.cells, Cell("withheld"))
    bare = replace(hidden, cells=cells, breakdowns={}, link_rates=(), deliveries=(), measures=())
    trees = trees_of(bare, kreis, language)
    assert "keine Kennzahl veröffentlicht" in words(trees["index.html"].find(".//h1"))
    for tree in trees.values():
        assert {seen(value) for value in tree.xpath('//p[@class="value"]')} <= {".", ". ≈"}


def test_without_a_map_the_towns_are_bars(
    figures: Figures, kreis: Kreis, language: Language
) -> None:
    tree = trees_of(figures, replace(kreis, map_file=None), language)["index.html"]
    titles = [
        words(title) for title in tree.xpath('//*[local-name()="svg"]/*[local-name()="title"]')
    ]
    assert any(title.startswith("Balken") for title in titles)
    assert kreis.map_attribution not in words(tree)


@pytest.mark.parametrize("months", [1, 2])
def test_a_short_history_makes_a_report(months: int, kreis: Kreis, language: Language) -> None:
    figures = invented_figures(kreis, months=months)
    assert list(figures.months()) == list(months_between(figures.months()[0], MONTH))
    tree = trees_of(figures, kreis, language)["index.html"]
    assert len(tree.xpath('//section[@id="kennzahlen"]//tbody/tr')) == months


def test_names_are_escaped(figures: Figures, kreis: Kreis, language: Language) -> None:
    hostile = "<script>alert(1)</script>&\"'"
    indicators = tuple(replace(entry, name=hostile) for entry in figures.indicators)
    towns = tuple(replace(town, name=hostile) for town in kreis.towns)
    named = replace(kreis, name=hostile, notice=hostile, towns=towns)
    report = build_report(replace(figures, indicators=indicators), named, language)
    for page in pages_of(report, language).values():
        assert "<script" not in page
        assert hostile in words(lxml.html.document_fromstring(page))
