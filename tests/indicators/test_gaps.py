"""Indicators of the gaps: each on a few persons, with figures worked out by hand.

The reference date is 30 September 2025, the last year began on 1 October 2024.
"""

from datetime import date
from typing import Any

from indicators.exact_figures import figures
from world import MONTH, World, key

PROTECTION, SECTION_24, TOLERATION = "027", "025", "05"
COURSES = "immigration_office_integration_courses"


def title(world: World, number: int, person: int, granted_on: date, **values: Any) -> None:
    """Write a title of a resident, in the list of tolerations if `title_code` is one of them."""
    given = {"title_list": "aufenthaltserlaubnis", "title_code": PROTECTION, **values}
    if given["title_code"] == TOLERATION:
        given["title_list"] = "duldung"
    world.row(
        "immigration_office_residence_titles",
        number,
        record_pseudonym=key(person),
        granted_on=granted_on,
        **given,
    )


def tolerated(world: World, number: int, person: int, granted_on: date, **values: Any) -> None:
    """Write a toleration."""
    title(world, number, person, granted_on, title_code=TOLERATION, **values)


def residents(world: World, *persons: int, **values: Any) -> None:
    """Write residents whose record and person have the same number."""
    for person in persons:
        world.resident(person, person, **values)


def moved(world: World, person: int, month: date) -> None:
    """Write a resident who lives in another town from a month on."""
    world.resident(person, person, valid_from=date(2024, 1, 1), valid_to=month)
    record = {"record_pseudonym": key(person), "town_ags": "05158008", "file": "A"}
    world.row("immigration_office_persons", person, valid_from=month, **record)


def test_g1_counts_days_between_a_title_and_the_next_status(world: World) -> None:
    residents(world, 1, 2, 3, 4, 5, 6)
    issued, until = date(2023, 4, 1), date(2025, 3, 31)
    for person in (1, 2, 3, 4):
        title(world, 10 + person, person, issued, valid_until=until)
    title(world, 21, 1, date(2025, 4, 1), valid_until=date(2027, 3, 31))
    tolerated(world, 22, 2, date(2025, 4, 11))
    title(world, 24, 4, date(2025, 1, 1), valid_until=date(2028, 1, 1))
    title(world, 15, 5, issued, valid_until=until, title_code=SECTION_24)
    title(world, 16, 6, issued, valid_until=date(2024, 9, 29))
    # Ran out in the year: 1 (next title the day after: 0 days), 2 (1 to 10 April: 10 days), 3 (none
    # since 1 April: 30+31+30+31+31+30 = 183 days), 4 (renewed before). Not 5 (§ 24), 6 (earlier).
    assert figures(world, "G1")["total"] == 50
    # 10 and 183 days: the lower middle.
    assert figures(world, "G1_days")["total"] == 10


def test_g1_takes_the_title_that_ran_out_last_of_those_who_live_here(world: World) -> None:
    residents(world, 1)
    residents(world, 2, file="B")
    title(world, 11, 1, date(2023, 1, 1), valid_until=date(2024, 12, 31))
    title(world, 12, 1, date(2025, 1, 6), valid_until=date(2025, 8, 31), ended_on=date(2025, 8, 31))
    tolerated(world, 13, 1, date(2025, 9, 4))
    title(world, 14, 2, date(2023, 1, 1), valid_until=date(2024, 12, 31))
    # Person 1 had 5 days without in January, but after the last title 1 to 3 September: 3 days.
    assert figures(world, "G1_days")["total"] == 3
    assert figures(world, "G1")["total"] == 100


def test_g2_takes_the_median_of_days_to_the_first_sgb2_benefit(world: World) -> None:
    began = {1: date(2025, 4, 11), 2: date(2025, 5, 11), 3: date(2025, 4, 2), 4: date(2024, 9, 30)}
    for person, day in began.items():
        world.resident(person, person)
        title(world, 10 + person, person, date(2025, 4, 1))
        world.client(person, person)
        world.benefit(20 + person, person, day)
    # Days after 1 April: 10, 40 and 1; person 4 had benefits before. One of three is above 30.
    assert figures(world, "G2")["total"] == 10
    assert figures(world, "G2_over_30")["total"] == 33.3333


def test_g3_waits_from_entitlement_to_course(world: World) -> None:
    entitled = date(2025, 1, 1)
    residents(world, 1, 2, 3, 4)
    for person, entitled_on, began_on in (
        (1, entitled, date(2025, 6, 30)),
        (2, entitled, date(2025, 7, 1)),
        (3, date(2024, 4, 4), date(2024, 9, 30)),
        (4, date(2025, 4, 4), None),
    ):
        course = {"course_type": "01", "entitled_on": entitled_on, "began_on": began_on}
        world.row(COURSES, 10 + person, record_pseudonym=key(person), **course)
    again = {"course_type": "10", "entitled_on": entitled, "began_on": date(2025, 9, 1)}
    world.row(COURSES, 21, record_pseudonym=key(1), **again)
    # Begun in the year: 180 days (1; the course again does not count) and 181 days (2).
    assert figures(world, "G3")["total"] == 180
    # The 180th day lay in the year for 1 and 2 (30 June) and 3 (1 October 2024), not yet for 4
    # (1 October 2025). By then a course had begun for 1 (on that day) and 3, not for 2: 1 of 3.
    assert figures(world, "G3_none")["total"] == 33.3333


def test_g4_looks_at_the_newest_referral_by_body(world: World) -> None:
    facts = {
        1: ("MBE", date(2025, 8, 1), date(2025, 8, 31)),
        2: ("MBE", date(2025, 8, 1), date(2025, 9, 1)),
        3: ("JOBCENTER", date(2025, 8, 1), None),
        4: ("JOBCENTER", date(2025, 8, 1), None),
        5: ("MBE", date(2025, 9, 1), None),
    }
    for person, (to_body, referred_on, accepted_on) in facts.items():
        world.case(person, person, person)
        days = {"referred_on": referred_on, "accepted_on": accepted_on}
        world.row(
            "case_management_referrals", 10 + person, case_key=key(person), to_body=to_body, **days
        )
    world.client(3, 3)
    world.benefit(21, 3, date(2025, 8, 31))
    world.row("case_management_referrals", 31, case_key=key(1), to_body="JMD", referred_on=MONTH)
    # 30 days were over for 1 (MBE; the newer one to the JMD is due on 1 October), 2, 3 and 4, for 5
    # on 1 October. Taken on in time: 1, and 3 by the job centre's own record. Not: 2 and 4.
    assert figures(world, "G4") == {"total": 50, "MBE": 50, "JOBCENTER": 50}


def test_g5_asks_what_became_of_the_case_after_a_move(world: World) -> None:
    month = date(2025, 6, 1)
    closings: dict[int, dict[str, Any]] = {
        1: {},
        2: {"closed_on": date(2025, 7, 31), "close_reason": "KONTAKTVERLUST"},
        3: {"closed_on": date(2025, 7, 1), "close_reason": "UEBERGABE_REGELSYSTEM"},
        4: {"closed_on": date(2025, 7, 1), "close_reason": "UMZUG"},
        5: {"closed_on": date(2025, 5, 31), "close_reason": "UMZUG"},
        6: {"closed_on": date(2025, 8, 1), "close_reason": "UMZUG"},
    }
    for person, closing in closings.items():
        moved(world, person, month)
        world.case(100 + person, person, person, **closing)
    moved(world, 7, date(2025, 9, 1))
    world.case(107, 7, 7)
    following = {"record_pseudonym": key(104), "body": "STADT", "intake_on": date(2025, 7, 15)}
    world.row("case_management_cases", 50, **following)
    # Open at the move and 60 days (31 July) over: 1, 2, 3, 4, 6; 5 was closed before, 7 moved too
    # late. Ended in these days without handover and nothing open: 2. So 1 of 5.
    assert figures(world, "G5")["total"] == 20


def test_g6_measures_limbo_from_its_beginning(world: World) -> None:
    residents(world, 1, 2, 3, 4)
    tolerated(world, 11, 1, date(2020, 9, 30))
    tolerated(world, 12, 2, date(2020, 10, 1))
    tolerated(world, 13, 3, date(2019, 1, 1), ended_on=date(2022, 12, 31))
    tolerated(world, 14, 3, date(2023, 1, 31))
    title(world, 15, 4, date(2019, 1, 1))
    residents(world, 5)
    tolerated(world, 16, 5, date(2019, 1, 1), ended_on=date(2022, 12, 31))
    tolerated(world, 17, 5, date(2023, 2, 1))
    # In limbo: 1, 2, 3, 5. Five years on the day: 1; a day short: 2; 30 days of break: 3 goes on
    # since 2019; 31 days of break: 5 begins anew in 2023. So 2 of 4.
    assert figures(world, "G6")["total"] == 50
