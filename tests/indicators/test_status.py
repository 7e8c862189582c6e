"""Indicators of residence: each on a few persons, with figures worked out by hand.

The reference date is 30 September 2025.
"""

from datetime import date
from typing import Any

from indicators.exact_figures import figures
from world import MONTH, World, key

BEFORE = date(2025, 8, 1)
OPPORTUNITY, RIGHT_TO_STAY, FAMILY, WORK = "488", "303", "041", "434"
AB, B = "immigration_office_persons", {"file": "B"}


def title(world: World, number: int, person: int, code: str, granted_on: date, **days: Any) -> None:
    """Write a residence permit of a person whose record has the same number."""
    world.title(number, person, code, granted_on, **days)


def other(world: World, number: int, person: int, code: str, granted_on: date) -> None:
    """Write a title of another list: `duldung:03` or `niederlassungserlaubnis:01`."""
    title_list, title_code = code.split(":")
    facts = {"title_list": title_list, "title_code": title_code, "granted_on": granted_on}
    world.row("immigration_office_residence_titles", number, record_pseudonym=key(person), **facts)


def asylum_benefit(world: World, record: int, person: int) -> None:
    """Write a grant of asylum seekers' benefits that goes on."""
    grant = {"benefit_kind": "GRUND", "began_on": date(2025, 1, 1), "town_ags": "05158004"}
    world.row("asylum_benefits_recipients", record, record_pseudonym=key(record), **grant)
    world.link("asylum_benefits", record, person)


def closed(world: World, person: int, **values: Any) -> None:
    """Write a file that was open in August and is closed in September."""
    world.resident(person, person, valid_from=BEFORE, valid_to=MONTH)
    facts = {"nationality": "475", "sex": "w", "birth_year": 1990, **B, **values}
    world.row(AB, person, record_pseudonym=key(person), **facts)


def test_s1_counts_residents_and_who_came_and_went(world: World) -> None:
    world.resident(1, 1, valid_from=BEFORE)
    other(world, 11, 1, "niederlassungserlaubnis:01", date(2020, 1, 1))
    world.resident(2, 2)
    closed(world, 3, left_reason="FORTZUG", left_on=date(2025, 9, 8))
    closed(world, 4, left_reason="EINBUERGERUNG", left_on=date(2025, 9, 9))
    world.resident(5, 5, nationality="000")
    world.resident(6, 6, valid_from=BEFORE, **B)
    # Here are 1 and 2, and 2 is new. Gone since August are 3 and 4; 6 was gone then.
    found = figures(world, "S1")
    assert (found["total"], found["NE"], found["UNKNOWN"]) == (2, 1, 1)
    found = figures(world, "S1_in")
    assert (found["total"], found["UNKNOWN"]) == (1, 1)
    assert figures(world, "S1_out") == {"total": 2, "moved_away": 1, "naturalised": 1}


def test_in_the_first_month_nobody_has_come_yet(world: World) -> None:
    world.resident(1, 1)
    assert "total" not in figures(world, "S1_in")


def test_s2_looks_back_36_months(world: World) -> None:
    world.resident(1, 1, arrived_on=date(2022, 9, 30), arrived_in_district_on=date(2022, 9, 30))
    world.resident(2, 2, arrived_on=date(2022, 9, 29), arrived_in_district_on=date(2022, 9, 30))
    world.resident(3, 3, arrived_on=date(2010, 1, 1), arrived_in_district_on=date(2024, 1, 1))
    world.resident(4, 4, arrived_on=date(2010, 1, 1), arrived_in_district_on=date(2012, 1, 1))
    # In Germany for at most 36 months: 1 of 4. In the Kreis: 1, 2 and 3.
    assert figures(world, "S2")["total"] == 25
    assert figures(world, "S2_kreis")["total"] == 75


def test_s4_places_each_resident_in_one_benefit_system(world: World) -> None:
    for person in (1, 2, 3, 4):
        world.resident(person, person)
    world.resident(5, 5, nationality="000")
    for person in (1, 3, 5):
        world.client(20 + person, person)
        world.benefit(person, 20 + person, date(2025, 1, 1))
    asylum_benefit(world, 42, 2)
    asylum_benefit(world, 43, 3)
    # 1 has SGB II, 2 asylum seekers' benefits, 3 both, 4 neither; 5 is German.
    assert figures(world, "S4") == {"total": 4, "SGB2": 1, "ASYLBLG": 1, "BOTH": 1, "NONE": 1}
    # Asylum seekers' benefits: 2 and 3 of four.
    assert figures(world, "S4_asylblg")["total"] == 50


def test_s1_flow_sets_the_status_of_a_year_ago_against_that_of_today(world: World) -> None:
    for person in (1, 2, 3, 4):
        world.resident(person, person, arrived_on=date(2020, 1, 1))
    world.resident(5, 5, arrived_on=date(2025, 2, 1))
    world.resident(6, 6, **B, arrived_on=date(2020, 1, 1), left_reason="FORTZUG",
                   left_on=date(2025, 3, 1))  # fmt: skip
    world.resident(7, 7, **B, arrived_on=date(2010, 1, 1), left_reason="FORTZUG",
                   left_on=date(2024, 9, 30))  # fmt: skip
    title(world, 11, 1, OPPORTUNITY, date(2023, 9, 1), ended_on=date(2025, 3, 1))
    title(world, 12, 1, RIGHT_TO_STAY, date(2025, 3, 1))
    title(world, 13, 2, OPPORTUNITY, date(2023, 9, 1), ended_on=date(2024, 10, 1))
    other(world, 14, 2, "duldung:03", date(2024, 10, 1))
    other(world, 15, 3, "niederlassungserlaubnis:01", date(2024, 10, 1))
    title(world, 16, 3, FAMILY, date(2020, 1, 1), ended_on=date(2024, 10, 1))
    title(world, 17, 6, WORK, date(2021, 1, 1))
    # 1 reached the right to stay, 2 fell back, 3 got an unlimited title, of 4 nothing is known, 5
    # came, 6 went; 7 was gone on 30 September 2024.
    assert figures(world, "S1_flow") == {
        "total": 6,
        "CHANCE > STAY": 1,
        "CHANCE > PENDING": 1,
        "PERMIT > SETTLED": 1,
        "OTHER > OTHER": 1,
        "ABSENT > OTHER": 1,
        "PERMIT > ABSENT": 1,
    }


def test_s4_flow_sets_the_benefits_of_a_year_ago_against_those_of_today(world: World) -> None:
    for person in (1, 2, 3):
        world.resident(person, person, arrived_on=date(2020, 1, 1))
    world.resident(4, 4, arrived_on=date(2025, 2, 1))
    for person, began in ((1, date(2024, 9, 30)), (2, date(2024, 10, 1))):
        world.client(20 + person, person)
        world.benefit(person, 20 + person, began)
    asylum_benefit(world, 44, 4)
    # 1 had SGB II on the last day that counts as a year ago, 2 a day too late; 4 was not here.
    assert figures(world, "S4_flow") == {
        "total": 4,
        "SGB2 > SGB2": 1,
        "NONE > SGB2": 1,
        "NONE > NONE": 1,
        "ABSENT > ASYLBLG": 1,
    }


def test_s5_finds_new_arrivals_whom_nobody_knows(world: World) -> None:
    for person in (1, 2, 3, 4, 5):
        world.resident(person, person)
    world.resident(6, 6, birth_year=1955)
    world.resident(7, 7, arrived_on=date(2015, 1, 1))
    world.client(22, 2)
    world.case(33, 33, 3)
    title(world, 14, 4, WORK, date(2024, 2, 1))
    other(world, 15, 5, "duldung:03", date(2024, 2, 1))
    # Newly arrived and 18 to 65: 1 to 5. The job centre knows 2, the case management 3; 4 may work
    # here, 5 gets asylum seekers' benefits by her status. That leaves 1 of 5.
    assert figures(world, "S5")["total"] == 20


def test_v1_tells_how_long_opportunity_titles_last(world: World) -> None:
    ends = (date(2025, 12, 30), date(2025, 12, 31), date(2026, 6, 1), date(2025, 9, 29))
    for person, end in enumerate(ends, 1):
        world.resident(person, person)
        title(world, 10 + person, person, OPPORTUNITY, date(2024, 9, 1), valid_until=end)
    # Three months from the reference date end on 30 December; the last title has run out.
    found = figures(world, "V1")
    assert (found["total"], found["0_3"], found["4_6"], found["7_12"]) == (3, 1, 1, 1)


def opportunities(world: World) -> None:
    """Six persons with an opportunity title that can be followed for two years or not.

    1 and 6 got a lasting title, 6 after a toleration; 2 on the last day of 24 months, 7 a day after
    them; 3 fell back; 4 began too late; 5 moved away. 3 and 6 were under 27.
    """
    for person in (1, 2, 4, 7):
        world.resident(person, person, birth_year=1990)
    for person in (3, 6):
        world.resident(person, person, birth_year=2005)
    world.resident(5, 5, **B, left_reason="FORTZUG", left_on=date(2024, 6, 1))
    begun = dict.fromkeys((1, 3, 5, 6, 7), date(2023, 5, 1))
    for person, day in {**begun, 2: date(2023, 9, 30), 4: date(2023, 10, 1)}.items():
        until = date(day.year + 1, day.month + 1, 1)
        title(world, 10 + person, person, OPPORTUNITY, day, ended_on=until)
    lasting = {1: date(2024, 10, 1), 2: date(2025, 9, 30), 6: date(2025, 2, 1), 7: date(2025, 5, 2)}
    for person, day in lasting.items():
        title(world, 20 + person, person, RIGHT_TO_STAY, day)
    for person in (3, 6):
        other(world, 30 + person, person, "duldung:03", date(2024, 11, 1))


def test_v2_follows_opportunity_titles_for_24_months(world: World) -> None:
    opportunities(world)
    # Followed for 24 months: 1, 2, 3, 6, 7. Lasting: 1, 2, 6 of 5. Back to toleration: 3 of 5.
    found = figures(world, "V2")
    assert (found["total"], found["2023"]) == (60, 60)
    assert figures(world, "V2_back")["total"] == 20


def test_v4_compares_with_and_without_a_case(world: World) -> None:
    opportunities(world)
    world.case(51, 61, 1, intake_on=date(2023, 6, 1))
    world.case(53, 63, 3, intake_on=date(2022, 1, 1), closed_on=date(2023, 5, 31))
    world.case(52, 62, 2, intake_on=date(2022, 1, 1), closed_on=date(2023, 8, 31))
    world.case(57, 67, 7, intake_on=date(2025, 1, 1))
    # A case while holding the title: 1 and 3. 2 had one before it, 7 one after it.
    found = figures(world, "V4_with")
    assert found["total"] == 50
    # Without: 2, 6, 7, of whom 2 and 6 have lasting titles.
    without = figures(world, "V4_without")
    assert without["total"] == 66.6667
    # Like beside like, by age: under 27 3 with a case and 6 without, from 27 on 1 with and 2, 7
    # without.
    assert {k: found[k] for k in ("under_27", "27_and_over")} == {"under_27": 0, "27_and_over": 100}
    assert {k: without[k] for k in ("under_27", "27_and_over")} == {
        "under_27": 100,
        "27_and_over": 50,
    }


def test_v5_asks_who_lives_on_sgb2_alone(world: World) -> None:
    for person in (1, 2, 3):
        world.resident(person, person)
        world.client(20 + person, person)
        title(world, 10 + person, person, OPPORTUNITY, date(2024, 9, 1))
    for person in (1, 2):
        world.benefit(person, 20 + person, date(2025, 1, 1))
    job = {"employment_type": "GERINGFUEGIG", "began_on": date(2025, 1, 1)}
    world.row("job_centre_employment", 31, record_pseudonym=key(22), **job)
    # 1 has benefits and no work, 2 a small job beside them, 3 no benefits: 1 of 3.
    assert figures(world, "V5")["total"] == 33.3333


def test_v6_needs_five_years_of_permits_a_year_ago(world: World) -> None:
    for person in (1, 2, 3, 4, 5):
        world.resident(person, person, arrived_on=date(2014, 1, 1))
    title(world, 11, 1, FAMILY, date(2019, 9, 30), ended_on=date(2025, 2, 28))
    other(world, 12, 1, "niederlassungserlaubnis:01", date(2025, 3, 1))
    for person, again in ((2, date(2022, 4, 3)), (4, date(2022, 4, 4))):
        title(world, 10 * person, person, FAMILY, date(2018, 1, 1), ended_on=date(2021, 12, 31))
        title(world, 10 * person + 1, person, WORK, again)
    title(world, 31, 3, FAMILY, date(2019, 10, 1))
    title(world, 51, 5, FAMILY, date(2015, 1, 1), ended_on=date(2024, 8, 31))
    other(world, 52, 5, "niederlassungserlaubnis:01", date(2024, 9, 1))
    # On 30 September 2024 1 had permits for five years, and 2, whose break was of 92 days; 3 a day
    # less, 4 a break of 93 days, 5 no permit any more. Unlimited since: 1 of 2.
    assert figures(world, "V6")["total"] == 50
