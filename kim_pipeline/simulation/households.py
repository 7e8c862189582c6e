"""Households: a head, perhaps a spouse and children, with their homes and departure."""

from dataclasses import dataclass
from datetime import date
from itertools import count

from kim_pipeline.simulation.addresses import PlaceMap
from kim_pipeline.simulation.arrivals import Arrival, span
from kim_pipeline.simulation.assumptions import assumptions
from kim_pipeline.simulation.chance import Stream, stream
from kim_pipeline.simulation.dates import YEAR, days, some_day, years_between
from kim_pipeline.simulation.homes import homes_of
from kim_pipeline.simulation.identities import (
    birth_dates,
    birth_places,
    child_name,
    family_name,
    given_names,
    spouse_name,
)
from kim_pipeline.simulation.population import Household, Person


@dataclass
class HouseholdMaker:
    """Makes households one after another; the only state is the running numbers."""

    seed: int
    place: PlaceMap
    today: date
    horizon: date

    def __post_init__(self) -> None:
        self._households = count(1)
        self._persons = count(1)

    def make(self, arrival: Arrival, left: date | None = None) -> Household:
        """Make one household from its arrival; `left` is a departure decided beforehand."""
        number = next(self._households)
        rng = stream(self.seed, "household", number)
        kind = assumptions().of_group("household_type", arrival.nationality.route).draw(rng)
        members = self._members(rng, arrival, kind)
        reason = "FORTZUG"
        if left is None:
            left = self._departure(rng, arrival)
        if left and rng.random() < assumptions().number("leaves_abroad_unknown"):
            reason = "UNBEKANNT"
        homes = homes_of(rng, self.place, arrival, self.horizon)
        return Household(
            number, arrival.nationality.route, arrival.entry, members, homes, left, reason
        )

    def _departure(self, rng: Stream, arrival: Arrival) -> date | None:
        rate = assumptions().rate("leaves", arrival.nationality.route)
        start = max(self.today, arrival.district)
        left = start + days(1 + rng.expovariate(rate) * YEAR)
        return left if left <= self.horizon else None

    def _members(self, rng: Stream, arrival: Arrival, kind: str) -> tuple[Person, ...]:
        head = self._head(rng, arrival, kind)
        people = [head]
        joined = arrival.country
        if arrival.entry == "asylum" and rng.random() < assumptions().number("joins_later"):
            joined = some_day(rng, arrival.country + days(300), arrival.country + days(1500))
        joined = min(joined, max(self.today, arrival.district))
        if kind in {"couple", "family"}:
            people.append(self._spouse(rng, arrival, head, joined))
        if kind in {"family", "lone_parent"}:
            people.extend(self._children(rng, arrival, people, joined))
        if kind in {"couple", "family"}:
            people.extend(self._newborn(rng, arrival, people))
        return tuple(people)

    def _head(self, rng: Stream, arrival: Arrival, kind: str) -> Person:
        nationality = arrival.nationality
        mother = kind == "lone_parent" or (nationality.code == "166" and kind == "family")
        male = nationality.male_share if kind == "single" else 0.8
        sex = "w" if (mother and rng.random() < 0.88) or rng.random() > male else "m"
        stay = years_between(arrival.country, self.today)
        share = assumptions().rate("born_in_germany_share", nationality.route)
        if stay > 20 and rng.random() < share:
            birth = arrival.country
            return self._person(rng, arrival, "HV", sex, birth, born_here=True)
        table = "other" if nationality.route not in {"asylum", "ukraine"} else nationality.route
        years = span(rng, assumptions().of_group("age_at_arrival", table).draw(rng))
        if nationality.code == "000":
            years = span(rng, assumptions().draw("age_of_germans").draw(rng)) - stay
        if kind == "family" and stay < 12:
            years = max(years, 23.0)
        years = min(years, 92.0 - stay)
        birth = arrival.country - days(years * YEAR)
        return self._person(rng, arrival, "HV", sex, birth, born_here=nationality.code == "000")

    def _person(  # noqa: PLR0913 (facts of one person)
        self,
        rng: Stream,
        arrival: Arrival,
        role: str,
        sex: str,
        birth: date,
        *,
        born_here: bool = False,
        family: str = "",
        at_birth: str = "",
        joined: date | None = None,
    ) -> Person:
        nationality = arrival.nationality
        family = family or family_name(rng, nationality, sex)
        passport, real = birth_dates(rng, nationality, birth, abroad=not born_here)
        if born_here:
            passport = real = birth
        arrived = max(passport, real) if born_here else max(joined or arrival.country, real)
        return Person(
            number=next(self._persons),
            role=role,
            sex="d" if rng.random() < 0.0008 else sex,
            nationality=nationality,
            given=given_names(rng, nationality, sex),
            family=family,
            birth_name=at_birth or family,
            birth=passport,
            real_birth=real,
            birth_place=rng.choice(birth_places(nationality, born_here=born_here)),
            arrived=arrived,
            arrived_in_district=max(arrived, arrival.district),
        )

    def _spouse(self, rng: Stream, arrival: Arrival, head: Person, joined: date) -> Person:
        sex = "w" if head.sex == "m" else "m"
        birth = head.birth + days(rng.gauss(0, assumptions().number("spouse_age_gap")) * YEAR)
        birth = min(birth, max(head.birth, self.today - days(19 * YEAR)))
        name = spouse_name(rng, arrival.nationality, sex, head.family)
        return self._person(
            rng,
            arrival,
            "PARTNER",
            sex,
            birth,
            family=name.now,
            at_birth=name.at_birth,
            joined=joined,
            born_here=arrival.nationality.code == "000",
        )

    def _children(
        self, rng: Stream, arrival: Arrival, parents: list[Person], joined: date
    ) -> list[Person]:
        number = int(assumptions().of_group("children", arrival.nationality.route).draw(rng))
        youngest = max(parent.birth for parent in parents)
        first = max(youngest + days(19 * YEAR), self.today - days(20 * YEAR))
        last = min(self.today, youngest + days(44 * YEAR))
        if first >= last:
            return []
        return [
            self._child(rng, arrival, parents, some_day(rng, first, last), joined)
            for _ in range(number)
        ]

    def _child(
        self, rng: Stream, arrival: Arrival, parents: list[Person], birth: date, joined: date
    ) -> Person:
        father = next((p for p in parents if p.sex == "m"), parents[0])
        sex = "w" if rng.random() < 0.487 else "m"
        family = child_name(arrival.nationality, sex, father.given, father.family)
        here = birth >= joined or arrival.nationality.code == "000"
        return self._person(
            rng, arrival, "KIND", sex, birth, family=family, joined=joined, born_here=here
        )

    def _newborn(self, rng: Stream, arrival: Arrival, parents: list[Person]) -> list[Person]:
        mother = next((p for p in parents[:2] if p.sex == "w"), parents[0])
        born = self.today + days(rng.expovariate(assumptions().number("births")) * YEAR)
        if born > self.horizon or years_between(mother.birth, born) > 42:
            return []
        return [self._child(rng, arrival, parents[:2], max(born, arrival.district), born)]
