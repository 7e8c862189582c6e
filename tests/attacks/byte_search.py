"""Search for many byte strings at once in every byte of a file, also inside what is packed."""

import bz2
import io
import lzma
import re
import sqlite3
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import ipc, parquet

SHORTEST = 8
_BITS = 24
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_MOST = 1 << 28
_DEEPEST = 4
_GZIP = re.compile(rb"\x1f\x8b\x08[\x00-\x1f]")
_ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]")


@dataclass(frozen=True)
class Hit:
    """One needle that was found: where, and which, by its description."""

    place: str
    needle: str


class ByteSearch:
    """All needles, found by their first eight bytes: a table of hashes first, then exactly.

    Needles are at least eight bytes long. A byte costs some 30 ns, whatever their number.
    """

    def __init__(self, needles: Mapping[bytes, str]) -> None:
        self._by_start: dict[bytes, list[tuple[bytes, str]]] = {}
        for needle, name in needles.items():
            assert len(needle) >= SHORTEST
            self._by_start.setdefault(needle[:SHORTEST], []).append((needle, name))
        starts = np.frombuffer(b"".join(self._by_start), "<u8")
        self._table = np.zeros(1 << _BITS, np.bool_)
        self._table[_slots(starts)] = True
        self._known = np.sort(starts)

    def in_bytes(self, data: bytes, place: str = "") -> set[Hit]:
        """Find the needles in bytes as they are."""
        return {
            Hit(place, name)
            for start in self._starts(data)
            for needle, name in self._by_start[data[start : start + SHORTEST]]
            if data.startswith(needle, start)
        }

    def in_content(self, data: bytes, place: str, depth: int = 0) -> set[Hit]:
        """Find the needles in bytes and in everything packed inside them."""
        hits = self.in_bytes(data, place)
        if depth < _DEEPEST:
            for name, part in _unpacked(data):
                hits |= self.in_content(part, f"{place} → {name}", depth + 1)
        return hits

    def in_tree(self, folders: Iterable[Path]) -> set[Hit]:
        """Find the needles in all files below some folders: names and contents."""
        hits: set[Hit] = set()
        for path in (path for folder in folders for path in sorted(folder.rglob("*"))):
            hits |= self.in_bytes(str(path).encode(), f"the name of {path}")
            if path.is_file() and not path.is_symlink():
                hits |= self.in_file(path)
        return hits

    def in_file(self, path: Path) -> set[Hit]:
        """Find the needles in one file; a database is read row by row as well."""
        data = path.read_bytes()
        hits = self.in_content(data, str(path))
        if data.startswith(b"SQLite format 3\0"):
            hits |= self.in_content(_database_rows(path), f"{path} → rows")
        return hits

    def _starts(self, data: bytes) -> Iterator[int]:
        for shift in range(min(SHORTEST, len(data) - SHORTEST + 1)):
            windows = np.frombuffer(data, "<u8", (len(data) - shift) // 8, shift)
            maybe = np.flatnonzero(self._table[_slots(windows)])
            nearest = np.searchsorted(self._known[:-1], windows[maybe])
            for index in maybe[self._known[nearest] == windows[maybe]]:
                yield int(index) * 8 + shift


def _slots(windows: "np.ndarray[tuple[int], np.dtype[np.uint64]]") -> "np.ndarray":
    with np.errstate(over="ignore"):
        return (windows * _FACTOR) >> np.uint64(64 - _BITS)


def _unpacked(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield what is packed in some bytes: whole files by their first bytes, streams anywhere."""
    for start, (name, read) in _FILES.items():
        if data.startswith(start):
            yield name, _attempt(lambda read=read: read(data))
    for pattern, window, name in ((_GZIP, 31, "gzip"), (_ZLIB, 15, "zlib")):
        for match in pattern.finditer(data):
            part = _inflate(data, match.start(), window)
            if len(part) >= SHORTEST:
                yield name, part


def _inflate(data: bytes, start: int, window: int) -> bytes:
    """Unpack a stream that may begin here; what is not one gives few bytes or none."""
    if window == 15 and int.from_bytes(data[start : start + 2]) % 31:
        return b""
    unpacker = zlib.decompressobj(window)
    try:
        head = unpacker.decompress(data[start : start + 256], _MOST)
        return head + unpacker.decompress(
            unpacker.unconsumed_tail + data[start + 256 : start + _MOST], _MOST
        )
    except zlib.error:
        return b""


def _members(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        return b"\n".join([part for n in names for part in (n.encode(), archive.read(n))])


def _attempt(read: Callable[[], bytes]) -> bytes:
    """Unpack a file that may be cut off, as a killed process leaves them."""
    try:
        return read()
    except (pa.ArrowException, OSError, ValueError, EOFError, lzma.LZMAError, zipfile.BadZipFile):
        return b""


def _arrow_text(table: pa.Table) -> bytes:
    """Write every value of a table as text, dates in ISO form, and its schema with metadata."""
    rows = "\n".join(str(value) for column in table.columns for value in column.to_pylist())
    return f"{table.schema.to_string(show_schema_metadata=True)}\n{rows}".encode()


def _database_rows(path: Path) -> bytes:
    """Write every row of a database: long values are scattered over pages in the file."""
    parts: list[bytes] = []
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        database.text_factory = bytes
        query = "SELECT name FROM sqlite_master WHERE type = 'table'"
        for (name,) in database.execute(query).fetchall():
            quoted = name.decode().replace('"', '""')
            for row in database.execute(f'SELECT * FROM "{quoted}"'):
                parts += [v if isinstance(v, bytes) else str(v).encode() for v in row]
    return b"\n".join(parts)


_FILES: dict[bytes, tuple[str, Callable[[bytes], bytes]]] = {
    b"PAR1": ("parquet", lambda data: _arrow_text(parquet.read_table(io.BytesIO(data)))),
    b"ARROW1": ("arrow", lambda data: _arrow_text(ipc.open_file(data).read_all())),
    b"PK\x03\x04": ("zip", _members),
    b"BZh": ("bzip2", bz2.decompress),
    b"\xfd7zXZ\x00": ("xz", lzma.decompress),
    b"\x28\xb5\x2f\xfd": ("zstd", lambda d: pa.CompressedInputStream(io.BytesIO(d), "zstd").read()),
}
