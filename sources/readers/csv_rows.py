"""Numbers of the rows of a CSV file, as a spreadsheet program shows them.

A row whose values hold line breaks is one row. The parser skips blank lines uncounted; people see
them. So they are looked for while it reads, and only a file that may hold some is read once more.
"""

from __future__ import annotations

import csv as lines
import io
from collections.abc import Sequence
from typing import BinaryIO

import numpy as np

from sources.contracts.location import Text
from sources.readers.delivered import Numbers

# Two ends of line in a row; those of UTF-16 have zero bytes between. Each costs a search.
_BLANK = (b"\n\n", b"\n\r\n")
_WIDE = (b"\n\0\n\0", b"\n\0\r\0\n")
_OLD = (b"\r\r",)
_LONGEST, _SOME = 5, 4096
_NEWLINE, _RETURN = b"\n\r"


class Watched:
    """A stream for the parser; `blank` tells whether a blank line may have passed, or its like."""

    closed = False

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._end = b"\n"
        self.blank = False

    def read(self, size: int = -1) -> bytes:
        """Read on, and look for blank lines."""
        content = self._stream.read(size)
        if not self.blank:
            border = self._end + content[:_LONGEST]
            marks: tuple[bytes, ...] = _WIDE if b"\0" in self._end + content[:_SOME] else _BLANK
            marks += () if b"\n" in content else _OLD
            places = (border, content) if _has_short_lines(content) else (border,)
            self.blank = any(mark in place for mark in marks for place in places)
            self._end = border[-_LONGEST:] if len(content) < _LONGEST else content[-_LONGEST:]
        return content

    def close(self) -> None:
        """Leave the stream open: it belongs to somebody else."""


def _has_short_lines(content: bytes) -> bool:
    """Tell whether ends of line lie as close as those around a blank line: a cheap look first."""
    characters = np.frombuffer(content, np.uint8)
    ends = np.flatnonzero(characters == _NEWLINE)
    if not len(ends):
        ends = np.flatnonzero(characters == _RETURN)
    return bool((np.diff(ends) < _LONGEST).any())


def count_records(stream: BinaryIO, text: Text, encoding: str) -> Numbers | None:
    """Give the numbers of the records from the header on that are not blank.

    Winds the stream back to its start first. None where the file cannot be split into records.
    """
    stream.seek(0)
    reading = io.TextIOWrapper(stream, encoding, errors="replace", newline="")
    try:
        for _ in range(text.header_row - 1):
            reading.readline()
        reader = lines.reader(reading, delimiter=text.delimiter, quotechar=text.quote_char)
        filled = np.frombuffer(bytearray(bool(record) for record in reader), np.bool_)
    except lines.Error:
        return None
    finally:
        reading.detach()
    return np.flatnonzero(filled) + text.header_row


def number_rows(
    good: int, malformed: Sequence[int], header_row: int, records: Numbers | None
) -> tuple[Numbers, tuple[int, ...]]:
    """Give the numbers of the good and of the malformed rows.

    `malformed` are the parser's numbers, which do not count blank lines; `records` are those of
    header and rows in the file, where some may be blank.
    """
    count = good + len(malformed)
    if records is None or len(records) != count + 1:
        records = np.arange(header_row, header_row + count + 1)
    rows = records[1:]
    places = np.array(malformed, np.int64) - header_row - 1
    return np.delete(rows, places), tuple(rows[places].tolist())
