"""Contracts load whole, or are refused with the place and the remedy."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from open_data_contract_standard.model import OpenDataContractStandard
from small_deliveries import CASES, CONTRACTS, JOBS, OFFICE

from kim_pipeline.errors import ContractError
from sources.contracts.contract import load_contract
from sources.contracts.finding_rules import FINDING_RULES
from sources.incoming.findings import RULES

SPEC_COLUMNS = {
    "immigration_office_persons": "sex nationality birth_year marital_status town_ags arrived_on "
    "arrived_in_district_on file left_reason left_on record_pseudonym",
    "immigration_office_residence_titles": "title_list title_code granted_on valid_until ended_on "
    "record_pseudonym",
    "immigration_office_integration_courses": "course_type entitled_on began_on ended_on result "
    "record_pseudonym",
    "immigration_office_naturalisations": "appointment_requested_on applied_on complete_on "
    "security_enquiry_on security_answer_on decided_on certificate_on outcome legal_basis "
    "intake_route town_ags record_pseudonym",
    "job_centre_persons": "sex nationality birth_year marital_status town_ags "
    "residence_status_reported benefit_community household_role record_pseudonym",
    "job_centre_benefit_communities": "size town_ags applied_on",
    "job_centre_benefits": "benefit began_on ended_on amount record_pseudonym",
    "job_centre_employment": "employment_type began_on ended_on record_pseudonym",
    "job_centre_case_management_episodes": "topic began_on ended_on record_pseudonym",
    "case_management_clients": "sex nationality birth_year town_ags record_pseudonym",
    "case_management_cases": "body town_ags access_route intake_on clearing_ended_on assessed_on "
    "planned_on evaluated_on closed_on close_reason phase lead_body record_pseudonym",
    "case_management_goals": "case_key topic set_on target_on state",
    "case_management_referrals": "case_key to_body topic referred_on accepted_on outcome",
    "case_management_contacts": "case_key contact_on channel minutes interpreter_language",
    "case_management_conferences": "case_key conference_on",
    "case_management_consents": "record_pseudonym scope given_on revoked_on",
}


def changed(tmp_path: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    document = yaml.safe_load(OFFICE.path.read_text("utf-8"))
    change(document)
    path = tmp_path / "changed.odcs.yaml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")
    return path


def own(element: dict[str, Any], name: str) -> dict[str, Any]:
    return next(entry for entry in element["customProperties"] if entry["property"] == name)


def test_every_staging_table_has_exactly_the_agreed_columns() -> None:
    staged = {
        contract.staging_name(table): {column.name for column in table.columns}
        for contract in CONTRACTS.values()
        for table in contract.tables
    }
    # A further source brings tables of its own.
    assert staged.keys() >= SPEC_COLUMNS.keys()
    for name, agreed in SPEC_COLUMNS.items():
        columns = staged[name]
        found = {column for column in columns if column.startswith("finding_")}
        assert columns - found == {"row_key", *agreed.split()}, name


def test_every_column_is_described_in_both_languages() -> None:
    for contract in CONTRACTS.values():
        for table in contract.tables:
            assert all(column.comment and column.label for column in table.columns)


def test_the_official_models_read_our_contracts() -> None:
    for contract in CONTRACTS.values():
        assert OpenDataContractStandard.from_file(str(contract.path)).id == contract.source


def test_the_job_centre_stages_the_same_sex_codes_as_the_others() -> None:
    for contract, table in ((JOBS, "persons"), (OFFICE, "persons"), (CASES, "clients")):
        codes = contract.table(table).field("sex").staged_codes
        assert {code.value for code in codes} == {"m", "w", "d"}


def test_the_finding_rules_that_are_declared_are_those_that_are_computed() -> None:
    assert RULES.keys() == FINDING_RULES.keys()


def test_no_source_is_named_in_code() -> None:
    for path in OFFICE.path.parent.glob("*.py"):
        text = path.read_text("utf-8")
        for contract in CONTRACTS.values():
            assert not re.search(rf"\b{contract.source}\b", text), path.name


def test_an_identifier_without_a_rule_is_refused(tmp_path: Path) -> None:
    def forget(document: dict[str, Any]) -> None:
        field = document["schema"][0]["properties"][2]
        field["customProperties"].remove(own(field, "privacy"))

    with pytest.raises(ContractError, match=r"properties\[2\] family_name.*no privacy rule"):
        load_contract(changed(tmp_path, forget))


def test_an_unknown_rule_is_refused(tmp_path: Path) -> None:
    def invent(document: dict[str, Any]) -> None:
        own(document["schema"][0]["properties"][2], "privacy")["value"] = [{"rule": "encrypt"}]

    with pytest.raises(ContractError, match=r"family_name.*privacy"):
        load_contract(changed(tmp_path, invent))


@pytest.mark.parametrize(
    ("place", "rules", "reason"),
    [
        (2, [{"rule": "open"}], "never open"),
        (7, [{"rule": "open"}, {"rule": "link", "role": "birth_date"}], "links people and is open"),
        (8, [{"rule": "open"}, {"rule": "link", "role": "birth_place"}], "open text"),
        (23, [{"rule": "open"}], "free text"),
    ],
)
def test_an_identifier_cannot_be_left_open(
    tmp_path: Path, place: int, rules: list[dict[str, str]], reason: str
) -> None:
    def open_up(document: dict[str, Any]) -> None:
        own(document["schema"][0]["properties"][place], "privacy")["value"] = rules

    with pytest.raises(ContractError, match=reason):
        load_contract(changed(tmp_path, open_up))


def test_an_unknown_custom_property_is_refused(tmp_path: Path) -> None:
    def misspell(document: dict[str, Any]) -> None:
        own(document["schema"][0], "unknownColumns")["property"] = "unknownColumn"

    with pytest.raises(ContractError, match=r"schema\[0\] persons.customProperties"):
        load_contract(changed(tmp_path, misspell))


def test_a_misspelt_word_of_the_standard_is_refused(tmp_path: Path) -> None:
    def misspell(document: dict[str, Any]) -> None:
        document["schema"][0]["properties"][0]["requierd"] = True

    with pytest.raises(ContractError, match=r"schema\[0\].properties\[0\].*requierd"):
        load_contract(changed(tmp_path, misspell))


def test_a_finding_on_a_field_that_is_not_there_is_refused(tmp_path: Path) -> None:
    def misname(document: dict[str, Any]) -> None:
        findings = own(document["schema"][0], "findings")["value"]
        findings[0]["arguments"]["azr_number"] = "azr_nummer"

    with pytest.raises(ContractError, match="azr_nummer is no field"):
        load_contract(changed(tmp_path, misname))


def test_a_feed_of_a_column_that_is_not_there_is_refused(tmp_path: Path) -> None:
    def misname(document: dict[str, Any]) -> None:
        own(document["schema"][0], "feeds")["value"][0]["columns"]["sex"] = "gender"

    with pytest.raises(ContractError, match="gender is no staging column"):
        load_contract(changed(tmp_path, misname))


def test_a_password_in_a_contract_is_refused(tmp_path: Path) -> None:
    def betray(document: dict[str, Any]) -> None:
        server = document["servers"][0]
        del server["path"]
        server |= {"type": "custom", "format": "sql", "location": "postgresql://u:secret@h/d"}

    with pytest.raises(ContractError, match="passwordFile") as caught:
        load_contract(changed(tmp_path, betray))
    assert "secret" not in str(caught.value)


def test_broken_yaml_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "broken.odcs.yaml"
    path.write_text("a: 1\nb: [1\n", "utf-8")
    with pytest.raises(ContractError, match="line 3"):
        load_contract(path)
