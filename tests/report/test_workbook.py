"""The workbook holds every table with numbers that can be counted with, and nothing that runs."""

import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from report.invented_report import HOSTILE, invented_report

from kim_pipeline.kreis import Kreis
from kim_pipeline.report.document import Report
from kim_pipeline.report.figures import Cell, Figures
from kim_pipeline.report.language import Language, read_language
from kim_pipeline.report.setting.figure_tables import line_heading, tables_of
from kim_pipeline.report.setting.sheet import HEAD_ROW
from kim_pipeline.report.setting.sheet_names import sheet_names
from kim_pipeline.report.setting.workbook import names_of, write_workbook


@pytest.fixture(scope="module")
def report(figures: Figures, kreis: Kreis, language: Language) -> Report:
    return invented_report(figures, kreis, language)


@pytest.fixture(scope="module")
def path(report: Report, language: Language, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("workbook") / "bericht.xlsx"
    assert write_workbook(report, language, target) == target.stat().st_size
    return target


@pytest.fixture(scope="module")
def sheets(path: Path, report: Report, language: Language) -> dict[str, list[list[object]]]:
    """The rows of each sheet, by the name of its table or its own."""
    book = CalamineWorkbook.from_path(path)
    tables = {sheet: table for table, sheet in names_of(report, language).items()}
    return {
        tables.get(name, name): book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for name in book.sheet_names
    }


def parts(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_the_first_sheet_lists_all_others(
    sheets: dict[str, list[list[object]]], report: Report
) -> None:
    names = [table.name for table in tables_of(report)]
    assert list(sheets) == ["Inhalt", *names, "Definitionen"]
    words = [str(row[0]) for row in sheets["Inhalt"]]
    for table in tables_of(report):
        assert table.caption in words
    assert "Definitionen" in words


def test_the_first_sheet_says_what_the_workbook_is(
    sheets: dict[str, list[list[object]]], report: Report, language: Language
) -> None:
    title, edition, notice, what = (str(row[0]) for row in sheets["Inhalt"][:4])
    assert title == "Steuerungsbericht KIM Kreis Mettmann, Oktober\u00a02026"
    assert edition.startswith("Monatsbericht Oktober\u00a02026 · Datenstand 6.")
    assert (notice, what) == (report.notice, language.text("workbook.what"))


def test_the_last_sheet_defines_every_indicator(
    sheets: dict[str, list[list[object]]], report: Report
) -> None:
    told = {tuple(row) for row in sheets["Definitionen"]}
    assert {(one.name, one.words, one.sources) for one in report.definitions} <= told


def test_what_the_report_says_of_a_table_stands_below_it(
    sheets: dict[str, list[list[object]]],
) -> None:
    words = [str(row[0]) for row in sheets["karte"]]
    below = words[words.index("Im Bericht steht dazu:") :]
    assert "Ein Hinweis zur Karte." in below
    assert "Quellen: Ausländerbehörde, KIM-Case-Management." in below
    marks = [str(row[0]) for row in sheets["kennzahlen"]]
    assert any(word.startswith("≈ B Reichweite") for word in marks)


def test_every_figure_is_a_number_and_every_hidden_cell_a_sign(
    sheets: dict[str, list[list[object]]], report: Report, language: Language
) -> None:
    for table in tables_of(report):
        rows = sheets[table.name][HEAD_ROW + 1 :]
        for line, row in zip(table.lines, rows, strict=False):
            assert row[0] == line_heading(language, line)
            for cell, found in zip(line.cells, row[1:], strict=False):
                assert found == expected(cell)


def expected(cell: Cell | str) -> float | str:
    if isinstance(cell, str):
        return cell
    if cell.value is None:
        return {"structural_zero": "x", "absent": "–"}.get(cell.status, ".")
    return cell.value


def test_signs_that_occur_are_explained_below_the_table(
    sheets: dict[str, list[list[object]]],
) -> None:
    words = [str(row[0]) for row in sheets["zeichen"]]
    assert ".  nicht veröffentlicht (zu kleine Basis)" in words
    assert "p  vorläufig: Nachmeldungen stehen aus" in words
    assert not any(word.startswith("r  ") for row in sheets["karte"] for word in map(str, row[:1]))


def test_marks_and_units_are_part_of_the_number_format(path: Path) -> None:
    styles = parts(path)["xl/styles.xml"]
    assert 'formatCode="#,##0&quot; %&quot;"' in styles
    assert 'formatCode="#,##0.0&quot; p&quot;"' in styles


def test_nothing_runs(path: Path, sheets: dict[str, list[list[object]]]) -> None:
    inside = parts(path)
    assert not [name for name, text in inside.items() if "<f>" in text]
    assert not [name for name in inside if "external" in name.lower() or name.endswith(".bin")]
    assert all('TargetMode="External"' not in text for text in inside.values())
    assert HOSTILE in [cell for row in sheets["zeichen"] for cell in row]
    assert 'quotePrefix="1"' in inside["xl/styles.xml"]


def test_the_file_says_what_it_is(path: Path, report: Report) -> None:
    inside = parts(path)
    assert "Steuerungsbericht KIM Kreis Mettmann" in inside["docProps/core.xml"]
    assert report.notice in inside["docProps/core.xml"]
    assert "de-DE" in inside["docProps/custom.xml"]


def test_heads_stay_in_sight(path: Path) -> None:
    sheet = parts(path)["xl/worksheets/sheet2.xml"]
    assert f'<pane xSplit="1" ySplit="{HEAD_ROW + 1}"' in sheet


def test_every_sheet_fits_the_width_of_a_page_and_says_where_it_is_from(path: Path) -> None:
    inside = parts(path)
    sheets = [text for name, text in inside.items() if name.startswith("xl/worksheets/sheet")]
    heads = inside["xl/workbook.xml"].count('name="_xlnm.Print_Titles"')
    assert heads == len(sheets)
    for sheet in sheets:
        assert '<pageSetUpPr fitToPage="1"/>' in sheet
        assert 'paperSize="9" fitToHeight="0" orientation="landscape"' in sheet
        above = sheet.partition("<oddHeader>")[2]
        assert "Kreis Mettmann" in above
        assert "Datenstand 6." in above


def test_no_text_is_wider_than_its_column_and_its_lines(report: Report, tmp_path: Path) -> None:
    words = "Ausländerbehörde und alle anderen Stellen des Kreises " * 3
    section = report.pages[1].sections[0]
    assert section.table
    line = replace(section.table.lines[0], heading=words)
    section = replace(section, table=replace(section.table, lines=(line,)))
    page = replace(report.pages[1], sections=(section,))
    target = tmp_path / "long.xlsx"
    write_workbook(replace(report, pages=(page,)), read_language("de"), target)
    (row,) = re.findall(
        rf'<row r="{HEAD_ROW + 2}"[^>]*>', parts(target)["xl/worksheets/sheet2.xml"]
    )
    assert 'ht="45"' in row


def test_the_same_report_gives_the_same_workbook(
    path: Path, report: Report, language: Language, tmp_path: Path
) -> None:
    write_workbook(report, language, tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == path.read_bytes()


def test_sheet_names_are_short_and_unlike() -> None:
    long = "Baustein III Wechsel des Aufenthaltsstatus"
    wanted = {"1": f"{long} 1", "2": f"{long} 2", "3": "Weg: a/b", "4": "INHALT"}
    names = list(sheet_names(wanted, taken=("Inhalt",)).values())
    assert names == [
        "Baustein III Wechsel des Aufen…", "Baustein III Wechsel des Auf… 2", "Weg a b", "INHALT 2"
    ]  # fmt: skip
    assert all(len(name) <= 31 for name in names)
