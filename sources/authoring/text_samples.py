"""Samples of CSV files: encoding, delimiter and header found out."""

import csv
import io
from typing import BinaryIO

from sources.authoring.headers import SEARCHED_ROWS, find_header, refuse_headless
from sources.authoring.samples import MAX_ROWS, Sample, SampleTable, no_table, to_columns
from sources.contracts.encodings import AUTO
from sources.readers.text_encoding import find_encoding

DELIMITERS = ";,\t|"
NAMES = {"utf-8": "UTF-8", "cp1252": "windows-1252", "utf-16": "UTF-16"}


def sample_csv(stream: BinaryIO, header_row: int | None) -> Sample:
    """Read one CSV file.

    Raises DeliveryError when no table or no header is found.
    """
    encoding = find_encoding(stream, AUTO, "The file")
    text = stream.read().decode("utf-8-sig" if encoding == "utf-8" else encoding)
    delimiter = _delimiter(text)
    rows = _rows(text, delimiter, MAX_ROWS + SEARCHED_ROWS)
    if not rows:
        raise no_table("is empty")
    start = find_header(rows, header_row)
    header = [cell or "" for cell in rows[start]]
    body = [row for row in rows[start + 1 :] if any(row)]
    columns = to_columns(header, body)
    refuse_headless(columns, header_row)
    table = SampleTable("records.csv", start + 1, columns)
    marks: dict[str, object] = {"delimiter": delimiter, "quoteChar": '"'}
    marks |= {"headerRow": start + 1} if start else {}
    return Sample("csv", NAMES.get(encoding, encoding), (table,), marks, single=True)


def _delimiter(text: str) -> str:
    """Take the mark that cuts the first rows into most columns of the same number."""

    def agreement(mark: str) -> tuple[int, int]:
        widths = [len(row) for row in _rows(text, mark, SEARCHED_ROWS)]
        usual = max(set(widths), key=lambda width: (widths.count(width), width), default=1)
        return (widths.count(usual) if usual > 1 else 0, usual)

    return max(DELIMITERS, key=agreement)


def _rows(text: str, delimiter: str, most: int) -> list[list[str | None]]:
    rows: list[list[str | None]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append([cell.strip() or None for cell in row])
            if len(rows) == most:
                break
    except csv.Error:
        raise no_table("is not readable as CSV") from None
    return rows
