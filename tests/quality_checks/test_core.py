from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from kim_pipeline.core.build import ensure_partition
from kim_pipeline.warehouse.schema import core
from kim_pipeline.warehouse.schema.person_month import person_month
from quality_checks.core import CORE_TABLES, core_frame, core_rules
from quality_checks.hub import Hub
from quality_checks.validation import validate_frame

MONTH = date(2026, 10, 1)
KNOWN = datetime(2026, 11, 5, 6, tzinfo=UTC)

FLAGS = {c.name: False for c in person_month.c if isinstance(c.type, sa.Boolean)}
GOOD: dict[str, dict[str, Any]] = {
    "person_month": FLAGS
    | {
        "month": MONTH,
        "town_ags": "05158004",
        "sex": "w",
        "age": 30,
        "nationality": "475",
        "arrived_on": date(2025, 1, 1),
        "status_group": "AE_24",
        "in_sources": ["immigration_office"],
        "foreign_resident": True,
    },
    "residence_spell": {
        "title_list": "aufenthaltserlaubnis",
        "title_code": "488",
        "status_group": "AE_CHANCE",
        "valid_until": date(2026, 6, 30),
        "valid_from": date(2025, 1, 1),
    },
    "benefit_spell": {"benefit": "SGB2", "valid_from": date(2026, 1, 1)},
    "support_spell": {"body": "KREIS", "topic": "ARBEIT", "valid_from": date(2026, 1, 1)},
    "employment_spell": {"employment_type": "SVB", "valid_from": date(2026, 1, 1)},
    "address_spell": {
        "town_ags": "05158004",
        "valid_from": date(2026, 1, 1),
        "valid_from_precision": "month",
    },
    "departure": {
        "kind": "died",
        "left_on": date(2026, 10, 31),
        "left_on_precision": "day",
        "evidence": "file_b",
    },
    "course_spell": {
        "entitled_on": date(2026, 1, 1),
        "valid_from": date(2026, 1, 1),
        "valid_to": date(2026, 9, 1),
    },
    "goal": {"set_on": date(2026, 1, 1), "target_on": date(2026, 1, 1)},
    "referral": {"referred_on": date(2026, 1, 1), "accepted_on": date(2026, 1, 1)},
    "consent": {"given_on": date(2026, 1, 1), "revoked_on": date(2026, 1, 1)},
    "conflict_count": {
        "attribute": "sex",
        "source": "immigration_office",
        "persons": 100,
        "conflicts": 15,
    },
    "case_spell": {
        "town_ags": "05158004",
        "assessed_on": date(2026, 2, 1),
        "planned_on": date(2026, 3, 1),
        "close_reason": "KEIN_BEDARF",
        "valid_from": date(2026, 1, 1),
        "valid_to": date(2026, 10, 20),
    },
    "naturalisation_procedure": {
        "applied_on": date(2025, 1, 1),
        "complete_on": date(2025, 2, 1),
        "decided_on": date(2026, 9, 1),
        "certificate_on": date(2026, 10, 1),
        "outcome": "EINGEBUERGERT",
    },
}
KEYS = {f"{name}_key" for name in ("case", "procedure", "course", "goal", "referral", "consent")}
NOT_FILE_A = {"foreign_resident": False}
REVERSED = {"valid_from": date(2026, 10, 9), "valid_to": date(2026, 10, 9)}
BROKEN: list[tuple[str, str, dict[str, Any]]] = [
    ("person_month", "age_plausible", {"age": 126}),
    ("person_month", "age_plausible", {"age": -1}),
    ("person_month", "sex_known", {"sex": "x"}),
    ("person_month", "town_listed", {"town_ags": "99999999"}),
    ("person_month", "resident_has_town", {"town_ags": None}),
    ("person_month", "resident_has_nationality", {"nationality": None}),
    ("person_month", "resident_has_status", {"status_group": "UNKNOWN"}),
    (
        "person_month",
        "resident_known_to_office",
        {"in_sources": ["job_centre"]},
    ),
    ("person_month", "newly_arrived_is_resident", NOT_FILE_A | {"newly_arrived": True}),
    ("person_month", "arrived_by_reference_date", {"arrived_on": date(2026, 11, 1)}),
    ("person_month", "receipt_known_to_job_centre", {"employed": True}),
    ("person_month", "case_counts_as_ever", {"case_closed": True}),
    ("person_month", "case_counts_as_ever", {"case_opened": True}),
    ("person_month", "agreed_overlap_is_overlap", {"support_overlap_agreed": True}),
    ("person_month", "benefit_gap_flag_agrees", {"benefit_gap_days": 31}),
    ("person_month", "benefit_gap_flag_agrees", {"benefit_gap_over_30": True}),
    (
        "person_month",
        "no_sgb2_in_asylum_procedure",
        {
            "status_group": "GESTATTUNG",
            "sgb2_benefit": True,
            "in_sources": ["immigration_office", "job_centre"],
        },
    ),
    ("residence_spell", "ends_after_start", REVERSED | {"valid_until": None, "title_code": "026"}),
    ("residence_spell", "chance_title_at_most_18_months", {"valid_until": date(2026, 7, 2)}),
    ("residence_spell", "title_code_valid_on_grant", {"title_code": "999"}),
    ("residence_spell", "title_code_valid_on_grant", {"title_code": "001"}),
    (
        "residence_spell",
        "title_code_valid_on_grant",
        {"valid_from": date(2025, 12, 31), "valid_until": None},
    ),
    ("benefit_spell", "ends_after_start", REVERSED),
    ("benefit_spell", "benefit_known", {"benefit": "LOTTERY"}),
    ("support_spell", "ends_after_start", REVERSED),
    ("employment_spell", "ends_after_start", REVERSED),
    ("address_spell", "ends_after_start", REVERSED),
    ("departure", "kind_known", {"kind": "holiday"}),
    ("departure", "left_by_reference_date", {"left_on": date(2026, 11, 1)}),
    ("departure", "explained", {"kind": "unknown"}),
    ("course_spell", "dates_in_order", {"entitled_on": date(2026, 2, 1)}),
    ("course_spell", "dates_in_order", {"valid_to": date(2025, 1, 1)}),
    ("goal", "target_after_set", {"target_on": date(2025, 1, 1)}),
    ("referral", "accepted_after_referred", {"accepted_on": date(2025, 1, 1)}),
    ("consent", "revoked_after_given", {"revoked_on": date(2025, 1, 1)}),
    ("conflict_count", "sources_mostly_agree", {"conflicts": 16}),
    (
        "case_spell",
        "ends_after_start",
        REVERSED | {"assessed_on": None, "planned_on": None},
    ),
    ("case_spell", "phases_in_order", {"planned_on": date(2026, 1, 15)}),
    ("case_spell", "phases_in_order", {"assessed_on": None, "planned_on": date(2025, 1, 1)}),
    ("case_spell", "closed_case_has_reason", {"close_reason": None}),
    ("case_spell", "town_present", {"town_ags": None}),
    ("naturalisation_procedure", "stages_in_order", {"complete_on": date(2024, 1, 1)}),
    ("naturalisation_procedure", "naturalised_has_certificate", {"certificate_on": None}),
    (
        "naturalisation_procedure",
        "naturalised_file_is_closed",
        {"certificate_on": date(2026, 8, 1), "decided_on": date(2026, 8, 1)},
    ),
]
# Rules over several rows of one person are tried by themselves below.
SEVERAL_ROWS = {
    "rows_present",
    "one_row_per_person",
    "one_current_title",
    "one_benefit_system",
    "one_town",
}


def _insert(hub: Hub, table: str, *changes: dict[str, Any], same_person: bool = False) -> None:
    target = core.HISTORIES[table]
    with hub.engine.begin() as connection:
        ensure_partition(connection, MONTH)
        connection.execute(target.delete())
        connection.execute(core.person.delete())
        for number, _ in enumerate(changes, 1):
            living_here = {"person_id": str(UUID(int=number)), "file": "A", "known_from": KNOWN}
            connection.execute(core.person.insert().values(**living_here, sources=1, records=1))
        for number, change in enumerate(changes, 1):
            key = str(UUID(int=number))
            row = {"person_id": str(UUID(int=1)) if same_person else key, "known_from": KNOWN}
            row |= {c.name: key for c in target.c if c.name in KEYS}
            row |= {"other_source": f"job_centre_{number}"}
            given = {n: value for n, value in (row | GOOD[table] | change).items() if n in target.c}
            connection.execute(target.insert().values(**given))


def _failed(hub: Hub, table: str) -> dict[str, int | None]:
    found = validate_frame(core_frame(table)(MONTH, hub), _strict(table))
    assert not any(o.error for o in found)
    return {o.rule.name.removeprefix(f"{table}__"): o.unexpected for o in found if not o.passed}


def _strict(table: str) -> list[Any]:
    return [
        replace(rule, arguments={k: v for k, v in rule.arguments.items() if k != "mostly"})
        for rule in core_rules(table)
    ]


@pytest.mark.parametrize("table", CORE_TABLES)
def test_good_rows_pass_and_each_rule_finds_the_rows_that_break_it(hub: Hub, table: str) -> None:
    broken = [(rule, change) for name, rule, change in BROKEN if name == table]
    names = {rule.name.removeprefix(f"{table}__") for rule in core_rules(table)}
    assert {rule for rule, _ in broken} == names - SEVERAL_ROWS
    _insert(hub, table, {})
    assert _failed(hub, table) == {}
    _insert(hub, table, {}, *(change for _, change in broken))
    assert _failed(hub, table) == Counter(rule for rule, _ in broken)


def test_two_rows_of_a_person_in_a_month_are_found(hub: Hub) -> None:
    later = {"known_from": datetime(2026, 12, 5, tzinfo=UTC)}
    _insert(hub, "person_month", {}, later, same_person=True)
    assert _failed(hub, "person_month") == {"one_row_per_person": 2}


def test_a_month_without_persons_is_found(hub: Hub) -> None:
    _insert(hub, "person_month")
    assert list(_failed(hub, "person_month")) == ["rows_present"]


def test_two_current_titles_of_a_person_are_found_and_a_former_one_is_not(hub: Hub) -> None:
    former = {"title_code": "026", "valid_to": date(2026, 10, 15)}
    duldung = {"title_code": "03", "title_list": "duldung"}
    _insert(hub, "residence_spell", {}, former, duldung, same_person=True)
    assert _failed(hub, "residence_spell") == {}
    second = {"title_code": "026", "status_group": "AE_HUM_SCHUTZ"}
    _insert(hub, "residence_spell", {}, second, same_person=True)
    assert _failed(hub, "residence_spell") == {"one_current_title": 2}


def test_two_benefit_systems_at_once_are_found_and_a_change_is_not(hub: Hub) -> None:
    before = {"benefit": "ASYLBLG", "valid_from": date(2025, 1, 1), "valid_to": date(2026, 10, 5)}
    change = {"valid_from": date(2026, 10, 5)}
    _insert(hub, "benefit_spell", change, before, same_person=True)
    assert _failed(hub, "benefit_spell") == {}
    _insert(hub, "benefit_spell", change, before, same_person=False)
    assert _failed(hub, "benefit_spell") == {}
    _insert(hub, "benefit_spell", {"valid_from": date(2026, 10, 4)}, before, same_person=True)
    assert _failed(hub, "benefit_spell") == {"one_benefit_system": 2}


def test_two_benefit_systems_in_another_month_are_not_looked_at(hub: Hub) -> None:
    before = {"benefit": "ASYLBLG", "valid_from": date(2025, 1, 1), "valid_to": MONTH}
    _insert(hub, "benefit_spell", {}, before, same_person=True)
    assert _failed(hub, "benefit_spell") == {}


def test_sgb2_under_section_24_was_against_the_law_until_may_2022(hub: Hub) -> None:
    received = {"sgb2_benefit": True, "in_sources": ["immigration_office", "job_centre"]}
    _insert(hub, "person_month", received)
    assert _failed(hub, "person_month") == {}
    column = "no_sgb2_in_asylum_procedure"
    for month, lawful in ((date(2022, 5, 1), False), (date(2022, 6, 1), True)):
        with hub.engine.begin() as connection:
            ensure_partition(connection, month)
            connection.execute(
                person_month.insert().values(
                    **GOOD["person_month"]
                    | received
                    | {"month": month, "person_id": str(UUID(int=9)), "known_from": KNOWN}
                )
            )
        assert core_frame("person_month")(month, hub)[column].tolist() == [lawful]


def test_two_towns_at_once_are_found_and_a_move_is_not(hub: Hub) -> None:
    before = {"town_ags": "05158008", "valid_from": date(2025, 1, 1)}
    _insert(hub, "address_spell", {}, before | {"valid_to": date(2026, 1, 1)}, same_person=True)
    assert _failed(hub, "address_spell") == {}
    _insert(hub, "address_spell", {}, before, same_person=True)
    assert _failed(hub, "address_spell") == {"one_town": 2}


def test_a_rate_over_a_handful_of_persons_says_nothing(hub: Hub) -> None:
    _insert(hub, "conflict_count", {"persons": 29, "conflicts": 29})
    assert _failed(hub, "conflict_count") == {}


def test_other_months_and_former_knowledge_are_not_looked_at(hub: Hub) -> None:
    corrected = {"age": 200, "known_to": datetime(2026, 12, 1, tzinfo=UTC)}
    _insert(hub, "person_month", {}, corrected)
    assert _failed(hub, "person_month") == {}
    ended = {"benefit": "LOTTERY", "valid_to": MONTH}
    _insert(
        hub, "benefit_spell", {}, ended, {"benefit": "LOTTERY", "valid_from": date(2026, 11, 1)}
    )
    assert _failed(hub, "benefit_spell") == {}
