"""The report as a workbook: contents, a sheet for each of its tables, the definitions."""

from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

from kim_pipeline.report.document import Report
from kim_pipeline.report.language import Language
from kim_pipeline.report.setting import contents_sheet, definition_sheet
from kim_pipeline.report.setting.cell_formats import CellFormats
from kim_pipeline.report.setting.contents_sheet import places_of, write_contents
from kim_pipeline.report.setting.definition_sheet import write_definitions
from kim_pipeline.report.setting.figure_tables import tables_of
from kim_pipeline.report.setting.printed import edition_line
from kim_pipeline.report.setting.sheet import HEAD_ROW, TableSheet, write_table
from kim_pipeline.report.setting.sheet_names import sheet_names
from kim_pipeline.report.setting.sheet_page import sheet_page

_LANGUAGES = {"de": "de-DE", "en": "en-GB"}


def write_workbook(report: Report, language: Language, target: Path) -> int:
    """Write the workbook and return its bytes; the same report gives the same bytes.

    Figures are numbers with the format of their unit, hidden cells their sign, and no text can
    become a formula.
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    contents, last = language.text("workbook.contents"), language.text("pdf.definitions")
    names, page = names_of(report, language), sheet_page(report, language)
    with xlsxwriter.Workbook(target, options) as book:
        _describe(book, report, language)
        formats = CellFormats(book)
        first = book.add_worksheet(contents)
        write_contents(first, formats, language, report, names)
        page.set(first, contents_sheet.HEAD_ROW)
        for of in _sheets(report, language):
            sheet = book.add_worksheet(names[of.table.name])
            write_table(sheet, formats, language, of)
            link = f"internal:'{contents}'!A1"
            sheet.write_url(HEAD_ROW - 1, 0, link, formats.link(), language.text("workbook.back"))
            page.set(sheet, HEAD_ROW)
        sheet = book.add_worksheet(last)
        write_definitions(sheet, formats, language, report.definitions)
        page.set(sheet, definition_sheet.HEAD_ROW)
    return target.stat().st_size


def names_of(report: Report, language: Language) -> dict[str, str]:
    """Name the sheet of each table after its page and its subject, by the name of the table."""
    places = places_of(report)
    wanted = {
        table.name: f"{page.short} {section.topic or table.caption}"
        for table in tables_of(report)
        for page, section in [places[table.name]]
    }
    taken = (language.text("workbook.contents"), language.text("pdf.definitions"))
    return sheet_names(wanted, taken)


def _sheets(report: Report, language: Language) -> list[TableSheet]:
    places, edition = places_of(report), edition_line(report, language)
    return [
        TableSheet(table, section, (f"{page.short}: {section.title}", edition))
        for table in tables_of(report)
        for page, section in [places[table.name]]
    ]


def _describe(book: Any, report: Report, language: Language) -> None:
    """Set the properties that tell what the file is; its date is that of the data."""
    month = language.month(report.month)
    book.set_properties(
        {
            "title": language.text("pdf.title", kreis=report.kreis, month=month),
            "subject": edition_line(report, language),
            "author": report.kreis,
            "comments": report.notice,
            "created": datetime.combine(report.known_on, time(), tzinfo=UTC),
        }
    )
    book.set_custom_property("Language", _LANGUAGES[report.locale])
