"""Towns and departures follow from what the sources delivered month by month, and when."""

from datetime import date
from typing import Any

import pytest
from world import LATER, MONTH, TOWN, World, key

JUNE, JULY, AUGUST = (date(2025, month, 1) for month in (6, 7, 8))
OTHER_TOWN = "05158008"
PERSONS = "immigration_office_persons"
ADDRESS = ("town_ags", "valid_from", "valid_from_precision", "valid_to", "valid_to_precision")
DEPARTURE = ("kind", "left_on", "left_on_precision", "evidence")


def months(first: date, until: date | None = None) -> dict[str, Any]:
    return {"valid_from": first} if until is None else {"valid_from": first, "valid_to": until}


def next_version(world: World, record: int, **values: Any) -> None:
    """Deliver a record of the office again, with other values or for other months."""
    given = {"nationality": "475", "birth_year": 1990, "town_ags": TOWN, "file": "A"}
    world.row(PERSONS, record, record_pseudonym=key(record), **{**given, **values})


def certificate(world: World, record: int, certificate_on: date) -> None:
    world.row(
        "immigration_office_naturalisations",
        90 + record,
        record_pseudonym=key(record),
        applied_on=date(2024, 1, 1),
        certificate_on=certificate_on,
        outcome="EINGEBUERGERT",
    )


def test_a_move_inside_the_kreis_begins_in_the_month_that_first_told_of_it(world: World) -> None:
    world.resident(1, 1, **months(JUNE, AUGUST))
    next_version(world, 1, town_ags=OTHER_TOWN, **months(AUGUST))
    world.build()
    assert world.spells("address_spell", *ADDRESS) == [
        (TOWN, JUNE, "before", AUGUST, "month"),
        (OTHER_TOWN, AUGUST, "month", None, None),
    ]


def test_who_moved_into_the_kreis_lives_there_from_that_day_until_the_file_is_closed(
    world: World,
) -> None:
    world.resident(9, 9, **months(JUNE))
    arrived = {"arrived_in_district_on": date(2025, 7, 20)}
    world.resident(1, 1, **arrived, **months(JULY, MONTH))
    left = {"file": "B", "left_reason": "FORTZUG", "left_on": date(2025, 9, 12)}
    next_version(world, 1, **arrived, **left)
    world.build()
    assert (TOWN, date(2025, 7, 20), "day", date(2025, 9, 12), "day") in world.spells(
        "address_spell", *ADDRESS
    )
    assert world.spells("departure", *DEPARTURE) == [
        ("moved_away", date(2025, 9, 12), "day", "file_b")
    ]


def test_the_source_with_the_lowest_precedence_tells_the_town_while_it_knows_one(
    world: World,
) -> None:
    world.client(2, 1, town_ags=OTHER_TOWN, **months(JUNE))
    world.resident(1, 1, **months(AUGUST, MONTH))
    world.build()
    assert sorted(world.spells("address_spell", "valid_from", "town_ags")) == [
        (JUNE, OTHER_TOWN),
        (AUGUST, TOWN),
        (MONTH, OTHER_TOWN),
    ]


def test_a_late_delivery_of_an_earlier_month_moves_the_beginning_and_the_former_view_stays(
    world: World,
) -> None:
    world.resident(9, 9, **months(JUNE))
    world.resident(1, 1, **months(AUGUST))
    world.build()
    lived = (TOWN, AUGUST, "month", None, None)
    assert lived in world.spells("address_spell", *ADDRESS)
    next_version(world, 1, **months(JULY, AUGUST), known_from=LATER)
    world.build(known_at=LATER)
    now = world.spells("address_spell", *ADDRESS)
    assert lived not in now
    assert (TOWN, JULY, "month", None, None) in now
    assert lived in world.spells_as_of("address_spell", *ADDRESS)


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("EINBUERGERUNG", "naturalised"),
        ("FORTZUG", "moved_away"),
        ("TOD", "died"),
        ("UNBEKANNT", "unknown"),
        (None, "unknown"),
    ],
)
def test_a_closed_file_tells_why_a_person_left(world: World, reason: str | None, kind: str) -> None:
    world.resident(1, 1, file="B", left_reason=reason, left_on=date(2025, 8, 3))
    world.build()
    assert world.spells("departure", *DEPARTURE) == [(kind, date(2025, 8, 3), "day", "file_b")]


def test_who_lives_here_has_not_departed_whatever_other_files_say(world: World) -> None:
    world.resident(1, 1)
    world.resident(2, 1, file="B", left_reason="FORTZUG", left_on=date(2022, 8, 3))
    world.client(3, 2)
    world.build()
    assert world.spells("departure", *DEPARTURE) == []


def test_a_certificate_explains_a_file_closed_without_reason_and_one_that_vanished(
    world: World,
) -> None:
    handed_over = date(2025, 8, 20)
    world.resident(1, 1, file="B", left_reason="UNBEKANNT", left_on=date(2025, 9, 3))
    world.resident(2, 2, **months(JUNE, MONTH))
    for record in (1, 2):
        certificate(world, record, handed_over)
    world.build()
    assert (
        world.spells("departure", *DEPARTURE)
        == [("naturalised", handed_over, "day", "certificate")] * 2
    )


def test_a_record_that_vanished_is_an_unknown_departure_until_a_closed_file_explains_it(
    world: World,
) -> None:
    world.resident(1, 1, **months(JUNE, MONTH))
    world.build()
    unknown = [("unknown", MONTH, "month", "vanished")]
    assert world.spells("departure", *DEPARTURE) == unknown
    died = {"file": "B", "left_reason": "TOD", "left_on": date(2025, 8, 30)}
    next_version(world, 1, **died, known_from=LATER)
    world.build(known_at=LATER)
    assert world.spells("departure", *DEPARTURE) == [("died", date(2025, 8, 30), "day", "file_b")]
    assert world.spells_as_of("departure", *DEPARTURE) == unknown


def test_an_open_file_of_a_person_who_is_german_now_tells_of_a_naturalisation(
    world: World,
) -> None:
    world.resident(1, 1, **months(JUNE, AUGUST))
    next_version(world, 1, nationality="000", **months(AUGUST))
    world.resident(2, 2, nationality="000")
    world.build()
    assert world.spells("departure", "person_id", *DEPARTURE) == [
        (key(1), "naturalised", AUGUST, "month", "nationality")
    ]


def test_a_file_opened_after_a_return_and_vanished_is_a_new_departure(world: World) -> None:
    world.resident(1, 1, file="B", left_reason="FORTZUG", left_on=date(2025, 5, 3))
    world.resident(2, 1, **months(JULY, MONTH))
    world.resident(3, 2, file="B", left_reason="TOD", left_on=date(2025, 8, 3))
    world.resident(4, 2, **months(JULY, MONTH))
    world.build()
    assert world.spells("departure", *DEPARTURE) == [
        ("died", date(2025, 8, 3), "day", "file_b"),
        ("unknown", MONTH, "month", "vanished"),
    ]
