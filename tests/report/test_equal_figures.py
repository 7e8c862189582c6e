"""Web pages, PDF, workbook and CSV files say the same figures, and they are the published ones."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import lxml.html
import pypdfium2
import pytest
from lxml.html import HtmlElement
from python_calamine import CalamineWorkbook
from report.invented_figures import invented_figures

from kim_pipeline.kreis import Kreis
from kim_pipeline.report.build import build_report
from kim_pipeline.report.document import Line, Report, Table
from kim_pipeline.report.figures import Cell, Figures
from kim_pipeline.report.language import Language, read_language
from kim_pipeline.report.setting.figure_tables import line_heading, shown_cells, tables_of
from kim_pipeline.report.setting.html import render_pages
from kim_pipeline.report.setting.pdf import render_pdf
from kim_pipeline.report.setting.sheet import HEAD_ROW
from kim_pipeline.report.setting.tables_csv import table_csv
from kim_pipeline.report.setting.workbook import names_of, write_workbook

UNSEEN = './/text()[not(ancestor::*[contains(@class, "unseen")])]'


@dataclass(frozen=True)
class Made:
    figures: Figures
    language: Language
    report: Report

    def lines(self) -> Iterator[tuple[Table, int, Line]]:
        for table in tables_of(self.report):
            for place, line in enumerate(table.lines):
                yield table, place, line

    def written(self, table: Table, line: Line) -> list[str]:
        shown = shown_cells(self.language, table, line)
        return [bare(one.text + one.marks) for one in shown]


@pytest.fixture(scope="module", params=["de", "en"])
def made(request: pytest.FixtureRequest, kreis: Kreis) -> Made:
    figures, language = invented_figures(kreis), read_language(request.param)
    return Made(figures, language, build_report(figures, kreis, language))


def bare(words: str) -> str:
    return re.sub(r"\s+", "", words.replace("\ufffe", "-"))


def seen(element: HtmlElement) -> str:
    return bare("".join(element.xpath(UNSEEN)))


def test_every_cell_of_a_table_is_a_published_cell(made: Made) -> None:
    parts = [part.cell for group in made.figures.breakdowns.values() for part in group]
    links = [rate.cell for rate in made.figures.link_rates]
    known = {*made.figures.cells.values(), *links, *parts, Cell("absent")}
    counts = {float(n) for c in known for n in (c.numerator, c.denominator) if n is not None}
    counts |= {float(d.persons) for d in made.figures.deliveries if d.persons is not None}
    cells = {c for _, _, line in made.lines() for c in line.cells if isinstance(c, Cell)}
    tiles = {t.cell for p in made.report.pages for s in p.sections for t in s.tiles}
    # The counts of a published share may stand on their own.
    assert {cell for cell in cells - known if cell.value not in counts} <= {Cell("withheld")}
    assert tiles <= known


def test_web_pages_show_every_cell_of_every_table(made: Made) -> None:
    trees = [lxml.html.fromstring(text) for _, text in render_pages(made.report, made.language)]
    for page, tree in zip(made.report.pages, trees, strict=True):
        found = [[[seen(cell) for cell in row] for row in rows(t)] for t in tree.xpath("//table")]
        for table in (s.table for s in page.sections if s.table):
            wanted = [made.written(table, line) for line in table.lines]
            assert wanted in found, table.name


def rows(table: HtmlElement) -> list[list[HtmlElement]]:
    return [row.xpath("./td") for row in table.xpath("./tbody/tr")]


def test_the_pdf_shows_every_line_of_every_table(made: Made) -> None:
    with pypdfium2.PdfDocument(render_pdf(made.report, made.language)) as document:
        text = bare(" ".join(page.get_textpage().get_text_range() for page in document))
    for table, _, line in made.lines():
        head = bare(line_heading(made.language, line))
        assert head + "".join(made.written(table, line)) in text, table.name


def test_the_workbook_holds_every_figure_as_a_number(made: Made, tmp_path: Path) -> None:
    write_workbook(made.report, made.language, tmp_path / "report.xlsx")
    book = CalamineWorkbook.from_path(tmp_path / "report.xlsx")
    sheets = {
        name: book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        for name, sheet in names_of(made.report, made.language).items()
    }
    for table, place, line in made.lines():
        row = sheets[table.name][HEAD_ROW + 1 + place][1:]
        for cell, found in zip(line.cells, row, strict=False):
            if isinstance(cell, Cell) and cell.value is not None:
                assert found == cell.value
            else:
                assert not isinstance(found, float)


def test_csv_files_hold_every_figure(made: Made) -> None:
    delimiter, point = (";", ",") if made.language.locale == "de" else (",", ".")
    for table in tables_of(made.report):
        text = table_csv(made.language, table).decode("utf-8-sig")
        _, *lines = csv.reader(io.StringIO(text), delimiter=delimiter)
        for line, fields in zip(table.lines, lines, strict=True):
            wanted = [c.value for c in line.cells if isinstance(c, Cell) and c.value is not None]
            found = [field.replace(point, ".") for field in fields[1:]]
            assert [value for value in wanted if f"{value:.10g}" not in found] == []
