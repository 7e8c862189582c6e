"""Code lists are whole, and every code the contracts may meet has its group."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from kim_pipeline.errors import ContractError
from kim_pipeline.privacy.key_derivation import Key
from sources.contracts import code_lists, list_files
from sources.contracts.code_lists import (
    code_list,
    codes,
    listed_codes,
    nationality_groups,
    titles,
    versions,
)
from sources.contracts.location import Text
from sources.contracts.parsing import parse_table
from sources.incoming.drafts import draft_table
from sources.incoming.findings import find
from sources.readers.delivered import Delivered

GROUPS = {"EU", "UKRAINE", "ASYLUM8", "TURKEY", "WEST_BALKAN", "OTHER", "GERMAN"}
EU_WITHOUT_GERMANY = 26


def test_all_titles_of_the_register_are_listed() -> None:
    assert code_list("residence_titles").num_rows == len(titles()) == 455
    assert titles()["aufenthaltserlaubnis", "025"]["status_group"] == "AE_24"


def test_every_nationality_has_one_group() -> None:
    groups = nationality_groups()
    assert set(groups.values()) == GROUPS
    assert list(groups.values()).count("EU") == EU_WITHOUT_GERMANY
    assert list(groups.values()).count("ASYLUM8") == 8
    assert groups["000"] == "GERMAN"
    assert len(groups) == code_list("nationalities").num_rows


def test_codes_keep_their_leading_zeros() -> None:
    assert {"01", "24"} <= codes("integration_course_types")


def test_an_unknown_list_is_refused() -> None:
    with pytest.raises(ContractError, match="no code list invented"):
        code_list("invented")


DAY = date(2026, 10, 31)


@pytest.fixture
def lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Put a folder of invented lists in the place of the box; both are forgotten afterwards."""
    remembered = (code_lists.code_list, code_lists.listed_codes, code_lists._in_the_box)
    for module in (code_lists, list_files):
        monkeypatch.setattr(module, "folder", lambda: tmp_path)
    for function in remembered:
        function.cache_clear()
    (tmp_path / "kinds@9.csv").write_text("code,name,valid_from,valid_to\n01,a,,\n02,b,,\n")
    (tmp_path / "kinds@10.csv").write_text(
        "code,name,valid_from,valid_to\n02,b,,2026-09-30\n03,c,2026-07-01,\n"
    )
    (tmp_path / "kinds@10.yaml").write_text("valid_from: '2026-07-01'\n")
    yield tmp_path
    for function in remembered:
        function.cache_clear()


@pytest.mark.usefixtures("lists")
def test_the_newest_version_is_meant_unless_one_is_named() -> None:
    assert versions("kinds") == ("9", "10")
    assert codes("kinds", "9") == {"01", "02"}
    assert codes("kinds") == codes("kinds", "10") == {"01", "02", "03"}
    with pytest.raises(ContractError, match="kinds@11"):
        codes("kinds", "11")


@pytest.mark.usefixtures("lists")
def test_a_code_that_a_version_dropped_ended_the_day_before_it_began() -> None:
    listed = listed_codes("kinds")
    assert listed["01"].valid_to == date(2026, 6, 30)
    assert listed["02"].valid_to == date(2026, 9, 30)
    assert listed["03"].valid_to == date.max


@pytest.mark.usefixtures("lists")
def test_an_expired_code_on_a_current_row_is_a_finding_and_no_crash() -> None:
    rule = {"rule": "code_expired", "arguments": {"code": "topic", "ended_on": "ended_on"}}
    table = parse_table(
        {
            "name": "rows",
            "businessName": "Zeilen",
            "customProperties": [
                {"property": "descriptionEn", "value": "Rows."},
                {"property": "maxRejectedRowsPercent", "value": 0},
                {"property": "unknownColumns", "value": "warn"},
                {"property": "findings", "value": [rule]},
            ],
            "properties": [
                _field("id", primaryKey=True, required=True),
                _field("topic", codeList={"name": "kinds", "version": "10"}),
                _field("ended_on", logicalType="date"),
            ],
        }
    )
    values = {
        "id": ["1", "2", "3", "4", "5"],
        "topic": ["01", "02", "03", "01", "99"],
        "ended_on": [None, None, None, "2026-10-01", None],
    }
    rows = pa.table({name: pa.array(column, pa.string()) for name, column in values.items()})
    draft = draft_table(Delivered(rows), table, Key("test", bytes(32)), Text(), "here")
    found = find(table.findings[0], draft, {"rows": draft}, DAY)
    assert found.tolist() == [True, True, False, False, False]
    assert draft.unreadable["topic"].count == 1


def _field(name: str, codeList: object = None, **entries: object) -> dict[str, Any]:  # noqa: N803
    given = [{"property": "descriptionEn", "value": name}]
    given += [{"property": "codeList", "value": codeList}] if codeList else []
    plain = {"businessName": name, "classification": "attribute", "customProperties": given}
    return {"name": name, **plain, **entries}
