"""Old workbooks (XLS) are read like any other, in the intake and for a draft."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from old_workbook import old_workbook
from small_deliveries import OFFICE, PERSON

from kim_pipeline.errors import DeliveryError
from sources.authoring.draft_contract import draft_contract
from sources.contracts.contract import Contract
from sources.readers.workbook_reader import read_workbook

PERSONS = "persons.csv"
DAY = 31_184  # 17.05.1985, counted as the program does


def old_contract() -> Contract:
    location = replace(OFFICE.location, format="xls")
    return replace(OFFICE, location=location, tables=(OFFICE.table("persons"),))


def persons(count: int, **changes: str | int) -> bytes:
    row = {**PERSON, "BEMERKUNG": "", **changes}
    return old_workbook(PERSONS, [list(row), *([*row.values()] for _ in range(count))])


def test_an_old_workbook_is_read_like_any_other() -> None:
    content = persons(1, PLZ=1067, GEBURTSDATUM=DAY, AGS=5158024)
    read = read_workbook(io.BytesIO(content), old_contract(), "office")["persons"]
    row = read.rows.to_pylist()[0]
    assert row["family_name"] == PERSON["FAMILIENNAME"]
    assert (row["birth_date"], row["town_ags"], row["remark"]) == ("17.05.1985", "05158024", None)
    assert read.padded["town_ags"] == 1


@pytest.mark.parametrize("length", [100, 512, 1_500, 4_000])
def test_an_old_workbook_cut_off_is_refused(length: int) -> None:
    with pytest.raises(DeliveryError) as caught:
        read_workbook(io.BytesIO(persons(9)[:length]), old_contract(), "office")
    assert caught.value.rule in {"half", "unsafe", "changed_header"}


def test_an_old_workbook_becomes_a_draft(tmp_path: Path) -> None:
    path = tmp_path / "x.xls"
    path.write_bytes(persons(3))
    draft = draft_contract(path, "new_office", None, None)
    assert "format: xls\n" in draft.text
    assert PERSON["FAMILIENNAME"] not in draft.text
