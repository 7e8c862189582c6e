"""Indicators of the case work: each on a few persons, with figures worked out by hand.

The reference date is 30 September 2025, the last year began on 1 October 2024.
"""

from datetime import date
from typing import Any

from indicators.exact_figures import figures
from world import World, key

MANAGEMENT = "job_centre_case_management_episodes"


def case(world: World, person: int, intake_on: date, **values: Any) -> None:
    """Write a client with one case; record, case and person share a number."""
    world.case(person, person, person, intake_on=intake_on, **values)


def managed(world: World, person: int, began_on: date, ended_on: date | None = None) -> None:
    """Write a person into the job centre's case management."""
    world.client(person, person)
    days = {"began_on": began_on, "ended_on": ended_on}
    world.row(MANAGEMENT, person, record_pseudonym=key(person), topic="ARBEIT", **days)


def goal(world: World, number: int, person: int, **values: Any) -> None:
    """Write a goal of a person's case."""
    facts = {"set_on": date(2024, 9, 1), **values}
    world.row("case_management_goals", number, case_key=key(person), **facts)


def referral(world: World, number: int, person: int, to_body: str, **values: Any) -> None:
    """Write a referral from a person's case."""
    facts = {"to_body": to_body, "topic": "ARBEIT", **values}
    world.row("case_management_referrals", number, case_key=key(person), **facts)


def test_c1_counts_open_new_and_closed_cases(world: World) -> None:
    case(world, 1, date(2025, 9, 30))
    case(world, 2, date(2025, 8, 31), closed_on=date(2025, 9, 30))
    case(world, 3, date(2025, 8, 31), closed_on=date(2025, 8, 31))
    case(world, 4, date(2025, 10, 1))
    # Open on the last day: person 1 alone; begun in September: person 1; closed in it: person 2.
    assert figures(world, "C1")["total"] == 1
    assert figures(world, "C1_in")["total"] == 1
    assert figures(world, "C1_out")["total"] == 1


def test_c2_divides_open_cases_by_posts(world: World) -> None:
    case(world, 1, date(2025, 3, 1))
    case(world, 2, date(2025, 3, 1))
    case(world, 3, date(2025, 3, 1), closed_on=date(2025, 9, 30))
    # Persons 1 and 2 on 1.6 posts: 2 / 1.6 = 1.25.
    assert figures(world, "C2", posts=1.6) == {"total": 1.25}


def test_c4_looks_at_the_first_day_of_new_cases(world: World) -> None:
    managed(world, 1, date(2025, 1, 1))
    managed(world, 2, date(2025, 1, 1), date(2025, 2, 28))
    managed(world, 3, date(2025, 3, 2))
    for person in (1, 2, 3):
        case(world, person, date(2025, 3, 1))
    case(world, 4, date(2024, 9, 30))
    case(world, 5, date(2024, 10, 1))
    # New in the year: 1, 2, 3, 5. Of these only 1 was managed on the first day: 3 of 4.
    assert figures(world, "C4")["total"] == 75


def test_c5_tells_overlaps_and_which_of_them_are_agreed(world: World) -> None:
    for person, lead in ((1, None), (2, "KREIS"), (3, None)):
        managed(world, person, date(2025, 3, 1))
        case(world, person, date(2025, 3, 1), lead_body=lead)
    case(world, 4, date(2025, 3, 1))
    goals = "case_management_goals"
    world.row(goals, 51, case_key=key(1), topic="ARBEIT", set_on=date(2025, 8, 31))
    world.row(goals, 52, case_key=key(2), topic="ARBEIT", set_on=date(2025, 8, 1))
    world.row(goals, 53, case_key=key(3), topic="ARBEIT", set_on=date(2025, 9, 1))
    # 30 days together on one field: 1 and 2, not 3 (29 days), not 4 (one body): 2 of 4 open cases.
    assert figures(world, "C5")["total"] == 50
    # Of the two, case 2 names a lead: 1 of 2.
    assert figures(world, "C5_agreed")["total"] == 50


def test_c7_takes_the_median_of_the_days_of_the_last_year(world: World) -> None:
    case(world, 1, date(2025, 3, 1), planned_on=date(2025, 3, 11))
    case(world, 2, date(2025, 3, 1), planned_on=date(2025, 3, 31))
    case(world, 3, date(2025, 3, 1), planned_on=date(2025, 5, 30))
    case(world, 4, date(2024, 9, 1), planned_on=date(2024, 9, 30))
    case(world, 5, date(2024, 1, 1), planned_on=date(2024, 2, 1), closed_on=date(2025, 2, 1))
    case(world, 6, date(2024, 1, 1), planned_on=date(2024, 9, 1), closed_on=date(2024, 10, 1))
    case(world, 7, date(2024, 1, 1), planned_on=date(2024, 2, 1), closed_on=date(2024, 9, 30))
    case(world, 8, date(2024, 1, 1), planned_on=date(2024, 6, 1), closed_on=date(2025, 6, 1))
    # Plans of the year: 10, 30 and 90 days; the others were agreed before it.
    assert figures(world, "C7")["total"] == 30
    # Closed in the year: 366 (5), 30 (6) and 365 days (8); 7 was closed a day too early.
    assert figures(world, "C7_close")["total"] == 365


def test_c8_asks_for_a_plan_and_a_reviewed_goal(world: World) -> None:
    since, plan = date(2025, 7, 1), {"planned_on": date(2025, 7, 20)}
    case(world, 1, date(2025, 7, 2), **plan)
    case(world, 2, since, **plan)
    case(world, 3, since, **plan)
    case(world, 4, since)
    case(world, 5, since, closed_on=date(2025, 9, 30), **plan)
    for person, state in ((1, "ERREICHT"), (2, "VERFEHLT"), (3, "OFFEN"), (4, "ERREICHT")):
        goal(world, 50 + person, person, target_on=date(2025, 9, 1), state=state)
    # Open over 90 days: 2, 3, 4 (91 days; 1 has 90, 5 is closed). Plan and reviewed goal: 2 alone.
    assert figures(world, "C8")["total"] == 33.3333


def test_c8_counts_goals_that_were_due(world: World) -> None:
    for person in (1, 2, 3):
        case(world, person, date(2024, 9, 1))
    goal(world, 51, 1, topic="SPRACHE", target_on=date(2024, 9, 30), state="ERREICHT")
    goal(world, 52, 1, topic="SPRACHE", target_on=date(2024, 10, 1), state="ERREICHT")
    goal(world, 53, 1, topic="ARBEIT", target_on=date(2025, 5, 1), state="VERFEHLT")
    goal(world, 54, 1, topic="WOHNEN", target_on=date(2025, 6, 1), state="ENTFALLEN")
    goal(world, 55, 2, topic="SPRACHE", target_on=date(2025, 9, 30), state="TEILWEISE")
    goal(world, 56, 2, topic="ARBEIT", target_on=date(2025, 10, 1), state="ERREICHT")
    goal(world, 57, 3, topic="ARBEIT", target_on=date(2025, 1, 1), state="ERREICHT")
    # Due: 52, 53 (54 was dropped), 55, 57. Reached: 52 and 57: 2 of 4.
    assert figures(world, "C8_goals")["total"] == 50
    # Due last: 53 (missed), 55 (partly), 57 (reached).
    assert figures(world, "C8_topic") == {"total": 33.3333, "ARBEIT": 50, "SPRACHE": 0}


def test_c10_counts_the_last_closing_of_a_person_by_reason(world: World) -> None:
    closed = {"closed_on": date(2025, 5, 1)}
    case(world, 1, date(2024, 1, 1), close_reason="UMZUG", **closed)
    case(world, 2, date(2024, 1, 1), close_reason="ZIELE_ERREICHT", **closed)
    case(world, 3, date(2024, 1, 1), **closed)
    case(world, 4, date(2024, 1, 1), close_reason="UMZUG", closed_on=date(2024, 9, 30))
    again = {"intake_on": date(2025, 6, 1), "closed_on": date(2025, 7, 1)}
    world.row(
        "case_management_cases",
        11,
        record_pseudonym=key(1),
        body="KREIS",
        close_reason="KONTAKTVERLUST",
        **again,
    )
    # Three persons in the year; person 1 by the case closed last, person 3 without a reason.
    assert figures(world, "C10") == {
        "total": 3,
        "KONTAKTVERLUST": 1,
        "ZIELE_ERREICHT": 1,
        "UNKNOWN": 1,
    }


def test_c11_looks_for_the_person_at_the_job_centre_for_60_days(world: World) -> None:
    ended = {"closed_on": date(2025, 6, 1), "close_reason": "UEBERGABE_REGELSYSTEM"}
    for person, closing in (
        (1, ended),
        (2, ended),
        (3, ended),
        (4, ended | {"close_reason": "ZIELE_ERREICHT"}),
        (5, ended | {"closed_on": date(2025, 8, 2)}),
    ):
        case(world, person, date(2025, 1, 1), **closing)
        referral(world, 50 + person, person, "JOBCENTER", referred_on=date(2025, 5, 1))
    case(world, 6, date(2025, 1, 1), **ended)
    referral(world, 56, 6, "JUGENDAMT", referred_on=date(2025, 5, 1))
    world.client(1, 1)
    world.benefit(21, 1, date(2025, 7, 31))
    world.client(2, 2)
    world.benefit(22, 2, date(2025, 8, 1))
    managed(world, 3, date(2025, 1, 1), date(2025, 6, 1))
    # Handed to the job centre 60 days ago: 1, 2, 3 (4 had no handover, 5 was 59 days ago, 6 went to
    # the youth welfare office). There within 60 days: 1 (on the last) and 3; 2 came on the 61st.
    assert figures(world, "C11")["total"] == 66.6667


def test_c12_counts_cases_that_touch_two_systems(world: World) -> None:
    for person in (1, 2, 3, 4):
        case(world, person, date(2025, 3, 1))
        world.client(person, person)
    world.benefit(21, 1, date(2025, 1, 1))
    world.resident(91, 1)
    world.title(92, 91, "027", date(2025, 2, 28))
    world.benefit(22, 2, date(2025, 1, 1))
    referral(world, 52, 2, "JUGENDAMT", accepted_on=date(2025, 4, 1))
    world.benefit(23, 3, date(2025, 1, 1))
    referral(world, 53, 3, "JUGENDAMT")
    world.benefit(24, 4, date(2024, 1, 1), date(2025, 2, 28))
    asylum = {"benefit": "ASYLBLG", "began_on": date(2025, 4, 1)}
    world.row("job_centre_benefits", 25, record_pseudonym=key(4), **asylum)
    # 2: SGB II and the youth welfare office. 1 and 3: SGB II alone. 4: SGB II ended before the case
    # began, AsylbLG alone. So 1 of 4.
    assert figures(world, "C12")["total"] == 25


def test_facts_that_are_no_longer_delivered_do_not_count(world: World) -> None:
    case(world, 1, date(2025, 1, 1), planned_on=date(2025, 1, 5))
    facts = {"target_on": date(2025, 6, 1), "state": "ERREICHT"}
    months = {"valid_from": date(2025, 6, 1), "valid_to": date(2025, 9, 1)}
    goal(world, 51, 1, topic="ARBEIT", **facts, **months)
    # The one goal was taken back in September: none is due, and the open case has none reviewed.
    assert figures(world, "C8_goals") == {}
    assert figures(world, "C8")["total"] == 0
