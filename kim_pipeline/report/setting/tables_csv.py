"""Each table of the report as a CSV file that a spreadsheet in the reader's language opens."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from kim_pipeline.export.formulas import harmless
from kim_pipeline.report.document import Line, Report, Table
from kim_pipeline.report.figures import Cell
from kim_pipeline.report.language import Language
from kim_pipeline.report.setting.figure_tables import (
    heading,
    is_words,
    line_heading,
    status_of,
    tables_of,
)

# What German and English spreadsheets take for the end of a field, and for the decimal sign.
_DIALECTS = {"de": (";", ","), "en": (",", ".")}


def write_tables(report: Report, language: Language, folder: Path) -> dict[str, int]:
    """Write every table of the report; return the bytes of each file by its name.

    UTF-8 with a byte order mark, without which spreadsheets misread umlauts. Beside each column of
    figures stands what its cells are: published, or why there is no figure.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sizes = {}
    for table in tables_of(report):
        path = folder / f"{table.name}.csv"
        sizes[path.name] = path.write_bytes(table_csv(language, table))
    return sizes


def table_csv(language: Language, table: Table) -> bytes:
    """Give a table as the bytes of its CSV file."""
    delimiter, point = _DIALECTS[language.locale]
    written = io.StringIO()
    writer = csv.writer(written, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow([table.corner, *_heads(language, table)])
    for line in table.lines:
        fields = _fields(language, table, line, point)
        writer.writerow([harmless(line_heading(language, line)), *fields])
    return written.getvalue().encode("utf-8-sig")


def _heads(language: Language, table: Table) -> Iterator[str]:
    for place, column in enumerate(table.columns):
        yield harmless(heading(language, column.heading, column.unit))
        if not is_words(table, place):
            yield harmless(language.text("csv.status", column=column.heading))


def _fields(language: Language, table: Table, line: Line, point: str) -> Iterator[str]:
    for place, cell in enumerate(line.cells):
        if isinstance(cell, str):
            yield harmless(cell)
            if not is_words(table, place):
                yield ""
        else:
            yield "" if cell.value is None else f"{cell.value:.10g}".replace(".", point)
            yield _status(language, cell)


def _status(language: Language, cell: Cell) -> str:
    """Say in words what a cell is, and what else is to be known about its figure."""
    words = [language.text(f"csv.statuses.{status_of(cell)}")]
    if cell.value is not None:
        kinds = {"provisional": cell.provisional, "revised": cell.revised}
        words += [language.text(f"signs.spoken.{name}") for name, holds in kinds.items() if holds]
    return ", ".join(words)
