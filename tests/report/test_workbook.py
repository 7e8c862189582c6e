"""The workbook holds every table with numbers that can be counted with, and nothing that runs."""

import zipfile
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from report.invented_report import HOSTILE, invented_report

from kim_pipeline.kreis import Kreis
from kim_pipeline.report.document import Report, Table
from kim_pipeline.report.figures import Cell, Figures
from kim_pipeline.report.language import Language
from kim_pipeline.report.setting.figure_tables import line_heading, tables_of
from kim_pipeline.report.setting.sheet import HEAD_ROW
from kim_pipeline.report.setting.sheet_names import sheet_names
from kim_pipeline.report.setting.workbook import write_workbook


@pytest.fixture(scope="module")
def report(figures: Figures, kreis: Kreis, language: Language) -> Report:
    return invented_report(figures, kreis, language)


@pytest.fixture(scope="module")
def path(report: Report, language: Language, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("workbook") / "bericht.xlsx"
    assert write_workbook(report, language, target) == target.stat().st_size
    return target


@pytest.fixture(scope="module")
def sheets(path: Path) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_path(path)
    return {
        name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for name in book.sheet_names
    }


def parts(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_the_first_sheet_lists_all_others(
    sheets: dict[str, list[list[object]]], report: Report
) -> None:
    assert list(sheets) == ["Inhalt", *(table.name for table in tables_of(report))]
    words = [str(row[0]) for row in sheets["Inhalt"]]
    for table in tables_of(report):
        assert table.caption in words


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


def test_heads_stay_in_sight(path: Path, report: Report) -> None:
    sheet = parts(path)["xl/worksheets/sheet2.xml"]
    assert f'<pane xSplit="1" ySplit="{HEAD_ROW + 1}"' in sheet


def test_the_same_report_gives_the_same_workbook(
    path: Path, report: Report, language: Language, tmp_path: Path
) -> None:
    write_workbook(report, language, tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == path.read_bytes()


def test_sheet_names_are_short_and_unlike() -> None:
    long = "kennzahlen-nach-herkunftsgruppe-und-stadt"
    tables = [Table(name, "", "", (), ()) for name in (f"{long}-1", f"{long}-2", "a/b", "INHALT")]
    names = list(sheet_names(tables, taken=("Inhalt",)).values())
    assert len({name.casefold() for name in names} - {"inhalt"}) == 4
    assert all(len(name) <= 31 and "/" not in name for name in names)
