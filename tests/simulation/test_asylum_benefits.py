"""Social offices: who receives asylum seekers' benefits, in which town, and how it is written."""

from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

from delivery_readers import workbook_rows

from kim_pipeline.simulation.asylum_benefits import delivered as records_of
from kim_pipeline.simulation.asylum_grants import STATUS_GROUPS, benefit_kind, grants_of
from kim_pipeline.simulation.naturalisations import title_on
from kim_pipeline.simulation.place import Place
from kim_pipeline.simulation.population import Home
from kim_pipeline.simulation.world import World, invent_world

MONTH, TODAY = date(2025, 11, 1), date(2025, 11, 30)
RESIDENTS = 2500


def _rows(out: Path, month: str = "2025-11") -> list[dict[str, object]]:
    files = sorted((out / "asylum_benefits" / month).glob("*.xlsx"))
    return [row for file in files for row in workbook_rows(file)]


def test_each_town_delivers_a_workbook_of_its_own(delivered: Path, place: Place) -> None:
    for town in place.towns:
        rows = workbook_rows(delivered / f"asylum_benefits/2025-11/{town.ags}.xlsx")
        assert {str(row["Gemeindeschluessel"]).removesuffix(".0").zfill(8) for row in rows} == {
            town.ags
        }


def test_two_towns_use_the_same_numbers_each_only_once(delivered: Path, place: Place) -> None:
    numbers = [
        [row["Aktenzeichen"] for row in workbook_rows(file)]
        for file in sorted((delivered / "asylum_benefits/2025-11").glob("*.xlsx"))
    ]
    assert all(len(found) == len(set(found)) for found in numbers)
    assert len(set().union(*numbers)) < sum(map(len, numbers))


def test_a_grant_keeps_its_number_however_many_months_are_invented(place: Place) -> None:
    worlds = [
        invent_world(
            place, persons=600, first_month=MONTH, months=months, seed=3, progress=lambda _: None
        )
        for months in (1, 4)
    ]
    short, long = ({r.number: r.given_number for r in w.asylum_benefits} for w in worlds)
    assert len(short) > 10
    assert short.items() <= long.items()


def test_recipients_are_as_many_as_in_a_real_kreis(world: World) -> None:
    records = [r for found in records_of(world, MONTH).values() for r in found]
    receiving = [r for r in records if r.grant and not (r.grant.ended and r.grant.ended < TODAY)]
    assert 0.025 < len(receiving) / RESIDENTS < 0.055


def test_recipients_hold_the_status_that_opens_the_benefits(world: World) -> None:
    for record in world.asylum_benefits:
        assert record.grant
        held = title_on(record.life.titles, record.grant.began)
        assert held is not None
        assert held.status_group in STATUS_GROUPS


def test_grants_of_a_person_never_overlap(world: World) -> None:
    by_person: dict[int, list[tuple[date, date]]] = {}
    for record in world.asylum_benefits:
        assert record.grant
        span = record.grant.began, record.grant.ended or date.max
        by_person.setdefault(record.life.person.number, []).append(span)
    for spans in by_person.values():
        spans.sort()
        # A grant is paid to the end of its month, in which the next town may already pay.
        assert all(later[0] > earlier[0] for earlier, later in pairwise(spans))


def test_a_move_to_another_town_begins_another_grant(world: World) -> None:
    life, grant = next(
        (r.life, r.grant)
        for r in world.asylum_benefits
        if r.grant and r.grant.ended and r.grant.began < date(2025, 1, 1) and r.grant.ended > TODAY
    )
    old = life.household.home_on(grant.began)
    here, there = (town.ags for town in world.place.towns)
    homes = tuple(
        Home(since, replace(old.address, ags=ags))
        for since, ags in ((grant.began, here), (date(2025, 9, 10), there))
    )
    moved = replace(life, household=replace(life.household, homes=homes))
    first, second = grants_of(world.seed, moved, world.frame)
    assert (first.town_ags, first.ended) == (here, date(2025, 9, 30))
    assert (second.town_ags, second.began, second.ended) == (
        there,
        date(2025, 9, 10),
        grant.ended,
    )


def test_towns_keep_days_and_numbers_in_their_own_manner(delivered: Path) -> None:
    kinds = {type(row["Beginn"]) for row in _rows(delivered)}
    assert kinds == {str, date}
    assert {type(row["PLZ"]) for row in _rows(delivered)} == {str, float}


def test_benefits_like_social_assistance_come_after_three_years(world: World) -> None:
    lives = [record.life for record in world.asylum_benefits]
    assert {benefit_kind(life, TODAY) for life in lives} == {"GRUND", "ANALOG"}
    early = [life for life in lives if life.person.arrived > date(2023, 1, 1)]
    assert {benefit_kind(life, date(2025, 11, 30)) for life in early} == {"GRUND"}
