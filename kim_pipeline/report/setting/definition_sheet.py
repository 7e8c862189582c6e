"""The last sheet of the workbook: what each indicator counts and where it comes from."""

from collections.abc import Sequence
from typing import Any

from kim_pipeline.report.document import Definition
from kim_pipeline.report.language import Language
from kim_pipeline.report.setting.cell_formats import LINE, CellFormats, lines_in

HEAD_ROW = 2
_WIDTHS = (44, 100, 36)


def write_definitions(
    sheet: Any, formats: CellFormats, language: Language, definitions: Sequence[Definition]
) -> None:
    """Write a row for each definition."""
    heads = ("matrix.indicator", "workbook.definition", "workbook.sources")
    sheet.write_string(0, 0, language.text("pdf.definitions"), formats.title())
    for column, (width, head) in enumerate(zip(_WIDTHS, heads, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(HEAD_ROW, column, language.text(head), formats.head(left=True))
    for row, entry in enumerate(definitions, HEAD_ROW + 1):
        cells = (entry.name, entry.words, entry.sources)
        lines = [lines_in(words, width) for words, width in zip(cells, _WIDTHS, strict=True)]
        sheet.set_row(row, LINE * max(lines))
        for column, words in enumerate(cells):
            sheet.write_string(row, column, words, formats.wrapped())
    sheet.freeze_panes(HEAD_ROW + 1, 1)
