"""One table on one sheet: title, heads, figures as numbers; below it its signs and notes."""

import textwrap
from dataclasses import dataclass
from typing import Any

from kim_pipeline.report.document import Line, Section, Table
from kim_pipeline.report.figures import Cell
from kim_pipeline.report.language import Language
from kim_pipeline.report.setting.cell_formats import LINE, CellFormats, lines_in
from kim_pipeline.report.setting.figure_tables import (
    heading,
    is_words,
    line_heading,
    shown_cells,
    signs_of,
    unit_of,
)

HEAD_ROW = 4
_NARROW, _LARGEST = 11, 60
# Letters in a line of notes, and lines of a table from which it is easier filtered than read.
_NOTE, _MANY = 110, 20


@dataclass(frozen=True)
class TableSheet:
    """A table, the section of the report it stands in, and the lines above it."""

    table: Table
    section: Section
    above: tuple[str, ...]


def write_table(sheet: Any, formats: CellFormats, language: Language, of: TableSheet) -> None:
    """Write a table with its page and finding above it; heads and headings stay in sight."""
    table, widths = of.table, _widths(language, of.table)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.write_string(0, 0, table.caption, formats.title())
    for row, words in enumerate(of.above, 1):
        sheet.write_string(row, 0, words, formats.note())
    _write_heads(sheet, formats, language, table, widths)
    for row, line in enumerate(table.lines, HEAD_ROW + 1):
        _write_line(sheet, formats, language, table, (row, line))
        texts = [line_heading(language, line), *line.cells]
        pairs = zip(texts, widths, strict=True)
        lines = max(lines_in(text, width) for text, width in pairs if isinstance(text, str))
        if lines > 1:
            sheet.set_row(row, LINE * lines)
    _write_notes(sheet, formats, language, of)
    sheet.freeze_panes(HEAD_ROW + 1, 1)
    if len(table.lines) > _MANY:
        sheet.autofilter(HEAD_ROW, 0, HEAD_ROW + len(table.lines), len(table.columns))


def _write_heads(
    sheet: Any, formats: CellFormats, language: Language, table: Table, widths: list[int]
) -> None:
    heads = [table.corner, *(heading(language, c.heading, c.unit) for c in table.columns)]
    for column, words in enumerate(heads):
        left = column == 0 or is_words(table, column - 1)
        head = formats.head(left=left, indent=int(left and column > 0))
        sheet.write_string(HEAD_ROW, column, words, head)
    # Bold letters are wider, and the button of a filter takes room.
    most = max(lines_in(words, width - 3) for words, width in zip(heads, widths, strict=True))
    sheet.set_row(HEAD_ROW, LINE * most)


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
            # Words keep off the figures at their left.
            sheet.write_string(*at, cell, formats.words(cell, strong=line.strong, indent=1))
        elif cell.value is None:
            sheet.write_string(*at, seen.text, formats.sign(strong=line.strong))
        else:
            unit = unit_of(table, line, column)
            form = formats.figure(cell, seen, unit, strong=line.strong)
            sheet.write_number(*at, cell.value, form)


def _write_notes(sheet: Any, formats: CellFormats, language: Language, of: TableSheet) -> None:
    """Write the signs that occur, and what the report says beside the table, in short lines."""
    row = HEAD_ROW + len(of.table.lines) + 2
    signs = [f"{sign}  {words}" for sign, words in signs_of(language, of.table)]
    for words in [*signs, *_grades(language, of.section)]:
        sheet.write_string(row, 0, words, formats.note())
        row += 1
    sources = ", ".join(of.section.sources)
    said = [of.section.measure, *of.section.notes]
    said += [language.text("definitions.sources", sources=sources)] if sources else []
    sheet.write_string(row + 1, 0, language.text("workbook.notes"), formats.note())
    lines = [line for words in said for line in textwrap.wrap(words, _NOTE)]
    for place, words in enumerate(lines, row + 2):
        sheet.write_string(place, 0, words, formats.note())


def _grades(language: Language, section: Section) -> list[str]:
    """Say which figures need linked data, and what the marks mean."""
    marked = [(section.grade, "")] + [(tile.grade, tile.title) for tile in section.tiles]
    marks = [f"≈ {grade.replace('?', '')} {name}".split() for grade, name in marked if grade]
    meaning = [f"≈  {language.text('signs.linked')}"] if marks else []
    named = " · ".join(" ".join(mark) for mark in marks if len(mark) > 1)
    return [*textwrap.wrap(named, _NOTE), *meaning]


def _widths(language: Language, table: Table) -> list[int]:
    """Make columns as wide as their texts and figures; longer texts are broken."""
    heads = [line_heading(language, line) for line in table.lines]
    widths = [min(_LARGEST, max(map(len, [table.corner, *heads]))) + 2]
    for place, column in enumerate(table.columns):
        texts = [line.cells[place] for line in table.lines]
        longest = max((len(text) for text in texts if not isinstance(text, Cell)), default=0)
        words = max(map(len, column.heading.split()), default=0)
        widths.append(min(_LARGEST, max(_NARROW, longest, words)) + 2)
    return widths
