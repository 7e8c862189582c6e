"""Sizes, shares and difficulty are those of a real Kreis as far as they are published."""

from collections import Counter
from datetime import date

from kim_pipeline.simulation import case_management, immigration_office, job_centre
from kim_pipeline.simulation.dates import last_day
from kim_pipeline.simulation.hard_cases import HardCase
from kim_pipeline.simulation.letters import fit_letters, systems
from kim_pipeline.simulation.records import Record
from kim_pipeline.simulation.world import World

MONTH = date(2025, 8, 1)
TODAY = last_day(MONTH)
RESIDENTS = 2500


def _by_person(records: list[Record]) -> dict[int, list[Record]]:
    found: dict[int, list[Record]] = {}
    for record in records:
        found.setdefault(record.life.person.truth, []).append(record)
    return found


def _plain(record: Record) -> tuple[str, str, str]:
    """Return names and birth date as they stand in the delivery."""
    who, letters = record.identity_on(TODAY), systems()[record.source].letters
    given, family = (fit_letters(name.lower(), letters) for name in (who.given, who.family))
    return given, family, who.birth.iso()


def test_each_source_is_as_large_as_in_a_real_kreis(world: World) -> None:
    assert 1.4 < len(immigration_office.delivered(world, MONTH)) / RESIDENTS < 1.6
    assert 0.40 < len(job_centre.delivered(world, MONTH)) / RESIDENTS < 0.53
    assert 0.025 < len(case_management.rows_of(world, MONTH)["clients"]) / RESIDENTS < 0.05
    records = immigration_office.delivered(world, MONTH)
    procedures = [row for r in records for row in immigration_office.naturalisation_rows(r, TODAY)]
    assert 0.04 < len(procedures) / RESIDENTS < 0.08


def test_about_three_in_a_hundred_files_are_of_people_who_are_gone(world: World) -> None:
    live = [
        r for r in immigration_office.delivered(world, MONTH) if r.filed is None or r.filed > TODAY
    ]
    gone = [r for r in live if r.life.left and r.life.left <= TODAY]
    assert 0.015 < len(gone) / len(live) < 0.045


def test_new_year_birth_dates_follow_nationality_and_are_shared(world: World) -> None:
    office, customers = (
        _by_person(found)
        for found in (immigration_office.delivered(world, MONTH), list(world.job_centre))
    )
    both = [(office[p][0], customers[p][0]) for p in office.keys() & customers.keys()]
    syrian = [pair for pair in both if pair[0].life.person.nationality.code == "475"]
    new_year = [
        [r.identity_on(TODAY).birth.iso().endswith("01-01") for r in pair] for pair in syrian
    ]
    some = [pair for pair in new_year if any(pair)]
    assert 0.08 < len(some) / len(syrian) < 0.28
    assert sum(map(all, some)) / len(some) > 0.7


def test_plain_matching_finds_half_to_two_thirds_of_the_pairs(world: World) -> None:
    office, customers = (
        _by_person(list(world.immigration_office)),
        _by_person(list(world.job_centre)),
    )
    pairs = [
        _plain(one) == _plain(other)
        for person in office.keys() & customers.keys()
        for one in office[person]
        for other in customers[person]
    ]
    assert 0.48 < sum(pairs) / len(pairs) < 0.68


def test_files_are_doubled_as_often_as_the_table_says(world: World) -> None:
    numbers = Counter(r.life.person.number for r in world.immigration_office)
    doubled = sum(count > 1 for count in numbers.values())
    assert 0.006 < doubled / len(numbers) < 0.018
    second = [r for r in world.immigration_office if r.duplicate_of]
    assert second


def test_hundreds_live_at_one_address_and_families_share_theirs(world: World) -> None:
    homes = Counter(
        life.household.home_on(TODAY).address
        for life in world.lives
        if life.foreign_resident_on(TODAY)
    )
    assert homes.most_common(1)[0][1] > 0.02 * RESIDENTS


def test_twins_have_names_that_look_alike_and_one_birth_date(world: World) -> None:
    lives = {life.person.number: life for life in world.lives}
    for case in _of_kind(world, "twins"):
        one, other = (lives[number].person for number in case.persons)
        assert one.birth == other.birth
        assert one.given.split(" ")[0] != other.given
        assert set(one.given.lower()) & set(other.given.lower())


def test_each_kind_of_pair_occurs_about_once_in_1200_residents(world: World) -> None:
    for kind in ("twins", "father_and_son", "siblings_on_1_january", "same_name_and_birth"):
        assert len(_of_kind(world, kind)) == RESIDENTS // 1200


def _of_kind(world: World, kind: str) -> list[HardCase]:
    return [case for case in world.hard_cases if case.kind == kind]
