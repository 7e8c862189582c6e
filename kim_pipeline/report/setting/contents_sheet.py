"""The first sheet of the workbook: what it is, its tables with links to them, signs, protection."""

from collections.abc import Mapping
from typing import Any

from kim_pipeline.report.document import Page, Report, Section
from kim_pipeline.report.language import Language
from kim_pipeline.report.setting.cell_formats import LINE, CellFormats, lines_in
from kim_pipeline.report.setting.figure_tables import all_signs, tables_of
from kim_pipeline.report.setting.printed import edition_line

HEAD_ROW = 5
_WIDTHS = (72, 26, 68)


def write_contents(
    sheet: Any,
    formats: CellFormats,
    language: Language,
    report: Report,
    names: Mapping[str, str],
) -> None:
    """Write the sheet; `names` are those of the sheets by the names of their tables."""
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    month = language.month(report.month)
    title = language.text("pdf.title", kreis=report.kreis, month=month)
    sheet.write_string(0, 0, title, formats.title())
    sheet.write_string(1, 0, edition_line(report, language), formats.plain())
    sheet.write_string(2, 0, report.notice, formats.plain())
    _write_paragraph(sheet, formats, 3, language.text("workbook.what"))
    for place, name in enumerate(("sheet", "page", "finding")):
        words = language.text(f"workbook.{name}")
        sheet.write_string(HEAD_ROW, place, words, formats.head(left=True))
    below = _write_list(sheet, formats, language, report, names)
    _write_signs(sheet, formats, language, below + 1)
    sheet.freeze_panes(HEAD_ROW + 1, 0)


def places_of(report: Report) -> dict[str, tuple[Page, Section]]:
    """Give the page and the section of every table by its name."""
    pairs = [(page, section) for page in report.pages for section in page.sections]
    return {s.table.name: (page, s) for page, s in reversed(pairs) if s.table}


def _write_list(
    sheet: Any,
    formats: CellFormats,
    language: Language,
    report: Report,
    names: Mapping[str, str],
) -> int:
    """Write a row for each table and one for the definitions; give the row below."""
    places = places_of(report)
    rows = [
        (names[table.name], table.caption, places[table.name][0].short, places[table.name][1].title)
        for table in tables_of(report)
    ]
    definitions = language.text("pdf.definitions")
    rows.append((definitions, definitions, "", ""))
    for row, (name, caption, page, finding) in enumerate(rows, HEAD_ROW + 1):
        sheet.set_row(row, LINE * max(lines_in(caption, _WIDTHS[0]), lines_in(finding, _WIDTHS[2])))
        sheet.write_url(row, 0, f"internal:'{name}'!A1", formats.link(), caption)
        sheet.write_string(row, 1, page, formats.wrapped())
        sheet.write_string(row, 2, finding, formats.wrapped())
    return HEAD_ROW + 1 + len(rows)


def _write_signs(sheet: Any, formats: CellFormats, language: Language, row: int) -> None:
    sheet.write_string(row, 0, language.text("pdf.signs"), formats.head(left=True))
    signs = all_signs(language)
    for place, (sign, words) in enumerate(signs, row + 1):
        sheet.write_string(place, 0, f"{sign}  {words}", formats.plain())
    row += len(signs) + 2
    sheet.write_string(row, 0, language.text("pdf.protection"), formats.head(left=True))
    _write_paragraph(sheet, formats, row + 1, language.text("protection.text"))


def _write_paragraph(sheet: Any, formats: CellFormats, row: int, words: str) -> None:
    sheet.set_row(row, LINE * lines_in(words, sum(_WIDTHS)))
    sheet.merge_range(row, 0, row, len(_WIDTHS) - 1, words, formats.wrapped())
