"""The CSV files hold every figure as a spreadsheet of the reader reads it, with its status."""

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from report.invented_report import HOSTILE, invented_report

from kim_pipeline.export.formulas import TRIGGERS
from kim_pipeline.kreis import Kreis
from kim_pipeline.report.document import Report, Table
from kim_pipeline.report.figures import Cell, Figures
from kim_pipeline.report.language import Language
from kim_pipeline.report.setting.figure_tables import is_words, tables_of
from kim_pipeline.report.setting.tables_csv import table_csv, write_tables


@pytest.fixture(scope="module")
def report(figures: Figures, kreis: Kreis, language: Language) -> Report:
    return invented_report(figures, kreis, language)


def rows(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def test_there_is_a_file_for_every_table(
    report: Report, language: Language, tmp_path: Path
) -> None:
    sizes = write_tables(report, language, tmp_path / "tabellen")
    assert list(sizes) == [f"{table.name}.csv" for table in tables_of(report)]
    for name, size in sizes.items():
        assert (tmp_path / "tabellen" / name).stat().st_size == size


def test_every_figure_stands_in_its_file_beside_its_status(
    report: Report, language: Language
) -> None:
    for table in tables_of(report):
        head, *lines = rows(table_csv(language, table))
        assert {len(line) for line in lines} == {len(head)}
        for line, fields in zip(table.lines, lines, strict=True):
            found = iter(fields[1:])
            for place, cell in enumerate(line.cells):
                assert next(found).lstrip("'") == written(cell)
                if not is_words(table, place):
                    assert bool(next(found)) == isinstance(cell, Cell)


def written(cell: Cell | str) -> str:
    if isinstance(cell, str):
        return cell
    return "" if cell.value is None else f"{cell.value:.10g}".replace(".", ",")


def test_a_status_says_why_there_is_no_figure(report: Report, language: Language) -> None:
    lines = rows(table_csv(language, signs_table(report)))
    assert [lines[1][2], lines[1][4], lines[2][2], lines[2][4]] == [
        "nicht veröffentlicht",
        "gesperrt oder unmöglich",
        "nicht ausgewertet",
        "veröffentlicht",
    ]
    assert lines[3][2] == "veröffentlicht, berichtigt"


def signs_table(report: Report) -> Table:
    return next(table for table in tables_of(report) if table.name == "zeichen")


def test_no_text_begins_like_a_formula(report: Report, language: Language) -> None:
    for table in tables_of(report):
        for line in rows(table_csv(language, table)):
            texts = [field for field in line if not field.replace(",", "").lstrip("-").isdigit()]
            assert not [text for text in texts if text.startswith(tuple(TRIGGERS))]
    assert f"'{HOSTILE}".encode() in table_csv(language, signs_table(report))


def test_english_files_have_commas_between_fields_and_points_in_figures(
    report: Report, language: Language
) -> None:
    content = table_csv(replace(language, locale="en"), signs_table(report)).decode("utf-8-sig")
    assert "\r\n'-1 = Kopf,12345.5," in content
