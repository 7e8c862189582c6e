"""A minimal writer of old workbooks: BIFF8 records in a compound file, as Excel 97 saved them."""

import struct
from collections.abc import Sequence

Cell = str | int | float
SECTOR = 512
SMALLEST_STREAM = 4096
FREE, LAST, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
BOF, EOF, SHEET, LABEL, NUMBER, DIMENSIONS = 0x0809, 0x0A, 0x85, 0x0204, 0x0203, 0x0200
GLOBALS, WORKSHEET, BIFF8 = 5, 0x10, 0x0600


def old_workbook(sheet: str, rows: Sequence[Sequence[Cell]]) -> bytes:
    """Write one sheet; numbers are numbers, and empty texts empty cells."""
    return _compound("Workbook", _book(sheet, rows))


def _book(sheet: str, rows: Sequence[Sequence[Cell]]) -> bytes:
    name = struct.pack("<BB", len(sheet), 1) + sheet.encode("utf-16-le")
    start = _begin(GLOBALS)
    offset = len(start) + len(_record(SHEET, bytes(6) + name)) + len(_record(EOF, b""))
    head = start + _record(SHEET, struct.pack("<IH", offset, 0) + name) + _record(EOF, b"")
    cells = b"".join(
        _cell(line, place, cell)
        for line, row in enumerate(rows)
        for place, cell in enumerate(row)
        if cell != ""
    )
    size = struct.pack("<IIHHH", 0, len(rows), 0, len(rows[0]), 0)
    return head + _begin(WORKSHEET) + _record(DIMENSIONS, size) + cells + _record(EOF, b"")


def _begin(kind: int) -> bytes:
    return _record(BOF, struct.pack("<HHHHII", BIFF8, kind, 0, 1997, 0, 0))


def _cell(line: int, place: int, cell: Cell) -> bytes:
    at = struct.pack("<HHH", line, place, 0)
    if isinstance(cell, str):
        text = struct.pack("<HB", len(cell), 1) + cell.encode("utf-16-le")
        return _record(LABEL, at + text)
    return _record(NUMBER, at + struct.pack("<d", cell))


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _compound(name: str, content: bytes) -> bytes:
    """Put one stream into a compound file: its sectors, then directory and allocation table."""
    content = content.ljust(SMALLEST_STREAM, b"\0")
    used = -(-len(content) // SECTOR)
    directory, table = used, used + 1
    allocation = [*range(1, used), LAST, LAST, TABLE]
    tables = -(-len(allocation) // (SECTOR // 4))
    if tables > 1:
        raise ValueError("too large for one sector of allocations")
    allocation += [FREE] * (SECTOR // 4 - len(allocation))
    entries = _entry("Root Entry", 5, 1, LAST, 0) + _entry(name, 2, FREE, 0, len(content))
    entries += _entry("", 0, FREE, 0, 0) * 2
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, 1, directory, 0, SMALLEST_STREAM, LAST, 0, LAST, 0)
    header += struct.pack("<109I", table, *[FREE] * 108)
    body = content.ljust(used * SECTOR, b"\0")
    return header + body + entries + struct.pack("<128I", *allocation)


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = (name + "\0").encode("utf-16-le") if name else b""
    head = text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1)
    links = struct.pack("<III", FREE, FREE, child)
    return head + links + bytes(36) + struct.pack("<IQ", start, size)
