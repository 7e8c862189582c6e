"""Households: a head, perhaps a spouse and children, with their homes and departure."""

from collections import Counter
from dataclasses import dataclass, field, replace
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
    forefather,
    given_names,
    spouse_name,
)
from kim_pipeline.simulation.numbers import Numbers, register_number
from kim_pipeline.simulation.population import Household, Person

# In a family with 1 January dates every other member has one, so that they lie together.
NEW_YEAR_TOGETHER = 0.5


@dataclass
class HouseholdMaker:
    """Makes households one after another; the only state is the running numbers."""

    seed: int
    place: PlaceMap
    today: date
    horizon: date

    numbers: Numbers
    _registered: Counter[date] = field(default_factory=Counter)
    _new_year: float = 0.0

    def __post_init__(self) -> None:
        self._households = count(self.numbers.first)
        self._persons = count(self.numbers.first)

    def make(self, arrival: Arrival, left: date | None = None) -> Household:
        """Make one household from its arrival; `left` is a departure decided beforehand."""
        number = next(self._households)
        rng = stream(self.seed, "household", number)
        kind = assumptions().of_group("household_type", arrival.nationality.route).draw(rng)
        together = rng.random() < arrival.nationality.new_year_birth_share / NEW_YEAR_TOGETHER
        self._new_year = NEW_YEAR_TOGETHER if together else 0.0
        members = self._members(rng, arrival, kind)
        reason = "FORTZUG"
        if left is None:
            left = self._departure(rng, arrival)
        else:
            later = left
            members = tuple(p for p in members if p.role == "HV" or p.arrived < later)
        if left and rng.random() < assumptions().number("leaves_abroad_unknown"):
            reason = "UNBEKANNT"
        homes = homes_of(rng, self.place, arrival, self.horizon)
        return Household(
            number, arrival.nationality.route, arrival.entry, members, homes, left, reason
        )

    def again(
        self, household: Household, day: date, place: PlaceMap, *, shift: int = 0
    ) -> Household:
        """Let a household that left begin anew on a day: new numbers and homes, the same people.

        `shift` is added to the numbers; 0 takes the next ones.
        """
        number = household.number + shift if shift else next(self._households)
        rng = stream(self.seed, "again", number)
        nationality = household.head.nationality
        arrival = Arrival(nationality, household.entry, household.head.arrived, day)
        members = tuple(
            replace(
                p,
                number=p.number + shift if shift else next(self._persons),
                arrived=p.arrived if shift or p.arrived > day else day,
                arrived_in_district=max(day, p.arrived),
            )
            for p in household.members
        )
        homes = homes_of(rng, place, arrival, self.horizon)
        left = self._departure(rng, arrival)
        return replace(
            household, number=number, members=members, homes=homes, left=left, again=None
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
        father: Person | None = None,
    ) -> Person:
        nationality = arrival.nationality
        family = family or family_name(rng, nationality, sex)
        passport, real = birth_dates(rng, birth, new_year=self._new_year)
        if born_here:
            passport = real = birth
        arrived = max(passport, real) if born_here else max(joined or arrival.country, real)
        number = next(self._persons)
        fathers = (
            (father.given.split(" ")[0], father.forefathers[0])
            if father
            else (forefather(rng, nationality), forefather(rng, nationality))
        )
        return Person(
            number=number,
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
            truth=number,
            register_number=self._register_number(arrived + days(number % 21), nationality.code),
            forefathers=fathers,
        )

    def _register_number(self, registered: date, nationality: str) -> str:
        """Return the next register number of a day; Germans have none."""
        if nationality == "000":
            return ""
        index = self.numbers.first_index + self._registered[registered]
        self._registered[registered] += 1
        return register_number(registered, self.numbers.segment, index)

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
            rng,
            arrival,
            "KIND",
            sex,
            birth,
            family=family,
            joined=joined,
            born_here=here,
            father=father,
        )

    def _newborn(self, rng: Stream, arrival: Arrival, parents: list[Person]) -> list[Person]:
        mother = next((p for p in parents[:2] if p.sex == "w"), parents[0])
        born = self.today + days(rng.expovariate(assumptions().number("births")) * YEAR)
        if born > self.horizon or years_between(mother.birth, born) > 42:
            return []
        return [self._child(rng, arrival, parents[:2], max(born, arrival.district), born)]
