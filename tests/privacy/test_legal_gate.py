"""Nothing is processed outside its approval: not of whom, not for whom, not what, not when."""

from datetime import date
from pathlib import Path

import pytest
from small_kreis import ROOT

from kim_pipeline.errors import ConfigError, LegalError
from kim_pipeline.kreis import read_kreis
from kim_pipeline.privacy.legal_gate import Approval, approval_for, parse_approvals
from sources.contracts.approval import within
from sources.contracts.contract import load_contracts

KREIS = "Kreis Nirgendfeld"
LAST = date(2027, 12, 31)
ENTRY = {
    "source": "job_centre",
    "recipient": KREIS,
    "persons": "Personen mit Leistungen",
    "purpose": "Steuerung",
    "last_processing_day": LAST,
    "tables": {"persons": "all", "benefits": ["person_number", "sequence", "benefit", "began_on"]},
}
CONTRACTS = {contract.source: contract for contract in load_contracts()}


def approvals(**changes: object) -> tuple[Approval, ...]:
    return parse_approvals([ENTRY | changes], "kreis.yaml")


def test_the_last_processing_day_counts_and_the_next_is_refused() -> None:
    assert approval_for(approvals(), "job_centre", KREIS, LAST).last_processing_day == LAST
    with pytest.raises(LegalError, match="approval ended on 2027-12-31"):
        approval_for(approvals(), "job_centre", KREIS, date(2028, 1, 1))


def test_a_source_without_an_approval_is_refused() -> None:
    with pytest.raises(LegalError, match="no approval covers it"):
        approval_for(approvals(), "immigration_office", KREIS, LAST)


def test_an_approval_for_another_recipient_is_none() -> None:
    with pytest.raises(LegalError, match="another recipient"):
        approval_for(approvals(), "job_centre", "Kreis Mettmann", LAST)


@pytest.mark.parametrize("name", ["source", "recipient", "persons", "purpose", "tables"])
def test_an_approval_says_everything_that_is_asked(name: str) -> None:
    with pytest.raises(ConfigError, match=f"lacks {name}"):
        approvals(**{name: ""})


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"last_processing_day": "2027"}, "write a day"),
        ({"tables": ["persons"]}, "list of fields, or all"),
        ({"tables": {"persons": []}}, "list of fields, or all"),
    ],
)
def test_a_wrong_approval_is_refused_when_it_is_read(changes: dict[str, object], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        approvals(**changes)


def test_a_source_has_one_approval() -> None:
    with pytest.raises(ConfigError, match="one approval"):
        parse_approvals([ENTRY, ENTRY], "kreis.yaml")


def test_what_the_approval_leaves_out_is_marked_in_the_contract() -> None:
    narrow = within(CONTRACTS["job_centre"], approvals()[0])
    assert {table.name for table in narrow.tables if table.approved} == {"persons", "benefits"}
    benefits = narrow.table("benefits")
    assert [field.name for field in benefits.fields if not field.approved] == ["ended_on", "amount"]
    assert benefits.columns == CONTRACTS["job_centre"].table("benefits").columns


@pytest.mark.parametrize(
    ("tables", "says"),
    [
        ({"persons": ["person_number", "shoe_size"]}, "names shoe_size"),
        ({"shoes": "all"}, "names shoes"),
        ({"benefits": ["benefit"]}, "leaves out person_number, sequence, began_on"),
    ],
)
def test_an_approval_that_does_not_fit_its_contract_is_refused(
    tables: dict[str, object], says: str
) -> None:
    with pytest.raises(LegalError, match=says):
        within(CONTRACTS["job_centre"], approvals(tables=tables)[0])


@pytest.mark.parametrize("days", [-1, "90", True])
def test_days_until_deletion_are_a_number(days: object) -> None:
    assert approvals(delete_after_days=0)[0].delete_after_days == 0
    with pytest.raises(ConfigError, match="delete_after_days: write a number of days"):
        approvals(delete_after_days=days)


def test_consent_that_is_asked_for_must_be_told_by_the_contract() -> None:
    with pytest.raises(LegalError, match="where consents stand"):
        within(CONTRACTS["job_centre"], approvals(consent=True)[0])
    cases = approvals(source="case_management", tables={"clients": "all"}, consent=True)[0]
    assert within(CONTRACTS["case_management"], cases).consent is not None


def test_approvals_may_stand_in_a_file_of_their_own(tmp_path: Path) -> None:
    text = (ROOT / "kreis.yaml").read_text("utf-8")
    before, after = text.split("approvals:\n")
    (tmp_path / "kreis.yaml").write_text(f"{before}approvals: approved.yaml\n", "utf-8")
    with pytest.raises(ConfigError, match="write the approvals there"):
        read_kreis(tmp_path / "kreis.yaml")
    (tmp_path / "approved.yaml").write_text(after, "utf-8")
    there = read_kreis(tmp_path / "kreis.yaml").approvals
    assert there == read_kreis(ROOT / "kreis.yaml").approvals
    assert len(there) >= 3


def test_the_approvals_in_the_box_fit_the_contracts() -> None:
    approvals = {a.source: a for a in read_kreis(ROOT / "kreis.yaml").approvals}
    for source, contract in CONTRACTS.items():
        within(contract, approvals[source])
