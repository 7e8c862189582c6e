"""The reference data of the warehouse: whole, dated, in two languages, equal to the contracts."""

from datetime import date

import pytest

from kim_pipeline.warehouse.provision import Code
from sources.accepting.staging import reference_codes
from sources.contracts.code_lists import listed_codes, titles
from sources.contracts.contract import load_contracts

CODES = {(code.code_list, code.code): code for code in reference_codes()}
CONTRACTS = {contract.source: contract for contract in load_contracts()}
# Which list a coded field of a contract speaks by.
FIELDS = {
    ("case_management", "cases", "access_route"): "access_routes",
    ("case_management", "cases", "body"): "case_bodies",
    ("case_management", "cases", "close_reason"): "close_reasons",
    ("case_management", "cases", "phase"): "case_phases",
    ("case_management", "consents", "scope"): "consent_scopes",
    ("case_management", "contacts", "channel"): "contact_channels",
    ("case_management", "goals", "state"): "goal_states",
    ("case_management", "goals", "topic"): "handlungsfelder",
    ("case_management", "referrals", "outcome"): "referral_outcomes",
    ("case_management", "referrals", "to_body"): "referral_bodies",
    ("case_management", "referrals", "topic"): "handlungsfelder",
    ("immigration_office", "integration_courses", "result"): "course_results",
    ("immigration_office", "naturalisations", "intake_route"): "naturalisation_routes",
    ("immigration_office", "naturalisations", "legal_basis"): "naturalisation_bases",
    ("immigration_office", "naturalisations", "outcome"): "naturalisation_outcomes",
    ("immigration_office", "persons", "left_reason"): "left_reasons",
    ("job_centre", "benefits", "benefit"): "rechtskreise",
    ("job_centre", "case_management_episodes", "topic"): "handlungsfelder",
    ("job_centre", "employment", "employment_type"): "employment_types",
}


def _valid(code: Code, day: date) -> bool:
    return code.valid_from <= day and (code.valid_to is None or day < code.valid_to)


def test_no_code_comes_twice_in_its_list() -> None:
    assert len(CODES) == len(list(reference_codes()))


def test_every_code_has_a_german_and_an_english_name() -> None:
    assert [key for key, code in CODES.items() if not code.label_de or not code.label_en] == []


def test_all_titles_of_the_register_are_there_with_their_dates() -> None:
    for key, row in titles().items():
        code = CODES[key]
        assert str(code.dropped_from or "") == (row["dropped_from"] or "")
        assert (code.norm, code.code_group) == (row["norm"], row["status_group"])
        for day in (row["reportable_from"], row["reportable_to"]):
            in_time = day is None or not row["dropped_from"] or day < row["dropped_from"]
            assert day is None or _valid(code, date.fromisoformat(day)) == in_time
    assert len(titles()) == 455


@pytest.mark.parametrize(
    ("key", "day", "valid"),
    [
        (("aufenthaltserlaubnis", "488"), date(2022, 12, 30), False),
        (("aufenthaltserlaubnis", "488"), date(2022, 12, 31), True),
        (("aufenthaltserlaubnis", "488"), date(2025, 12, 30), True),
        (("aufenthaltserlaubnis", "488"), date(2025, 12, 31), False),
        (("aufenthaltsstatus", "33"), date(2024, 10, 31), True),
        (("aufenthaltsstatus", "33"), date(2024, 11, 1), False),
        (("nationality", "132"), date(2006, 7, 31), True),
        (("nationality", "132"), date(2006, 8, 1), False),
        (("rechtskreise", "SGB2"), date(2004, 12, 31), False),
        (("asylum_benefit_kinds", "ANALOG18"), date(2024, 2, 27), False),
    ],
)
def test_a_code_is_valid_in_its_time(key: tuple[str, str], day: date, valid: bool) -> None:
    assert _valid(CODES[key], day) is valid


def test_states_that_are_no_more_keep_their_group() -> None:
    gone = {"132": "WEST_BALKAN", "133": "WEST_BALKAN", "138": "WEST_BALKAN", "162": "OTHER"}
    for code, group in gone.items():
        assert CODES["nationality", code].valid_to is not None
        assert CODES["nationality", code].code_group == group


def test_every_group_of_a_code_is_a_code_itself() -> None:
    for code in CODES.values():
        if code.code_group is not None:
            name = "nationality_group" if code.code_list == "nationality" else "status_group"
            assert (name, code.code_group) in CODES


@pytest.mark.parametrize(("field", "name"), FIELDS.items(), ids=[".".join(f) for f in FIELDS])
def test_contracts_and_lists_say_the_same(field: tuple[str, str, str], name: str) -> None:
    source, table, column = field
    given = {c.value: c.label for c in CONTRACTS[source].table(table).field(column).codes}
    listed = {code: entry.name for code, entry in listed_codes(name).items()}
    if name == "rechtskreise":
        assert set(given) <= set(listed)
    else:
        assert given == listed
