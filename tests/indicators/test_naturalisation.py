"""Indicators of naturalisation: each on a few persons, with figures worked out by hand.

The reference date is 30 September 2025, the last year began on 1 October 2024.
"""

from datetime import date, timedelta
from typing import Any

from indicators.exact_figures import figures
from world import World, key

LONG_AGO = date(2012, 1, 1)
B = {"file": "B"}
STAGES = ("applied", "complete", "security_enquiry", "security_answer", "decided", "certificate")


def procedure(world: World, person: int, **values: Any) -> None:
    """Write a procedure of a person whose record has the same number."""
    given = {"outcome": "OFFEN", **values}
    world.row(
        "immigration_office_naturalisations", 500 + person, record_pseudonym=key(person), **given
    )


def titled(world: World, person: int, code: str, arrived_on: date = LONG_AGO) -> None:
    """Write a resident with a title: `041`, or `niederlassungserlaubnis:01` of another list."""
    world.resident(person, person, arrived_on=arrived_on)
    title_list, title_code = code.split(":") if ":" in code else ("aufenthaltserlaubnis", code)
    facts = {"title_list": title_list, "title_code": title_code, "granted_on": date(2020, 1, 1)}
    world.row(
        "immigration_office_residence_titles", 100 + person, record_pseudonym=key(person), **facts
    )


def receives(world: World, person: int) -> None:
    """Write SGB II benefits that go on."""
    world.client(200 + person, person)
    world.benefit(300 + person, 200 + person, date(2024, 1, 1))


def settled(world: World, person: int) -> None:
    """Write a resident with a settlement permit."""
    titled(world, person, "niederlassungserlaubnis:01")


def test_n1_counts_certificates_and_how_procedures_ended(world: World) -> None:
    for person in (1, 2, 3, 4):
        world.resident(person, person)
    procedure(world, 1, certificate_on=date(2024, 10, 1), outcome="EINGEBUERGERT")
    procedure(world, 2, certificate_on=date(2024, 9, 30), outcome="EINGEBUERGERT")
    procedure(world, 3, decided_on=date(2025, 9, 30), outcome="ABGELEHNT")
    procedure(world, 4, decided_on=date(2025, 1, 1), outcome="ZURUECKGENOMMEN")
    # The certificate of 2 lies a day before the last year.
    assert figures(world, "N1")["total"] == 1
    found = figures(world, "N1_outcome")
    assert found == {"total": 3, "EINGEBUERGERT": 1, "ABGELEHNT": 1, "ZURUECKGENOMMEN": 1}


def test_n2_divides_by_the_residents_of_a_year_ago(world: World) -> None:
    world.resident(1, 1, arrived_on=LONG_AGO, arrived_in_district_on=date(2015, 1, 1))
    world.resident(2, 2, arrived_on=date(2018, 9, 30), arrived_in_district_on=None)
    world.resident(3, 3, arrived_on=LONG_AGO, arrived_in_district_on=date(2024, 10, 1))
    gone = {"left_reason": "EINBUERGERUNG", "left_on": date(2025, 3, 1)}
    world.resident(4, 4, arrived_on=LONG_AGO, **B, **gone)
    procedure(world, 4, certificate_on=date(2025, 3, 1), outcome="EINGEBUERGERT")
    moved = {"left_reason": "FORTZUG", "left_on": date(2024, 9, 30)}
    world.resident(5, 5, arrived_on=LONG_AGO, **B, **moved)
    world.resident(6, 6, arrived_on=date(2020, 1, 1))
    # Here on 30 September 2024: 1, 2, 4 and 6; 3 came the day after, 5 left that day. Naturalised
    # since: 4. Ten years in Germany then: 1 and 4; six years: 1, 2 (to the day) and 4.
    assert figures(world, "N2")["total"] == 25
    assert figures(world, "N2_10_years")["total"] == 50
    assert figures(world, "N2_6_years")["total"] == 33.3333


def potential(world: World) -> None:
    """Three persons who could be naturalised, and six who could not."""
    settled(world, 1)
    settled(world, 2)
    receives(world, 2)
    titled(world, 3, "025")  # § 24
    titled(world, 4, "niederlassungserlaubnis:01", date(2020, 10, 1))
    titled(world, 5, "031")  # § 23 (2)
    titled(world, 6, "472")  # § 20
    titled(world, 7, "041", date(2020, 9, 30))
    titled(world, 8, "duldung:03")
    titled(world, 9, "418")  # § 16b


def test_n3_counts_who_could_be_naturalised(world: World) -> None:
    potential(world)
    # 1, 5 and 7 (five years to the day); 2 lives on SGB II, 4 came a day too late, the titles of 3,
    # 6, 8 and 9 do not admit it.
    assert figures(world, "N3")["total"] == 3


def test_n4_divides_applicants_by_the_potential(world: World) -> None:
    potential(world)
    procedure(world, 1, applied_on=date(2024, 10, 1))
    procedure(world, 5, applied_on=date(2024, 9, 30))
    procedure(world, 8, applied_on=date(2025, 9, 30))
    # Applied in the last year: 1 and 8, who needs not be of the potential. 2 per 3.
    assert figures(world, "N4")["total"] == 66.6667


def test_n5_measures_the_wait_before_the_application(world: World) -> None:
    waits = {
        1: (date(2024, 12, 1), date(2025, 1, 10)),
        2: (date(2025, 1, 1), date(2025, 1, 11)),
        3: (date(2024, 1, 1), date(2025, 2, 4)),
        4: (date(2024, 9, 1), date(2024, 9, 30)),
        5: (date(2025, 9, 30), None),
    }
    for person, (asked, applied) in waits.items():
        world.resident(person, person)
        procedure(world, person, appointment_requested_on=asked, applied_on=applied)
    world.resident(6, 6)
    procedure(world, 6, appointment_requested_on=date(2025, 1, 1), outcome="EINGESTELLT")
    # 40, 10 and 400 days (366 of 2024 and 34); 4 applied before the last year.
    assert figures(world, "N5")["total"] == 40
    # 5 waits; 6 does not any more.
    assert figures(world, "N5_waiting")["total"] == 1


def test_n6_measures_procedures_and_their_stages(world: World) -> None:
    steps = {1: (0, 10, 90, 30, 20), 2: (20, 30, 150, 10, 40), 3: (40, 5, 300, 60, 15)}
    for person, days in steps.items():
        world.resident(person, person)
        day, dates = date(2024, 9, 1), {}
        for stage, step in zip(STAGES, (0, *days), strict=True):
            day += timedelta(days=step)
            dates[f"{stage}_on"] = day
        procedure(world, person, outcome="EINGEBUERGERT", **dates)
    # In all 150, 250 and 420 days. Certificates: 29 January, 9 May (2025); 3 is not certified by
    # the reference date: 1 September 2024 and 420 days are 26 October 2025.
    assert figures(world, "N6")["total"] == 150
    assert figures(world, "N6_p90")["total"] == 250
    # The lower of two values is the median of 1 and 2, stage by stage.
    stages = ("completion", "enquiry", "answer", "decision", "certificate")
    medians = [figures(world, f"N6_{stage}")["total"] for stage in stages]
    assert medians == [0, 10, 90, 10, 20]


def test_n6_counts_open_applications_by_age_and_how_long_they_last(world: World) -> None:
    for person, day in enumerate((date(2024, 9, 30), date(2024, 9, 29), date(2023, 9, 29)), 1):
        world.resident(person, person)
        procedure(world, person, applied_on=day)
    for person, day in enumerate((date(2024, 10, 1), date(2025, 9, 30), date(2024, 9, 30)), 4):
        world.resident(person, person)
        procedure(world, person, applied_on=day, decided_on=day, outcome="ABGELEHNT")
    # Open: 1, 2, 3. Over 12 months: 2 and 3; 1 is 12 months old to the day. Over 24: 3.
    assert figures(world, "N6_open")["total"] == 3
    assert figures(world, "N6_open_12")["total"] == 2
    assert figures(world, "N6_open_24")["total"] == 1
    # Decided in the last year: 4 and 5, one in six months. Three open ones last for 18 months.
    assert figures(world, "N6_backlog")["total"] == 18


def test_n7_looks_at_the_first_check_by_route(world: World) -> None:
    applied = date(2025, 3, 1)
    checks = {
        1: ("KREIS", date(2025, 3, 8)),
        2: ("STADT", date(2025, 3, 9)),
        3: ("ONLINE", None),
        4: ("ONLINE", applied),
    }
    for person, (route, complete) in checks.items():
        world.resident(person, person)
        procedure(world, person, applied_on=applied, complete_on=complete, intake_route=route)
    # Within seven days: 1 and 4; 2 a day later, 3 not yet.
    found = figures(world, "N7")
    assert {k: found[k] for k in ("total", "KREIS", "STADT", "ONLINE")} == {
        "total": 50,
        "KREIS": 100,
        "STADT": 0,
        "ONLINE": 50,
    }


def test_n10_follows_former_cases_to_the_application(world: World) -> None:
    for person in (1, 3, 4, 5):
        settled(world, person)
    receives(world, 3)
    world.resident(2, 2, **B, left_reason="EINBUERGERUNG", left_on=date(2024, 6, 1))
    closed = {"intake_on": date(2019, 1, 1), "closed_on": date(2022, 6, 30)}
    for person in (1, 2, 3, 5):
        world.case(400 + person, 600 + person, person, **closed)
    world.case(404, 604, 4, intake_on=date(2019, 1, 1))
    procedure(world, 2, applied_on=date(2023, 1, 1), outcome="EINGEBUERGERT")
    procedure(world, 5, applied_on=date(2025, 7, 2))
    # Closed and eligible: 1, 5, and 2 who applied; 3 lives on SGB II, the case of 4 is open. Within
    # 36 months of 30 June 2022 applied 2; 5 did so afterwards. 1 of 3.
    assert figures(world, "N10")["total"] == 33.3333
