"""Planted cases that are hard to link: people who must not be taken for each other."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher

from kim_pipeline.simulation.arrivals import Arrival
from kim_pipeline.simulation.chance import Stream, stream
from kim_pipeline.simulation.dates import YEAR, days
from kim_pipeline.simulation.households import HouseholdMaker
from kim_pipeline.simulation.identities import pool_of
from kim_pipeline.simulation.nationalities import nationalities
from kim_pipeline.simulation.population import Household, Person


@dataclass(frozen=True, slots=True)
class HardCase:
    """People who must not be taken for each other, or one person with records of two kinds."""

    kind: str
    persons: tuple[int, ...]


ONE_PER = 1200
_SONS = ("Mohammad", "Ahmad", "Mahmoud", "Hamid")
_DAUGHTERS = ("Amina", "Amira", "Amal", "Aisha")
_SAME_HOME = 0.3
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


def _alike(person: Person) -> str:
    """Return the given name of the region that looks most like somebody's."""
    first = person.given.split(" ", maxsplit=1)[0]
    known = pool_of(person.nationality).given["m" if person.sex == "m" else "f"].items
    others = [name for name in known if name != first]
    return max(others, key=lambda name: SequenceMatcher(None, first, name).ratio())


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
        given=_alike(first),
    )
    return [_with(household, twin)], HardCase("twins", (first.number, second.number))


def _new_year_siblings(rng: Stream, maker: HouseholdMaker) -> tuple[list[Household], HardCase]:
    household = _family(rng, maker)
    siblings = _children(household)
    for index, child in enumerate(siblings):
        names = _SONS if child.sex == "m" else _DAUGHTERS
        day = date(child.birth.year, 1, 1)
        household = _with(household, replace(child, birth=day, given=names[index % len(names)]))
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
    second = _with(pair[1], copy)
    if rng.random() < _SAME_HOME:
        second = replace(second, homes=pair[0].homes)
    return [pair[0], second], case


_Kind = Callable[[Stream, HouseholdMaker], tuple[list[Household], HardCase]]
_KINDS: tuple[_Kind, ...] = (_twins, _new_year_siblings, _father_and_son, _namesakes)


def hard_households(
    maker: HouseholdMaker, persons: int, seed: int
) -> tuple[list[Household], list[HardCase]]:
    """Make households with planted hard cases, a few per kind, about one per 1,200 persons."""
    rng = stream(seed, "hard cases")
    households, cases = [], []
    for kind in _KINDS:
        for _ in range(max(1, persons // ONE_PER) if persons >= 300 else 0):
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
