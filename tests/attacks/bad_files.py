"""Bad deliveries of text files: their place, manifest, header, columns, letters and rows."""

import os
import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from good_deliveries import OFFICE, travelling
from spoiling import (
    Bad,
    Rows,
    Spoil,
    both,
    content,
    counted,
    in_column,
    lines,
    manifest,
    manifest_text,
    rows,
    swap,
)

CSV = "persons.csv"
BOM = b"\xef\xbb\xbf"
OK_FILE, CHECKSUM = travelling(OFFICE, complete="ok_file"), travelling(OFFICE, complete="checksum")
MANIFEST = travelling(OFFICE, manifest_required=True)
STRICT = replace(
    OFFICE,
    tables=tuple(replace(table, unknown_columns="reject") for table in OFFICE.tables),
    delivery_rules={"row_count": "reject"},
)
REFUSING = replace(OFFICE, delivery_rules={"unknown_columns": "reject"})
LENIENT = replace(OFFICE, delivery_rules={"doubled": "warn"})
SQL = "x'; DROP TABLE staging.immigration_office_persons; --"
HEADERS = b';"a""; DROP TABLE persons; --";%s;:x;"=cmd|\'/C calc\'!A0"'
FORMULA = '=HYPERLINK("http://127.0.0.1:9/")'


def _untouched(_: Path) -> None:
    """Leave the delivery as it is: the contract asks for more."""


def _link(folder: Path) -> None:
    (folder / CSV).unlink()
    (folder / CSV).symlink_to(folder / "residence_titles.csv")


def _folder_link(folder: Path) -> None:
    away = folder.parent.parent / "job_centre" / "moved"
    shutil.move(folder, away)
    folder.symlink_to(away)


def _pipe(folder: Path) -> None:
    (folder / CSV).unlink()
    os.mkfifo(folder / CSV)


def _last_month(folder: Path) -> None:
    before = folder.parent / "2026-09"
    for path in before.iterdir():
        shutil.copy(path, folder / path.name)
    manifest(period="2026-10", created="2026-11-03T06:00:00Z")(folder)


def _some(count: int, **change: str) -> Spoil:
    return rows(lambda every: [row | change for row in every[:count]] + every[count:])


def _keep(wanted: Callable[[int, dict[str, str]], bool]) -> Callable[[Rows], Rows]:
    return lambda every: [row for number, row in enumerate(every) if wanted(number, row)]


def _renumbered(every: Rows) -> Rows:
    return [row | {"AKTENZEICHEN": row["AKTENZEICHEN"].replace("A", "A-")} for row in every]


def _grown(every: Rows) -> Rows:
    return every + [row | {"AKTENZEICHEN": f"B{n:08}"} for n, row in enumerate(every[:40])]


def _shifted(every: list[bytes]) -> list[bytes]:
    """Drop a value before the date of birth and add one at the end of every row."""
    cells = [line.split(b";") for line in every[1:]]
    return [every[0], *(b";".join([*row[:6], *row[7:], b""]) for row in cells)]


def _mojibake(whole: bytes) -> bytes:
    text = whole.removeprefix(BOM).decode()
    return BOM + text.encode().decode("latin-1").encode()


def _longest(every: list[bytes]) -> list[bytes]:
    cells = every[1].split(b";")
    cells[2] = b"x" * 3_000_000
    return [every[0], b";".join(cells), *every[2:]]


def _grow_unknown(every: list[bytes]) -> list[bytes]:
    return [every[0] + HEADERS, *(line + b";1;2;3;4" for line in every[1:])]


PLACES = (
    Bad("nothing lies there", OFFICE, shutil.rmtree, "missing"),
    Bad("one file of four is missing", OFFICE, lambda f: (f / CSV).unlink(), "missing"),
    Bad("a file is a symbolic link", OFFICE, _link, "unsafe", "T12"),
    Bad("the folder links into another authority's", OFFICE, _folder_link, "unsafe", "T12"),
    Bad("a file is a pipe without end", OFFICE, _pipe, "unsafe", "T12"),
    Bad("the agreed .ok is not there", OK_FILE, _untouched, "unfinished"),
    Bad("the agreed checksum is not there", CHECKSUM, _untouched, "unfinished"),
)
MANIFESTS = (
    Bad("a manifest is agreed and missing", MANIFEST, lambda f: (f / "manifest.json").unlink(),
        "manifest"),
    Bad("a manifest of another month", OFFICE, manifest(period="2026-08"), "wrong_month", "T40"),
    Bad("a manifest of a frozen month", OFFICE, manifest(period="2020-01"), "wrong_month", "T40"),
    Bad("made before the month began", OFFICE, manifest(created="2026-09-30T23:00:00Z"),
        "wrong_month", "T40"),
    Bad("a manifest of another source", OFFICE, manifest(source="job_centre"), "manifest"),
    Bad("a manifest cut in two", OFFICE, content("manifest.json", lambda b: b[: len(b) // 2]),
        "manifest"),
    Bad("a manifest nested 100,000 deep", OFFICE, manifest_text("[" * 100_000), "manifest", "T36"),
    Bad("a manifest with Python in it", OFFICE,
        manifest_text("!!python/object/apply:os.system ['touch /tmp/owned']"), "manifest", "T36"),
    Bad("a sequence number without end", OFFICE, manifest_text('{"sequence": Infinity}'),
        "manifest"),
    Bad("words for a sequence number", OFFICE, manifest(sequence="Mustervogelschrei"), "manifest"),
    Bad("fewer rows than none announced", OFFICE, counted(persons=-1), "manifest"),
    Bad("made in the year 1", OFFICE, manifest(created="0001-01-01T00:00:00+14:00"), "manifest"),
    Bad("a manifest of 2 MB", OFFICE, manifest(note="x" * 2_000_000), "unsafe"),
    Bad("real data under demo keys", OFFICE, manifest(invented=None), "real_data"),
    Bad("tables that nobody knows in the manifest", OFFICE, counted(Mustervogelschrei=3),
        "manifest"),
    Bad("an older delivery again", OFFICE, manifest(sequence=0), "older", "T7", again=True),
    Bad("other content under a number that was taken", OFFICE, _some(1, AKTE="B"), "older", "T7",
        again=True),
    Bad("without a number after one with a number", OFFICE,
        both(_some(1, AKTE="B"), manifest(sequence=None)), "manifest", again=True),
    Bad("the files of the month before", OFFICE, _last_month, "doubled", "T7"),
    Bad("the files of the month before, where that warns", LENIENT, _last_month, "accepted",
        warns="content_is_new"),
    Bad("other bytes than their checksum", OFFICE, manifest(files={CSV: {"sha256": "0" * 64}}),
        "half", "T7"),
)  # fmt: skip
COUNTS = (
    Bad("half of the rows announced", OFFICE,
        rows(lambda every: every[: len(every) // 2], told=False), "half"),
    Bad("cut in the middle of a row", OFFICE, content(CSV, lambda b: b[: len(b) * 2 // 3]),
        "half"),
    Bad("more rows than announced", OFFICE, rows(_grown, told=False), "manifest"),
    Bad("every row twice", OFFICE, rows(lambda every: every + every, told=False), "doubled"),
    Bad("every row twice, announced so", OFFICE, rows(lambda every: every + every), "doubled"),
    Bad("half of the rows, announced so", OFFICE, rows(_keep(lambda n, _: n % 5 < 2)), "half"),
    Bad("30 % more rows than last month", OFFICE, rows(_grown), "accepted", warns="row_count"),
    Bad("30 % more, where that refuses", STRICT, rows(_grown), "row_count"),
    Bad("a town without rows", OFFICE, rows(_keep(lambda _, row: row["AGS"] != "05158036")),
        "town_empty"),
    Bad("record numbers in a new form", OFFICE, rows(_renumbered), "id_format"),
    Bad("one row refused", OFFICE, _some(1, AKTE="Q"), "accepted", rows_rejected=1),
    Bad("too many rows refused", OFFICE, _some(20, AKTE="Q"), "rejected_rows"),
    Bad("no record number in any row", OFFICE, in_column("AKTENZEICHEN", ""), "rejected_rows"),
    Bad("impossible dates", OFFICE, in_column("EINREISE_DEUTSCHLAND", "31.02.2015"),
        "fields_readable"),
    Bad("unknown codes", OFFICE, in_column("GESCHLECHT", "Mustervogelschrei"), "fields_readable"),
    Bad("a table without rows", OFFICE,
        both(content(CSV, lambda b: b.split(b"\r\n")[0] + b"\r\n"), counted(persons=0)),
        "persons_present"),
)  # fmt: skip
COLUMNS = (
    Bad("a column renamed", OFFICE, swap(CSV, b";GEBURTSDATUM;", b";GEBDATUM;"), "changed_header"),
    Bad("a column twice", OFFICE, swap(CSV, b";AGS;", b";PLZ;"), "changed_header"),
    Bad("no header", OFFICE, lines(lambda every: every[1:]), "changed_header"),
    Bad("another delimiter", OFFICE, lines(lambda every: [s.replace(b";", b",") for s in every]),
        "changed_header"),
    Bad("columns in another order", OFFICE,
        rows(lambda every: [dict(reversed(row.items())) for row in every]), "accepted"),
    Bad("a column more", OFFICE, rows(lambda every: [row | {"NEU": "1"} for row in every]),
        "accepted", warns="columns_known"),
    Bad("a column more, where that refuses", STRICT,
        rows(lambda every: [row | {"NEU": "1"} for row in every]), "unknown_columns"),
    Bad(
        "a column more, where the contract refuses",
        REFUSING,
        rows(lambda every: [row | {"NEU": "1"} for row in every]),
        "unknown_columns",
    ),
    Bad("SQL and formulas as column names", OFFICE, lines(_grow_unknown), "accepted", "T13",
        warns="columns_known"),
    Bad("SQL as column names, where new ones refuse", STRICT, lines(_grow_unknown),
        "unknown_columns", "T13"),
    Bad("SQL in place of towns", OFFICE, in_column("AGS", SQL), "fields_readable", "T13"),
    Bad("SQL in a record number", OFFICE, _some(1, AKTENZEICHEN=SQL), "accepted", "T13"),
    Bad("formulas in names and notes", OFFICE,
        both(in_column("GEBURTSORT", FORMULA), in_column("BEMERKUNG", FORMULA)), "accepted", "T9"),
    Bad("formulas in place of codes", OFFICE, in_column("FAMILIENSTAND", FORMULA),
        "fields_readable", "T9"),
    Bad("names in a note", OFFICE, in_column("BEMERKUNG", "Mustervogelschrei Kreszenzwaldine"),
        "accepted", "T33"),
    Bad("values one column beside their own", OFFICE, lines(_shifted), "shifted_column"),
)  # fmt: skip
LETTERS = (
    Bad("Windows-1252 for UTF-8", OFFICE,
        content(CSV, lambda b: b.removeprefix(BOM).decode().encode("cp1252", "replace")),
        "encoding"),
    Bad("UTF-16 for UTF-8", OFFICE, content(CSV, lambda b: b.decode("utf-8-sig").encode("utf-16")),
        "encoding"),
    Bad("UTF-8 written as UTF-8 twice", OFFICE, content(CSV, _mojibake), "encoding"),
    Bad("question marks for letters", OFFICE,
        content(CSV, lambda b: BOM + b.decode("utf-8-sig").encode("ascii", "replace")),
        "encoding"),
    Bad("zero bytes", OFFICE, swap(CSV, b"Linden", b"Li\0den"), "encoding"),
    Bad("noise for a file", OFFICE, content(CSV, lambda _: random.Random(1).randbytes(20_000)),
        "encoding"),
    Bad("an empty file", OFFICE, content(CSV, lambda _: b""), "half"),
    Bad("a quote that never ends", OFFICE,
        lines(lambda every: [*every[:9], every[9].replace(b";", b';"', 1), *every[10:]]), "half"),
    Bad("one value of 3 MB", OFFICE, lines(_longest), "half"),
)  # fmt: skip
BAD_FILES = (*PLACES, *MANIFESTS, *COUNTS, *COLUMNS, *LETTERS)
