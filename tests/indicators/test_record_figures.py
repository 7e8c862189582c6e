"""Indicators of the records: each on a few persons, with figures worked out by hand.

The reference date is 30 September 2025; the first delivery of each source was for January.
"""

from datetime import UTC, date, datetime

from indicators.exact_figures import figures
from world import TOWN, World, key

OPENED = date(2025, 1, 1)


def test_q2_asks_every_record_of_a_source_for_its_attributes(world: World) -> None:
    world.resident(1, 1)
    world.resident(2, 2, birth_year=None)
    world.client(3, 2)
    world.resident(4, 3, arrived_on=date(1989, 12, 31))
    world.client(5, 3, sex=None)
    world.resident(6, 4)
    world.resident(7, 4, nationality=None)
    world.resident(8, 5, town_ags=None, valid_from=OPENED, valid_to=date(2025, 9, 1))
    # Immigration office: 1 is sound; 2 has no year of birth, 3 arrived before it, of 4 one of two
    # records is flawed; 5 is not there any more. So 1 of 4.
    assert figures(world, "Q2_immigration_office")["total"] == 25
    # Job centre: 2 is sound there, 3 has no sex: 1 of 2.
    assert figures(world, "Q2_job_centre")["total"] == 50
    world.case(9, 19, 6)
    # Case management: the one client has neither year of birth nor town.
    assert figures(world, "Q2_case_management")["total"] == 0


def recipient(world: World, person: int, began_on: date, first_month: date) -> None:
    """Write a recipient of asylum seekers' benefits, delivered from a month on."""
    attributes = {"birth_year": 1990, "sex": "m", "nationality": "475", "town_ags": TOWN}
    row = {"record_pseudonym": key(person), "began_on": began_on, "valid_from": first_month}
    world.row("asylum_benefits_recipients", person, **attributes, **row)
    world.link("asylum_benefits", person, person)


def test_q2_holds_for_every_source_with_a_contract(world: World) -> None:
    world.deliver("asylum_benefits", OPENED, known_at=datetime(2025, 2, 5, 6, tzinfo=UTC))
    recipient(world, 1, date(2020, 1, 1), OPENED)
    recipient(world, 2, date(2025, 7, 15), date(2025, 8, 1))
    recipient(world, 3, date(2025, 5, 1), date(2025, 8, 1))
    assert figures(world, "Q2_asylum_benefits")["total"] == 100
    # New in August: 2, begun 17 days before, and 3, begun three months before: 1 of 2.
    assert figures(world, "Q2_late_asylum_benefits")["total"] == 50


def test_q2_late_compares_the_first_delivery_with_what_it_tells_of(world: World) -> None:
    for source in ("immigration_office", "job_centre", "case_management"):
        world.deliver(source, OPENED, known_at=datetime(2025, 2, 5, 6, tzinfo=UTC))
    moved_in = {1: date(2025, 6, 30), 2: date(2025, 6, 29), 3: date(2020, 1, 1)}
    for person, day in moved_in.items():
        since = OPENED if person == 3 else date(2025, 8, 1)
        world.resident(person, person, arrived_in_district_on=day, valid_from=since)
    world.resident(4, 4, valid_from=date(2025, 8, 1))
    # 31 days before August: 1 July. Told in August for the first time: 1, 2 (4 without a day of
    # moving in); 3 was there from the beginning. Both moved in before 1 July.
    assert figures(world, "Q2_late_immigration_office")["total"] == 100
    for person, began_on in ((1, date(2025, 7, 1)), (2, date(2025, 6, 30))):
        row = {"record_pseudonym": key(person), "valid_from": date(2025, 8, 1)}
        world.row("job_centre_persons", person, **row)
        world.link("job_centre", person, person)
        world.benefit(20 + person, person, began_on)
    # 1 July is 31 days before August and not late; 30 June is.
    assert figures(world, "Q2_late_job_centre")["total"] == 50
    world.case(5, 15, 5, intake_on=date(2025, 7, 31))
    # First delivered in September: 31 July is 32 days before it.
    assert figures(world, "Q2_late_case_management")["total"] == 100
