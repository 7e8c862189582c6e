"""Refused rows are named by the number a person sees in the file, whatever stands above them."""

import io
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_deliveries import JOBS, MONTH, OFFICE, PERSON, TITLE, XML, csv_bytes
from test_workbooks import book_contract, workbook

from kim_pipeline.privacy.key_derivation import Key
from sources.contracts.location import Text
from sources.incoming.drafts import draft_table
from sources.incoming.rejects import MALFORMED, MISSING, UNREADABLE
from sources.readers.csv_reader import read_csv
from sources.readers.csv_rows import Watched
from sources.readers.delivered import Delivered, join, of_town
from sources.readers.workbook_reader import read_workbook
from sources.readers.xml_reader import read_xml

PERSONS = OFFICE.table("persons")
LINES = {
    "good": csv_bytes([PERSON | {"BEMERKUNG": ""}], "utf-8").splitlines(keepends=True)[1].decode(),
    "long": csv_bytes([PERSON | {"BEMERKUNG": "a\r\n\r\nb"}], "utf-8").partition(b"\n")[2].decode(),
    "bad": "A2;Canary\r\n",
    "blank": "\r\n",
}
HEADER = csv_bytes([PERSON], "utf-8").partition(b"\n")[0].decode() + "\n"


def read(kinds: list[str], above: str = "", encoding: str = "utf-8") -> Delivered:
    text = replace(OFFICE.location.text, header_row=above.count("\n") + 1)
    content = (above + HEADER + "".join(LINES[kind] for kind in kinds)).encode(encoding)
    location = replace(OFFICE.location, encoding=encoding, text=text)
    return read_csv(io.BytesIO(content), PERSONS, location, "office")


def rejected(delivered: Delivered, title: bool = False) -> dict[str, tuple[str, tuple[int, ...]]]:
    table = OFFICE.table("residence_titles") if title else PERSONS
    table = replace(table, max_rejected_percent=100.0)
    draft = draft_table(delivered, table, Key("k", bytes(32)), Text(), "here")
    return {entry.reason: (entry.town, entry.rows) for entry in draft.rejections}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("above", ["", "Auszug\r\n\r\n"])
def test_rows_of_csv_count_as_a_spreadsheet_shows_them(encoding: str, above: str) -> None:
    kinds = ["good", "bad", "blank", "long", "blank", "blank", "bad", "good", "blank"]
    found, first = read(kinds, above, encoding), above.count("\n") + 2
    for numbers, kept in ((found.row_numbers(), ("good", "long")), (found.malformed, ("bad",))):
        assert [*numbers] == [first + n for n, kind in enumerate(kinds) if kind in kept]


@given(kinds=st.lists(st.sampled_from([*LINES]), max_size=12))
def test_any_order_of_good_bad_and_blank_rows_is_counted(kinds: list[str]) -> None:
    found = read(kinds)
    assert [*found.malformed] == [n for n, kind in enumerate(kinds, 2) if kind == "bad"]
    assert [*found.row_numbers()] == [
        n for n, kind in enumerate(kinds, 2) if kind in ("good", "long")
    ]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 64])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_a_blank_line_is_seen_across_the_borders_of_reading(size: int, end: bytes) -> None:
    for lines, blank in ((b"ab%sabcd%se%s", False), (b"ab%sabcd%s%se", True)):
        watched = Watched(io.BytesIO(lines % (end, end, end)))
        while watched.read(size):
            pass
        assert watched.blank is blank


def test_a_refused_row_after_a_malformed_one_has_the_number_of_the_file() -> None:
    rows = [PERSON | {"AKTENZEICHEN": f"A{n}"} for n in range(4)]
    rows[2]["AKTE"] = ""
    lines = csv_bytes(rows, "utf-8").decode()
    bad = lines.replace("A1;", "A9;too;short\r\nA1;", 1)
    location = OFFICE.location
    found = read_csv(io.BytesIO(bad.encode()), PERSONS, location, "office")
    assert rejected(found) == {MALFORMED: ("", (3,)), MISSING: ("", (5,))}


def test_rows_of_a_sheet_have_the_numbers_beside_them() -> None:
    good, lost = [*TITLE.values()], [*(TITLE | {"LISTE": "", "LFD_NR": "2"}).values()]
    empty = [""] * len(good)
    content = workbook([[*TITLE], good, empty, empty, lost], "residence_titles.csv", above=2)
    contract = book_contract("residence_titles", header_row=3)
    found = read_workbook(content, contract, "office")["residence_titles"]
    assert [*found.row_numbers()] == [4, 7]
    assert rejected(found, title=True) == {MISSING: ("", (7,))}


def test_elements_of_xml_count_from_the_first() -> None:
    content = XML.replace("2024-01-01</Beginn><Ende>2024", "2024-13-01</Beginn><Ende>2024", 1)
    found = read_xml(io.BytesIO(content.encode("cp1252")), JOBS, MONTH, "jobs")["benefits"]
    table = replace(JOBS.table("benefits"), max_rejected_percent=100.0)
    draft = draft_table(found, table, Key("k", bytes(32)), JOBS.location.text, "here")
    assert {(entry.reason, entry.rows) for entry in draft.rejections} == {(UNREADABLE, (2,))}


def test_each_town_counts_its_own_rows() -> None:
    lost = PERSON | {"AKTENZEICHEN": "A7", "AKTE": ""}
    here = read_csv(io.BytesIO(csv_bytes([PERSON])), PERSONS, OFFICE.location, "office")
    there = read_csv(io.BytesIO(csv_bytes([lost])), PERSONS, OFFICE.location, "office")
    both = join([of_town(here, "05158004"), of_town(there, "05158024")])
    assert both.towns().to_pylist() == ["05158004", "05158024"]
    assert np.array_equal(both.row_numbers(), [2, 2])
    assert rejected(both) == {MISSING: ("05158024", (2,))}
