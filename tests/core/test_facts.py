"""Employment, case work and courses are kept in two times: as delivered, corrected, vanished."""

from dataclasses import replace
from datetime import date

import pytest
from world import FEEDS, LATER, MONTH, World, key

BEFORE = date(2025, 8, 1)
# One fact of the case work each: staging table, its columns, and a column with a corrected value.
FACTS = {
    "goal": (
        "goals",
        {"topic": "ARBEIT", "set_on": date(2025, 3, 5), "target_on": MONTH, "state": "OFFEN"},
        {"state": "ERREICHT"},
    ),
    "referral": (
        "referrals",
        {"to_body": "JC", "topic": "ARBEIT", "referred_on": date(2025, 3, 6)},
        {"accepted_on": date(2025, 4, 1)},
    ),
    "contact": (
        "contacts",
        {"contact_on": date(2025, 3, 7), "channel": "TELEFON", "minutes": 20},
        {"minutes": 30},
    ),
    "conference": ("conferences", {"conference_on": date(2025, 3, 8)}, {"conference_on": MONTH}),
}


@pytest.mark.parametrize("fact", FACTS)
def test_a_fact_of_a_case_belongs_to_its_person_and_can_be_corrected_and_vanish(
    world: World, fact: str
) -> None:
    table, given, corrected = FACTS[fact]
    world.case(3, 31, 1)
    world.row(f"case_management_{table}", 41, case_key=key(31), **given)
    world.row(
        f"case_management_{table}", 42, case_key=key(31), **given, valid_from=BEFORE, valid_to=MONTH
    )
    world.build()
    columns = (f"{fact}_key", "person_id", "case_key", *given, "vanished_on")
    first = [
        (key(41), key(1), key(31), *given.values(), None),
        (key(42), key(1), key(31), *given.values(), MONTH),
    ]
    assert world.spells(fact, *columns) == first
    world.restate(f"case_management_{table}", 41, **corrected)
    world.build(known_at=LATER)
    name, value = next(iter(corrected.items()))
    assert dict(world.spells(fact, f"{fact}_key", name))[key(41)] == value
    assert world.spells_as_of(fact, *columns) == first


def test_a_consent_needs_no_case_and_its_revocation_is_learnt_later(world: World) -> None:
    world.case(3, 31, 1)
    given = {"scope": "VERKNUEPFUNG", "given_on": date(2025, 3, 1)}
    world.row("case_management_consents", 41, record_pseudonym=key(3), **given)
    world.build()
    columns = ("person_id", "scope", "given_on", "revoked_on", "vanished_on")
    before = [(key(1), *given.values(), None, None)]
    assert world.spells("consent", *columns) == before
    world.restate("case_management_consents", 41, revoked_on=MONTH)
    world.build(known_at=LATER)
    assert world.spells("consent", *columns) == [(key(1), *given.values(), MONTH, None)]
    assert world.spells_as_of("consent", *columns) == before


def test_employment_of_a_kind_that_touches_is_one_spell_and_ends_when_it_vanishes(
    world: World,
) -> None:
    world.client(2, 1)
    for row_key, kind, began, ended, months in (
        (21, "SVB", date(2024, 1, 1), date(2024, 6, 30), {}),
        (22, "SVB", date(2024, 7, 1), None, {}),
        (23, "GERINGFUEGIG", date(2024, 7, 1), None, {"valid_from": BEFORE, "valid_to": MONTH}),
    ):
        world.row(
            "job_centre_employment",
            row_key,
            record_pseudonym=key(2),
            employment_type=kind,
            began_on=began,
            ended_on=ended,
            **months,
        )
    world.build()
    columns = ("employment_type", "valid_from", "valid_to")
    before = [
        ("GERINGFUEGIG", date(2024, 7, 1), MONTH),
        ("SVB", date(2024, 1, 1), None),
    ]
    assert world.spells("employment_spell", *columns) == before
    world.restate("job_centre_employment", 22, ended_on=date(2025, 3, 31))
    world.build(known_at=LATER)
    assert ("SVB", date(2024, 1, 1), date(2025, 4, 1)) in world.spells("employment_spell", *columns)
    assert world.spells_as_of("employment_spell", *columns) == before


def test_an_entitlement_is_a_course_without_a_time_until_it_begins(world: World) -> None:
    world.resident(1, 1)
    course = "immigration_office_integration_courses"
    entitled = {"record_pseudonym": key(1), "course_type": "01", "entitled_on": date(2025, 1, 1)}
    world.row(course, 41, **entitled)
    world.row(course, 42, **entitled, began_on=date(2025, 2, 1), ended_on=date(2025, 6, 30))
    world.row(course, 43, **entitled, began_on=BEFORE, valid_from=BEFORE, valid_to=MONTH)
    world.row(course, 44, **entitled, valid_from=BEFORE, valid_to=MONTH)
    world.build()
    columns = ("course_key", "entitled_on", "valid_from", "valid_to")
    before = [
        (key(41), date(2025, 1, 1), None, None),
        (key(42), date(2025, 1, 1), date(2025, 2, 1), date(2025, 7, 1)),
        (key(43), date(2025, 1, 1), BEFORE, MONTH),
    ]
    assert world.spells("course_spell", *columns) == before
    world.restate(course, 41, began_on=date(2025, 9, 8), result="B1")
    world.build(known_at=LATER)
    assert world.spells("course_spell", "valid_from", "result")[-1] == (date(2025, 9, 8), "B1")
    assert world.spells_as_of("course_spell", *columns) == before


def test_a_case_keeps_its_stages_and_who_leads(world: World) -> None:
    world.case(3, 31, 1, clearing_ended_on=date(2025, 4, 1), lead_body="KREIS")
    world.build()
    columns = ("person_id", "clearing_ended_on", "evaluated_on", "lead_body", "valid_from")
    assert world.spells("case_spell", *columns) == [
        (key(1), date(2025, 4, 1), None, "KREIS", date(2025, 3, 1))
    ]


@pytest.mark.parametrize("precision", [None, "year"])
def test_a_date_of_arrival_says_how_well_it_is_known(world: World, precision: str | None) -> None:
    world.resident(1, 1, arrived_in_district_on=date(2024, 5, 1))
    world.resident(2, 2, arrived_on=None)
    given = {} if precision is None else {"arrived_on_precision": precision}
    world.build(feeds=[replace(feed, constants={**feed.constants, **given})
                       if feed.target == "person" else feed for feed in FEEDS])  # fmt: skip
    columns = ("person_id", "arrived_on", "arrived_on_precision", "arrived_in_district_on")
    assert world.spells("person", *columns) == [
        (key(1), date(2024, 1, 15), precision or "day", date(2024, 5, 1)),
        (key(2), None, None, None),
    ]
