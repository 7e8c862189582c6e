"""Indicators of livelihood and links: each on a few persons, with figures worked out by hand.

The reference date is 30 September 2025, the last year began on 1 October 2024.
"""

from datetime import date
from typing import Any

from indicators.exact_figures import figures
from world import KNOWN, TOWN, World, key

from kim_pipeline.warehouse.schema import register

SINCE = date(2023, 1, 1)


def client(world: World, person: int, **values: Any) -> None:
    """Write a resident whom the job centre knows too, under the same number."""
    world.resident(person, person, **values)
    world.client(person, person)


def job(world: World, number: int, person: int, began_on: date, kind: str = "SVB") -> None:
    """Write a job of a client that goes on."""
    facts = {"employment_type": kind, "began_on": began_on}
    world.row("job_centre_employment", number, record_pseudonym=key(person), **facts)


def test_j1_is_the_share_of_residents_on_sgb2(world: World) -> None:
    for person, birth_year in ((1, 1990), (2, 1955), (3, 1990)):
        client(world, person, birth_year=birth_year)
    client(world, 4, nationality="000")
    for person in (1, 2, 4):
        world.benefit(20 + person, person, SINCE)
    world.benefit(23, 3, SINCE, date(2025, 9, 29))
    # Foreign residents 1, 2 and 3; on the last day 1 and 2 received benefits. Under 65: 1 of 1, 3.
    assert figures(world, "J1")["total"] == 66.6667
    assert figures(world, "J1_under_65")["total"] == 50


def test_j2_divides_new_jobs_by_the_mean_stock(world: World) -> None:
    for person in (1, 2, 3, 4, 6, 7):
        client(world, person)
    client(world, 5, birth_year=1955)
    for person in (1, 3, 4, 5, 7):
        world.benefit(20 + person, person, SINCE)
    world.benefit(22, 2, date(2024, 10, 1), date(2025, 3, 31))
    for person, day in ((1, date(2025, 3, 1)), (2, date(2025, 4, 1)), (5, date(2025, 3, 1))):
        job(world, 30 + person, person, day)
    job(world, 34, 4, date(2025, 3, 1), "GERINGFUEGIG")
    job(world, 36, 6, date(2025, 3, 1))
    job(world, 37, 7, date(2024, 9, 30))
    # Months with benefits: 1, 3, 4 and 7 twelve each, 2 six: 54, a mean stock of 4.5. New insured
    # jobs out of benefits: 1, and 2 on the day after them. 4 has a small job, 5 is too old, 6 had
    # no benefits, 7 began before the year. 2 / 4.5.
    found = figures(world, "J2")
    assert (found["total"], found["UNKNOWN"]) == (44.4444, 44.4444)


def test_j3_counts_21_of_24_months(world: World) -> None:
    begun = {1: SINCE, 2: date(2024, 1, 31), 3: date(2024, 2, 1), 4: SINCE, 5: SINCE}
    for person, day in begun.items():
        client(world, person, birth_year=2010 if person == 4 else 1990)
        world.benefit(20 + person, person, day, date(2025, 9, 1) if person == 5 else None)
    # On benefits: 1 to 4. From January 2024 to September 2025 are 21 ends of months: 1 and 2. 3 has
    # 20 of them, 4 is 15 years old. 2 of 4; all arrived 20 months ago.
    found = figures(world, "J3")
    assert (found["total"], found["3"]) == (50, 50)


def test_j4_follows_sgb2_for_a_year_after_the_plan(world: World) -> None:
    planned = {5: date(2024, 10, 1), 6: date(2023, 10, 1), 7: date(2023, 9, 30)}
    for person in range(1, 8):
        gone = {"file": "B", "left_reason": "FORTZUG", "left_on": date(2024, 2, 1)}
        client(world, person, **(gone if person == 6 else {}))
        plan = planned.get(person, date(2024, 5, 1))
        world.case(40 + person, 50 + person, person, intake_on=SINCE, planned_on=plan)
    ends = {1: date(2025, 4, 30), 2: date(2025, 5, 1), 3: date(2024, 8, 31), 6: date(2024, 1, 31)}
    for person in (1, 2, 3, 5, 6, 7):
        world.benefit(20 + person, person, SINCE, ends.get(person))
    world.benefit(33, 3, date(2024, 10, 2))
    # Plans from 1 October 2023 to 30 September 2024 of persons on benefits: 1, 2, 3; 4 had none, 5
    # and 7 have other plans, 6 moved away. Left within 12 months: 1; 2 a day later, and the break
    # of 3 was 31 days long.
    assert figures(world, "J4")["total"] == 33.3333


def test_j5_estimates_the_time_to_the_first_job(world: World) -> None:
    for person in (1, 2, 3, 4):
        client(world, person)
        end = date(2024, 5, 31) if person == 4 else None
        world.benefit(20 + person, person, date(2024, 2, 1), end)
    world.resident(5, 5)
    client(world, 6, arrived_on=date(2017, 9, 30))
    job(world, 31, 1, date(2024, 7, 15))
    job(world, 33, 3, date(2024, 3, 15))
    job(world, 36, 6, date(2024, 3, 15))
    # All arrived on 15 January 2024. First job after 2 (3) and 6 months (1); none seen for 4 months
    # (4, who left the job centre) and 20 (2). 5 is unknown to the job centre, 6 came too long ago.
    # At 2 months 3/4 have none; at 6 one of two at risk: 3/8, no more than half.
    assert figures(world, "J5")["total"] == 6


def test_q1_counts_links_and_those_judged_by_hand(world: World) -> None:
    client(world, 1)
    client(world, 2)
    world.client(3, 3)
    world.client(4, 4, nationality="000")
    world.case(41, 51, 1)
    world.case(43, 53, 3)
    grant = {"benefit_kind": "GRUND", "began_on": SINCE, "town_ags": TOWN}
    for record, person in ((61, 1), (69, 9)):
        world.row("asylum_benefits_recipients", record, record_pseudonym=key(record), **grant)
        world.link("asylum_benefits", record, person)
    decision = {"source_l": "immigration_office", "source_r": "job_centre", "known_from": KNOWN}
    judged = {"reason": "NAME", "decided_by": "office", "decided_at": KNOWN, "month": KNOWN.date()}
    pairs = ((1, 1, True), (2, 2, False))
    rows = [
        {**decision, **judged, "record_l": key(a), "record_r": key(b), "item": str(a), "same": same}
        for a, b, same in pairs
    ]
    world.connection.execute(register.review_decision.insert(), rows)
    # Foreign clients of the job centre: 1, 2 and 3; found with a file: 1 and 2.
    assert figures(world, "Q1")["total"] == 66.6667
    # Cases of 1 and 3, who has no nationality elsewhere but the job centre's: 1 of 2.
    assert figures(world, "Q1_cases")["total"] == 50
    # Asylum seekers' benefits of 1 and 9, whom nobody else knows: 1 of 2.
    assert figures(world, "Q1_asylum")["total"] == 50
    # Of 1 and 2 a hand confirmed the link of 1.
    assert figures(world, "Q1_clerical")["total"] == 50
