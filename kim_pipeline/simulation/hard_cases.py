"""Planted cases that are hard to link: twins, namesakes, fathers and sons, siblings."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from kim_pipeline.simulation.arrivals import Arrival
from kim_pipeline.simulation.chance import Stream, stream
from kim_pipeline.simulation.dates import YEAR, days
from kim_pipeline.simulation.households import HouseholdMaker
from kim_pipeline.simulation.nationalities import nationalities
from kim_pipeline.simulation.population import Household, Person


@dataclass(frozen=True, slots=True)
class HardCase:
    """People who must not be taken for each other."""

    kind: str
    persons: tuple[int, ...]


_ONE_PER = 1200
_ORIGINS = ("475", "423", "438", "224", "163")


def _family(rng: Stream, maker: HouseholdMaker) -> Household:
    """Make a refugee or Turkish family with at least two children."""
    while True:
        nationality = nationalities()[rng.choice(_ORIGINS)]
        came = maker.today - days(rng.uniform(1, 9) * YEAR)
        household = maker.make(Arrival(nationality, "asylum", came, came), date.max)
        children = [p for p in household.members if p.role == "KIND" and p.arrived < maker.today]
        if len(children) >= 2:
            return replace(household, left=None, left_reason="")


def _children(household: Household) -> list[Person]:
    return [p for p in household.members if p.role == "KIND"]


def _with(household: Household, changed: Person) -> Household:
    members = tuple(changed if p.number == changed.number else p for p in household.members)
    return replace(household, members=members)


def _twins(rng: Stream, maker: HouseholdMaker) -> tuple[list[Household], HardCase]:
    household = _family(rng, maker)
    first, second = _children(household)[:2]
    twin = replace(
        second,
        birth=first.birth,
        real_birth=first.real_birth,
        birth_place=first.birth_place,
        arrived=first.arrived,
        arrived_in_district=first.arrived_in_district,
        sex=first.sex,
    )
    return [_with(household, twin)], HardCase("twins", (first.number, second.number))


def _new_year_siblings(rng: Stream, maker: HouseholdMaker) -> tuple[list[Household], HardCase]:
    household = _family(rng, maker)
    siblings = _children(household)
    for child in siblings:
        day = date(child.birth.year, 1, 1)
        household = _with(household, replace(child, birth=day))
    return [household], HardCase("siblings_on_1_january", tuple(p.number for p in siblings))


def _father_and_son(rng: Stream, maker: HouseholdMaker) -> tuple[list[Household], HardCase]:
    household = _family(rng, maker)
    father, son = household.members[0], _children(household)[0]
    father = replace(father, sex="m", birth=date(father.birth.year, 1, 1))
    son = replace(
        son,
        sex="m",
        given=father.given,
        family=father.family,
        birth_name=father.family,
        birth=date(son.birth.year, 1, 1),
    )
    case = HardCase("father_and_son", (father.number, son.number))
    return [_with(_with(household, father), son)], case


def _namesakes(rng: Stream, maker: HouseholdMaker) -> tuple[list[Household], HardCase]:
    nationality = nationalities()[rng.choice(_ORIGINS)]
    pair: list[Household] = []
    while len(pair) < 2:
        came = maker.today - days(rng.uniform(1, 9) * YEAR)
        household = maker.make(Arrival(nationality, "asylum", came, came), date.max)
        if len(household.members) == 1:
            pair.append(replace(household, left=None, left_reason=""))
    one, other = pair[0].head, pair[1].head
    copy = replace(
        other,
        given=one.given,
        family=one.family,
        birth_name=one.birth_name,
        birth=one.birth,
        real_birth=one.real_birth,
        sex=one.sex,
    )
    case = HardCase("same_name_and_birth", (one.number, other.number))
    return [pair[0], _with(pair[1], copy)], case


_Kind = Callable[[Stream, HouseholdMaker], tuple[list[Household], HardCase]]
_KINDS: tuple[_Kind, ...] = (_twins, _new_year_siblings, _father_and_son, _namesakes)


def hard_households(
    maker: HouseholdMaker, persons: int, seed: int
) -> tuple[list[Household], list[HardCase]]:
    """Make households with planted hard cases, a few per kind, about one per 1,200 persons."""
    rng = stream(seed, "hard cases")
    households, cases = [], []
    for kind in _KINDS:
        for _ in range(max(1, persons // _ONE_PER) if persons >= 300 else 0):
            made, case = kind(rng, maker)
            households.extend(made)
            cases.append(case)
    return households, cases


def notes_of(seed: int, cases: list[HardCase]) -> dict[int, tuple[int, ...]]:
    """Return person → others about whom the immigration office noted "another person"."""
    rng = stream(seed, "notes")
    noted = {"same_name_and_birth": 0.7, "father_and_son": 0.4, "twins": 0.3}
    notes: dict[int, tuple[int, ...]] = {}
    for case in cases:
        if rng.random() < noted.get(case.kind, 0.0):
            for person in case.persons:
                notes[person] = tuple(other for other in case.persons if other != person)
    return notes
