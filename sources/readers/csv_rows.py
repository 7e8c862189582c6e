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

# Ends of line so many bytes apart may have a blank line between; in UTF-16 each has two bytes.
_NEAR, _NEAR_WIDE = 2, 4
_NEWLINE, _RETURN = b"\n\r"
_SOME = 4096


class Watched:
    """A stream for the parser; `blank` tells whether a blank line may have passed, or its like."""

    closed = False

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._since = 0  # bytes since the last end of line; the file begins after one
        self.blank = False

    def read(self, size: int = -1) -> bytes:
        """Read on, and look for blank lines."""
        content = self._stream.read(size)
        if content and not self.blank:
            ends = _ends(content)
            near = _NEAR_WIDE if b"\0" in content[:_SOME] else _NEAR
            self.blank = bool((np.diff(ends, prepend=-1 - self._since) <= near).any())
            last = ends[-1] if len(ends) else -1 - self._since
            self._since = len(content) - 1 - int(last)
        return content

    def close(self) -> None:
        """Leave the stream open: it belongs to somebody else."""


def _ends(content: bytes) -> Numbers:
    """Find the ends of line; files of old systems have returns alone."""
    characters = np.frombuffer(content, np.uint8)
    ends = np.flatnonzero(characters == _NEWLINE)
    return ends if len(ends) else np.flatnonzero(characters == _RETURN)


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
