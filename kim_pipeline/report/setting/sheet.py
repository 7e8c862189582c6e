"""One table on one sheet: title, heads, figures as numbers, and the signs that occur in it."""

from typing import Any

from kim_pipeline.report.document import Line, Table
from kim_pipeline.report.figures import Cell
from kim_pipeline.report.language import Language
from kim_pipeline.report.setting.cell_formats import CellFormats
from kim_pipeline.report.setting.figure_tables import (
    heading,
    is_words,
    line_heading,
    shown_cells,
    signs_of,
    unit_of,
)

HEAD_ROW = 3
_NARROW, _LARGEST = 11, 60


def write_table(
    sheet: Any, formats: CellFormats, language: Language, table: Table, place: tuple[str, str]
) -> None:
    """Write a table with its page and finding above it; heads and headings stay in sight."""
    sheet.write_string(0, 0, table.caption, formats.title())
    sheet.write_string(2, 0, ": ".join(place), formats.note())
    _write_heads(sheet, formats, language, table)
    for row, line in enumerate(table.lines, HEAD_ROW + 1):
        _write_line(sheet, formats, language, table, (row, line))
    _write_signs(sheet, formats, language, table)
    _set_widths(sheet, language, table)
    sheet.freeze_panes(HEAD_ROW + 1, 1)
    sheet.repeat_rows(HEAD_ROW)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _write_heads(sheet: Any, formats: CellFormats, language: Language, table: Table) -> None:
    sheet.write_string(HEAD_ROW, 0, table.corner, formats.head(left=True))
    for place, column in enumerate(table.columns):
        words = heading(language, column.heading, column.unit)
        left = is_words(table, place)
        sheet.write_string(HEAD_ROW, place + 1, words, formats.head(left=left))


def _write_line(
    sheet: Any, formats: CellFormats, language: Language, table: Table, place: tuple[int, Line]
) -> None:
    row, line = place
    words = line_heading(language, line)
    sheet.write_string(row, 0, words, formats.words(words, strong=line.strong))
    shown = shown_cells(language, table, line)
    for column, (cell, seen) in enumerate(zip(line.cells, shown, strict=True)):
        at = (row, column + 1)
        if isinstance(cell, str):
            sheet.write_string(*at, cell, formats.words(cell, strong=line.strong))
        elif cell.value is None:
            sheet.write_string(*at, seen.text, formats.sign(strong=line.strong))
        else:
            unit = unit_of(table, line, column)
            form = formats.figure(cell, seen, unit, strong=line.strong)
            sheet.write_number(*at, cell.value, form)


def _write_signs(sheet: Any, formats: CellFormats, language: Language, table: Table) -> None:
    row = HEAD_ROW + len(table.lines) + 2
    for place, (sign, words) in enumerate(signs_of(language, table), row):
        sheet.write_string(place, 0, f"{sign}  {words}", formats.note())


def _set_widths(sheet: Any, language: Language, table: Table) -> None:
    """Make columns as wide as their texts and figures; longer texts are broken or cut."""
    heads = [line_heading(language, line) for line in table.lines]
    sheet.set_column(0, 0, min(_LARGEST, max(map(len, [table.corner, *heads])) + 2))
    for place, column in enumerate(table.columns):
        texts = [line.cells[place] for line in table.lines]
        longest = max((len(text) for text in texts if not isinstance(text, Cell)), default=0)
        words = max(map(len, column.heading.split()), default=0)
        sheet.set_column(place + 1, place + 1, min(_LARGEST, max(_NARROW, longest, words) + 2))
