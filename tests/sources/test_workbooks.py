"""Workbooks give the texts the contract asks for, whatever the spreadsheet program made of them."""

import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from small_deliveries import MONTH, OFFICE, PERSON, TITLE

from kim_pipeline.errors import DeliveryError
from sources.contracts.contract import Contract
from sources.contracts.fields import Code
from sources.readers import workbook_reader
from sources.readers.delivered import Delivered
from sources.readers.reading import WHOLE, read_tables
from sources.readers.workbook_reader import read_workbook

PERSONS = "persons.csv"
TITLES = OFFICE.table("residence_titles")


def book_contract(*tables: str, header_row: int = 1) -> Contract:
    location = OFFICE.location
    text = replace(location.text, header_row=header_row)
    kept = tuple(OFFICE.table(name) for name in tables)
    return replace(OFFICE, location=replace(location, format="xlsx", text=text), tables=kept)


def workbook(rows: Sequence[Sequence[Any]], sheet: str = PERSONS, above: int = 0) -> io.BytesIO:
    sink = io.BytesIO()
    book = xlsxwriter.Workbook(sink, {"in_memory": True, "default_date_format": "dd.mm.yyyy"})
    page = book.add_worksheet(sheet)
    for number, row in enumerate(rows, start=above):
        for place, cell in enumerate(row):
            write = page.write_string if isinstance(cell, str) else page.write
            write(number, place, cell)
    book.close()
    sink.seek(0)
    return sink


def persons(changes: dict[str, Any], more: Sequence[Sequence[Any]] = ()) -> Delivered:
    row = PERSON | changes
    content = workbook([list(row), list(row.values()), *more])
    return read_workbook(content, book_contract("persons"), "office")["persons"]


def test_a_sheet_gives_the_same_rows_as_a_csv_file() -> None:
    rows = persons({}).rows
    assert rows["family_name"].to_pylist() == [PERSON["FAMILIENNAME"]]
    assert rows["remark"].to_pylist() == [PERSON["BEMERKUNG"]]
    assert rows.column_names == [field.name for field in OFFICE.table("persons").fields]


AT_NOON = datetime.combine(date(1985, 5, 17), time(12))


@pytest.mark.parametrize("cell", [date(1985, 5, 17), AT_NOON, 31184, "17.05.1985"])
def test_days_are_read_however_they_are_kept(cell: object) -> None:
    assert persons({"GEBURTSDATUM": cell}).rows["birth_date"].to_pylist() == ["17.05.1985"]


def test_a_year_typed_as_a_number_is_no_day_of_1905() -> None:
    assert persons({"GEBURTSDATUM": 1985}).rows["birth_date"].to_pylist() == ["1985"]


def test_numbers_stored_for_text_lose_neither_digits_nor_gain_decimals() -> None:
    read = persons({"AZR_NR": 150301123456, "HAUSNUMMER": 7}).rows
    assert read["azr_number"].to_pylist() == ["150301123456"]
    assert read["house_number"].to_pylist() == ["7"]


def test_leading_zeros_come_back_where_the_contract_fixes_the_length() -> None:
    delivered = persons({"STAATSANGEHOERIGKEIT": 0, "AGS": 5158024, "PLZ": 1067})
    assert delivered.rows["nationality"].to_pylist() == ["000"]
    assert delivered.rows["town_ags"].to_pylist() == ["05158024"]
    assert delivered.padded["town_ags"] == 1
    assert delivered.padded["nationality"] == 1


def test_a_text_without_its_zeros_stays_as_it_was_typed() -> None:
    delivered = persons({"AGS": "5158024"})
    assert delivered.rows["town_ags"].to_pylist() == ["5158024"]
    assert not delivered.padded


def test_codes_get_their_zeros_back() -> None:
    table = replace(TITLES, fields=tuple(_coded(field) for field in TITLES.fields))
    contract = replace(book_contract("residence_titles"), tables=(table,))
    row = TITLE | {"SCHLUESSEL": 1}
    content = workbook([list(row), list(row.values())], TITLES.delivered)
    read = read_workbook(content, contract, "office")["residence_titles"]
    assert read.rows["title_code"].to_pylist() == ["01"]


def _coded(field: Any) -> Any:
    coded = field.name == "title_code"
    return replace(field, codes=(Code("01", "eins"), Code("02", "zwei"))) if coded else field


@pytest.mark.parametrize("cell", [date(2026, 2, 1), time(3, 4), 4e17])
def test_what_the_program_spoiled_is_lost_and_counted(cell: object) -> None:
    delivered = persons({"HAUSNUMMER": cell})
    assert delivered.rows["house_number"].to_pylist() == [None]
    assert delivered.spoiled == {"house_number": 1}


def test_titles_above_the_header_and_empty_rows_are_no_rows() -> None:
    rows = [list(PERSON), list(PERSON.values()), [None] * len(PERSON), list(PERSON.values())]
    content = workbook(rows, above=2)
    read = read_workbook(content, book_contract("persons", header_row=3), "office")
    assert read["persons"].count == 2


def test_a_formula_is_never_computed() -> None:
    sink = io.BytesIO()
    book = xlsxwriter.Workbook(sink, {"in_memory": True})
    page = book.add_worksheet(PERSONS)
    page.write_row(0, 0, list(PERSON))
    page.write_row(1, 0, list(PERSON.values()))
    page.write_formula(1, 13, '=HYPERLINK("http://127.0.0.1:9/","x")', None, "7b")
    book.close()
    sink.seek(0)
    read = read_workbook(sink, book_contract("persons"), "office")["persons"]
    assert read.rows["house_number"].to_pylist() == ["7b"]


def refused(content: bytes, contract: Contract | None = None) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        read_workbook(io.BytesIO(content), contract or book_contract("persons"), "office")
    assert "Canary" not in str(caught.value)
    return caught.value


def test_a_missing_sheet_or_column_is_refused_by_name() -> None:
    other = workbook([list(PERSON)], "Canary").getvalue()
    assert refused(other).rule == "changed_header"
    assert "AZR_NR is missing" in str(refused(workbook([["AKTENZEICHEN", "Canary"]]).getvalue()))


@pytest.mark.parametrize("content", [b"", b"Canary" * 99, b"PK\x03\x04Canary"])
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    assert refused(content).rule == "half"


def test_a_cut_off_workbook_is_refused() -> None:
    content = workbook([list(PERSON), list(PERSON.values())]).getvalue()
    for share in (0.3, 0.6, 0.95):
        assert refused(content[: int(len(content) * share)]).rule == "half"


def rewritten(content: bytes, member: str, text: str) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(sink, "w", 8) as new:
        for name in old.namelist():
            new.writestr(name, text if name == member else old.read(name))
    return sink.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def far_corner() -> str:
    """Two cells: the first and the last a sheet can have."""
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c>'
    return f"<worksheet {SPACE}><sheetData>{rows}</row></sheetData></worksheet>"


def same_string(times: int) -> str:
    """Many cells that all show one text."""
    row = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, times))
    return f"<worksheet {SPACE}><sheetData>{row}</sheetData></worksheet>"


def test_a_sheet_that_claims_billions_of_cells_is_refused() -> None:
    content = rewritten(workbook([list(PERSON)]).getvalue(), SHEET, far_corner())
    assert refused(content).rule == "unsafe"


def test_a_long_text_in_every_cell_is_refused() -> None:
    content = rewritten(workbook([["Canary"]]).getvalue(), SHEET, same_string(20_000))
    text = f"<sst {SPACE}><si><t>{'Canary ' * 20_000}</t></si></sst>"
    assert refused(rewritten(content, STRINGS, text)).rule == "unsafe"


def test_a_workbook_larger_than_the_memory_given_is_refused_before_it_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workbook_reader, "_run", None)  # no process may start
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(300):
            archive.writestr(f"sheet{number}.xml", bytes(range(256)) * (1 << 12))
    error = refused(sink.getvalue())
    assert error.rule == "unsafe"
    assert re.search(r"\d{4} MiB of memory, more than the 2048 MiB.*ask for CSV", str(error))


def test_an_external_entity_in_a_workbook_brings_nothing(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("Secretname", "utf-8")
    dtd = f'<!DOCTYPE sst [<!ENTITY a SYSTEM "file://{secret}">]>'
    text = f"{dtd}<sst {SPACE}><si><t>&a;</t></si></sst>"
    content = rewritten(workbook([list(PERSON)]).getvalue(), STRINGS, text)
    assert "Secretname" not in str(refused(content))


def test_a_zipped_workbook_is_read_through_its_archive() -> None:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", 8) as archive:
        content = workbook([list(PERSON), list(PERSON.values())]).getvalue()
        archive.writestr("Lieferung.xlsx", content)
    contract = book_contract("persons")
    zipped = replace(contract, location=replace(contract.location, archive="zip"))
    assert read_tables(zipped, {WHOLE: sink}, MONTH, "office")["persons"].count == 1


def test_the_parsing_process_says_nothing_and_imports_no_contract() -> None:
    program = (
        "import sys, sources.readers.workbook_cells; print('sources.contracts' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.split() == [b"False"]
