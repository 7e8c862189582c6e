"""The report as a workbook: a sheet of contents, then one sheet for each of its tables."""

from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

from kim_pipeline.report.document import Report, Table
from kim_pipeline.report.language import Language
from kim_pipeline.report.setting.cell_formats import CellFormats
from kim_pipeline.report.setting.figure_tables import all_signs, tables_of
from kim_pipeline.report.setting.sheet import write_table
from kim_pipeline.report.setting.sheet_names import sheet_names

_LANGUAGES = {"de": "de-DE", "en": "en-GB"}


def write_workbook(report: Report, language: Language, target: Path) -> int:
    """Write the workbook and return its bytes; the same report gives the same bytes.

    Figures are numbers with the format of their unit, hidden cells their sign, and no text can
    become a formula.
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    tables = tables_of(report)
    contents = language.text("workbook.contents")
    names = sheet_names(tables, taken=(contents,))
    with xlsxwriter.Workbook(target, options) as book:
        _describe(book, report, language)
        formats = CellFormats(book)
        first = book.add_worksheet(contents)
        for table in tables:
            sheet = book.add_worksheet(names[table.name])
            write_table(sheet, formats, language, table, _place(report, table))
            sheet.write_url(
                1, 0, f"internal:'{contents}'!A1", formats.link(), language.text("workbook.back")
            )
            sheet.set_footer(f"&L{_kept(report.notice)}&R&P / &N")
        _write_contents(first, formats, report, language, names)
    return target.stat().st_size


def _describe(book: Any, report: Report, language: Language) -> None:
    """Set the properties that tell what the file is; its date is that of the data."""
    month, day = language.month(report.month), language.day(report.known_on)
    book.set_properties(
        {
            "title": language.text("pdf.title", kreis=report.kreis, month=month),
            "subject": language.text("pdf.known_on", day=day),
            "author": report.kreis,
            "comments": report.notice,
            "created": datetime.combine(report.known_on, time(), tzinfo=UTC),
        }
    )
    book.set_custom_property("Language", _LANGUAGES[report.locale])


def _place(report: Report, table: Table) -> tuple[str, str]:
    """Give the page and the title of the section that a table belongs to."""
    return next(
        (page.short, section.title)
        for page in report.pages
        for section in page.sections
        if section.table and section.table.name == table.name
    )


def _kept(notice: str) -> str:
    """Keep a text whole in a footer, where an ampersand begins a code."""
    return notice.partition(". ")[0].replace("&", "&&")


def _write_contents(
    sheet: Any, formats: CellFormats, report: Report, language: Language, names: dict[str, str]
) -> None:
    known = language.text("pdf.known_on", day=language.day(report.known_on))
    title = language.text("pdf.title", kreis=report.kreis, month=language.month(report.month))
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 26)
    sheet.set_column(2, 2, 90)
    sheet.write_string(0, 0, title, formats.title())
    sheet.write_string(1, 0, f"{known}. {report.notice}", formats.plain())
    heads = [language.text(f"workbook.{name}") for name in ("sheet", "page", "finding")]
    for place, words in enumerate(heads):
        sheet.write_string(3, place, words, formats.head(left=True))
    row = 4
    for table in tables_of(report):
        page, finding = _place(report, table)
        name = names[table.name]
        sheet.write_url(row, 0, f"internal:'{name}'!A1", formats.link(), table.caption)
        sheet.write_string(row, 1, page, formats.plain())
        sheet.write_string(row, 2, finding, formats.plain())
        row += 1
    _write_signs(sheet, formats, language, row + 1)
    sheet.freeze_panes(4, 0)


def _write_signs(sheet: Any, formats: CellFormats, language: Language, row: int) -> None:
    sheet.write_string(row, 0, language.text("pdf.signs"), formats.head(left=True))
    for place, (sign, words) in enumerate(all_signs(language), row + 1):
        sheet.write_string(place, 0, sign, formats.plain())
        sheet.write_string(place, 1, words, formats.plain())
        row = place
    sheet.write_string(row + 2, 0, language.text("pdf.protection"), formats.head(left=True))
    sheet.merge_range(row + 3, 0, row + 5, 2, language.text("protection.text"), formats.wrapped())
