"""Persons and households as they truly are: who they are, when they came, where they live."""

from dataclasses import dataclass
from datetime import date

from kim_pipeline.simulation.addresses import Address
from kim_pipeline.simulation.nationalities import Nationality


@dataclass(frozen=True, slots=True)
class Person:
    """A human being; `birth` is what the passport says, `real_birth` what is true.

    Who comes back after a departure or from another Kreis has a new number and the old `truth`;
    `forefathers` are the given names of father and grandfather.
    """

    number: int
    role: str
    sex: str
    nationality: Nationality
    given: str
    family: str
    birth_name: str
    birth: date
    real_birth: date
    birth_place: str
    arrived: date
    arrived_in_district: date
    truth: int
    register_number: str
    forefathers: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Home:
    """An address and the day from which a household lives there."""

    since: date
    address: Address


@dataclass(frozen=True, slots=True)
class Household:
    """People who live and move together; the first member is the head.

    From `again` on they are another household: they came back, or they live in another Kreis.
    """

    number: int
    route: str
    entry: str
    members: tuple[Person, ...]
    homes: tuple[Home, ...]
    left: date | None
    left_reason: str
    again: date | None = None

    @property
    def head(self) -> Person:
        """Return the first member."""
        return self.members[0]

    def home_on(self, day: date) -> Home:
        """Return the home of a day; the first one for earlier days."""
        current = self.homes[0]
        for home in self.homes:
            if home.since <= day:
                current = home
        return current

    def home_before(self, home: Home) -> Home:
        """Return the home before this one, or the same one when it is the first."""
        return self.homes[max(0, self.homes.index(home) - 1)]
