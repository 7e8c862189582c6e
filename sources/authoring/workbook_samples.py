"""Samples of workbooks (XLSX, XLS, ODS): each sheet with a header is a table."""

from datetime import date, datetime
from typing import BinaryIO

from python_calamine import CalamineError, CalamineWorkbook

from kim_pipeline.errors import DeliveryError
from sources.authoring.headers import find_header, refuse_headless
from sources.authoring.samples import Sample, SampleTable, no_table, to_columns


def sample_workbook(stream: BinaryIO, kind: str, header_row: int | None) -> Sample:
    """Read all sheets that have a header, of a workbook of one kind (xlsx, xls, ods).

    Raises DeliveryError when it is no workbook, or no sheet has one.
    """
    tables, refused = [], None
    for name, rows in _sheets(stream):
        try:
            tables.append(_table(name, rows, header_row))
        except DeliveryError as error:
            refused = error
    if not tables:
        raise refused or no_table("has no sheet with rows")
    # A contract has one header row for all sheets; the first table's is taken.
    marks: dict[str, object] = {"headerRow": tables[0].header_row}
    return Sample(kind, "UTF-8", tuple(tables), marks)


def _sheets(stream: BinaryIO) -> list[tuple[str, list[list[str | None]]]]:
    try:
        workbook = CalamineWorkbook.from_filelike(stream)
        sheets = [
            (name, workbook.get_sheet_by_name(name).to_python(skip_empty_area=False))
            for name in workbook.sheet_names
        ]
    except (CalamineError, OSError):
        raise no_table("is no workbook that can be read") from None
    return [
        (name, [[_text(cell) for cell in row] for row in rows]) for name, rows in sheets if rows
    ]


def _table(name: str, rows: list[list[str | None]], header_row: int | None) -> SampleTable:
    used = max((place for row in rows for place, cell in enumerate(row, 1) if cell), default=0)
    narrow = [row[:used] for row in rows]
    start = find_header(narrow, header_row)
    header = [cell or "" for cell in narrow[start]]
    columns = to_columns(header, [row for row in narrow[start + 1 :] if any(row)])
    refuse_headless(columns, header_row)
    return SampleTable(name, start + 1, columns)


def _text(cell: object) -> str | None:
    """Write a cell as a German clerk would: whole numbers without point, dates by day."""
    if isinstance(cell, datetime | date):
        return cell.strftime("%d.%m.%Y")
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else str(cell).replace(".", ",")
    return str(cell).strip() or None
