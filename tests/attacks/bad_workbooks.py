"""Bad deliveries of workbooks: their sheets, their cells, and what hides in their packing."""

import csv
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import xlsxwriter
from good_deliveries import OFFICE
from spoiling import Bad, Spoil, content

BOOK, SHEET = "delivery.xlsx", "xl/worksheets/sheet1.xml"
FORMULA = '=HYPERLINK("http://127.0.0.1:9/","Mustervogelschrei")'
WORKBOOK = replace(
    OFFICE,
    location=replace(
        OFFICE.location,
        template="${KIM_INBOX}/immigration_office/{month}/delivery.xlsx",
        format="xlsx",
    ),
)
Cell = Callable[[str, str], str]


def _same(_: str, text: str) -> str:
    return text


def _book(cell: Cell = _same, left_out: str = "") -> Spoil:
    """Write the folder's files into one workbook, a sheet each, changing cells by column."""

    def spoil(folder: Path) -> None:
        with xlsxwriter.Workbook(folder / BOOK) as book:
            for table in OFFICE.tables:
                if table.delivered != left_out:
                    _sheet(book.add_worksheet(table.delivered), folder / table.delivered, cell)

    return spoil


def _sheet(sheet: xlsxwriter.worksheet.Worksheet, path: Path, cell: Cell) -> None:
    text = io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")
    lines = list(csv.reader(text, delimiter=";"))
    for n, line in enumerate(lines):
        for m, value in enumerate(line):
            changed = cell(lines[0][m] if n else "", value)
            if changed.startswith("="):
                sheet.write_formula(n, m, changed, None, "Mustervogelschrei")
            else:
                sheet.write_string(n, m, changed)


def _in_cells(column: str, value: str) -> Spoil:
    return _book(lambda name, text: value if name == column else text)


def _member(change: Callable[[bytes], bytes], name: str = SHEET) -> Spoil:
    """Change what is packed in the workbook, or add it."""

    def spoil(folder: Path) -> None:
        _book()(folder)
        packed = io.BytesIO()
        with (
            zipfile.ZipFile(folder / BOOK) as book,
            zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made,
        ):
            for one in book.namelist():
                whole = book.read(one)
                made.writestr(one, change(whole) if one == name else whole)
            if name not in book.namelist():
                made.writestr(name, change(b""))
        (folder / BOOK).write_bytes(packed.getvalue())

    return spoil


def _cut(folder: Path) -> None:
    _book()(folder)
    content(BOOK, lambda whole: whole[: len(whole) // 2])(folder)


def _text(text: bytes) -> Spoil:
    return lambda folder: (folder / BOOK).write_bytes(text)


def _far_corner(whole: bytes) -> bytes:
    cell = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    return whole.replace(b"</sheetData>", cell + b"</sheetData>")


def _doctype(whole: bytes) -> bytes:
    head, mark, rest = whole.partition(b"<worksheet")
    return head + b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + mark + rest


def _linked(whole: bytes) -> bytes:
    link = (
        b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        b'relationships/externalLink" Target="http://127.0.0.1:9/x.xlsx" TargetMode="External"/>'
    )
    return whole.replace(b"</Relationships>", link + b"</Relationships>")


BAD_WORKBOOKS = (
    Bad("a good workbook", WORKBOOK, _book(), "accepted"),
    Bad("a sheet is missing", WORKBOOK, _book(left_out="residence_titles.csv"), "changed_header"),
    Bad("a column of a sheet renamed", WORKBOOK,
        _book(lambda name, text: "GEBDATUM" if text == "GEBURTSDATUM" else text),
        "changed_header"),
    Bad("a workbook cut off", WORKBOOK, _cut, "half"),
    Bad("a text called a workbook", WORKBOOK, _text(b"Mustervogelschrei " * 99), "half"),
    Bad("a workbook with a password", WORKBOOK,
        _text(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(4096)), "half"),
    Bad("formulas for notes", WORKBOOK, _in_cells("BEMERKUNG", FORMULA), "accepted", "T9"),
    Bad("formulas for codes", WORKBOOK, _in_cells("GESCHLECHT", FORMULA), "fields_readable", "T9"),
    Bad("a workbook of 500 : 1", WORKBOOK,
        _member(lambda whole: whole + b" " * 60_000_000), "unsafe", "T11"),
    Bad("a cell at the far corner of its sheet", WORKBOOK, _member(_far_corner), "unsafe", "T11"),
    Bad("a member that climbs out of its workbook", WORKBOOK,
        _member(lambda _: b"x", "../../owned.xml"), "unsafe", "T12"),
    Bad("an entity in a sheet", WORKBOOK, _member(_doctype), "accepted", "T10"),
    Bad("a link to another workbook", WORKBOOK,
        _member(_linked, "xl/_rels/workbook.xml.rels"), "accepted", "T10"),
)  # fmt: skip
