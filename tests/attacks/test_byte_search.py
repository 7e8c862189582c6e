"""The search of the canary test finds what is there: one planted leak of every kind."""

import base64
import gzip
import hashlib
import io
import json
import sqlite3
import zipfile
import zlib
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from byte_search import ByteSearch
from canaries import CANARIES
from pyarrow import parquet

from kim_pipeline.privacy.normalise import normalise

UMLAUT, CYRILLIC, ARABIC, APOSTROPHE, RARE, PLAIN = CANARIES


def _parquet(path: Path) -> None:
    names = pa.array([CYRILLIC.family] * 9, pa.string())
    parquet.write_table(pa.table({"x": names}), path, compression="zstd")


def _parquet_dates(path: Path) -> None:
    parquet.write_table(pa.table({"x": [date.fromisoformat(RARE.birth_date)]}), path)


def _sqlite(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE log (event TEXT)")
        event = json.dumps({"filler": "x" * 9000, "inner": json.dumps({"n": UMLAUT.given})})
        database.execute("INSERT INTO log VALUES (?)", (event,))


def _across_pages(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE log (event TEXT)")
        texts = [("." * filler + UMLAUT.note,) for filler in range(4000, 4120)]
        database.executemany("INSERT INTO log VALUES (?)", texts)


def _xlsx(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", f"<t>{APOSTROPHE.family}</t>" * 20)


def _zlib_inside(path: Path) -> None:
    path.write_bytes(b"\0" * 3333 + zlib.compress(ARABIC.street.encode() * 3) + b"rest")


def _gzip_in_gzip(path: Path) -> None:
    path.write_bytes(gzip.compress(b"a" + gzip.compress(ARABIC.family.encode() * 2)))


LEAKS: dict[str, Callable[[Path], object]] = {
    "plain text": lambda p: p.write_text(f"x{RARE.given}", "utf-8"),
    "cp1252": lambda p: p.write_bytes(UMLAUT.street.encode("cp1252")),
    "UTF-16": lambda p: p.write_text(CYRILLIC.given, "utf-16"),
    "upper case": lambda p: p.write_text(UMLAUT.family.upper(), "utf-8"),
    "normalised": lambda p: p.write_text(normalise(CYRILLIC.family) or "", "utf-8"),
    "JSON": lambda p: p.write_text(json.dumps([ARABIC.note])),
    "Python": lambda p: p.write_text(ascii([RARE.birth_place])),
    "base64, offset 1": lambda p: p.write_bytes(base64.b64encode(b"1" + UMLAUT.given.encode())),
    "base64, offset 2": lambda p: p.write_bytes(base64.b64encode(b"12" + ARABIC.given.encode())),
    "hex": lambda p: p.write_text(APOSTROPHE.given.encode().hex()),
    "number": lambda p: p.write_text(f"'{PLAIN.file_number}'"),
    "birth date": lambda p: p.write_text(f"[{PLAIN.german_birth_date}]"),
    "mail in a note": lambda p: p.write_text(PLAIN.note),
    "Latin-1 mistake": lambda p: p.write_text(RARE.street.encode().decode("latin-1"), "utf-8"),
    "md5": lambda p: p.write_text(hashlib.md5(PLAIN.azr_number.encode()).hexdigest()),
    "sha256, cut": lambda p: p.write_text(hashlib.sha256(UMLAUT.family.encode()).hexdigest()[:16]),
    "sha512, raw": lambda p: p.write_bytes(b"p" + hashlib.sha512(RARE.client.encode()).digest()),
    "sha1 of a compound": lambda p: p.write_text(
        hashlib.sha1(
            f"{PLAIN.family}|{PLAIN.given}|{PLAIN.birth_date}".encode()
        ).hexdigest()
    ),
    "gzip in gzip": _gzip_in_gzip,
    "zlib inside": _zlib_inside,
    "workbook": _xlsx,
    "parquet": _parquet,
    "parquet date": _parquet_dates,
    "sqlite": _sqlite,
    "sqlite across pages": _across_pages,
}  # fmt: skip


@pytest.mark.parametrize("kind", LEAKS)
def test_a_planted_leak_is_found(kind: str, search: ByteSearch, tmp_path: Path) -> None:
    LEAKS[kind](tmp_path / "file")
    assert search.in_tree([tmp_path])


def test_a_leak_in_a_file_name_is_found(search: ByteSearch, tmp_path: Path) -> None:
    (tmp_path / f"{UMLAUT.family}.csv").touch()
    assert search.in_tree([tmp_path])


def test_a_needle_is_found_at_every_offset(search: ByteSearch) -> None:
    for offset in range(40):
        assert search.in_bytes(b"\0" * offset + PLAIN.family.encode())


def test_nothing_is_found_where_nothing_is(search: ByteSearch) -> None:
    other = io.BytesIO()
    parquet.write_table(pa.table({"x": ["Mustermann, Erika", "1964-08-12"]}), other)
    assert not search.in_content(other.getvalue() + bytes(range(256)) * 1000, "")
