"""Who settles in a Kreis: residents, those who left or came back, arrivals, Germans on benefits."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kim_pipeline.simulation.arrivals import Arrival, new_arrival, stock_arrival
from kim_pipeline.simulation.assumptions import assumptions
from kim_pipeline.simulation.chance import stream
from kim_pipeline.simulation.dates import YEAR, add_months, days, some_day
from kim_pipeline.simulation.households import HouseholdMaker
from kim_pipeline.simulation.life_courses import Frame, Life, live
from kim_pipeline.simulation.nationalities import german_with_origin, nationalities, residents
from kim_pipeline.simulation.population import Household


@dataclass
class Settlement:
    """Settles households until the Kreis is as large as asked."""

    maker: HouseholdMaker
    frame: Frame
    seed: int

    def stock(self, persons: int, known: Sequence[Life]) -> Iterator[Life]:
        """Yield lives until, with those known, exactly so many foreigners live here."""
        found = sum(life.foreign_resident_on(self.frame.today) for life in known)
        rng = stream(self.seed, "stock", self.maker.numbers.first)
        while found < persons:
            arrival = stock_arrival(rng, residents().draw(rng), self.frame.today)
            lives = live(self.maker.make(arrival), self.frame)
            present = sum(life.foreign_resident_on(self.frame.today) for life in lives)
            if found + present <= persons:
                found += present
                yield from lives

    def departed(self, persons: float) -> Iterator[Life]:
        """Yield the lives of those who left while file B is kept, and of a few who came back."""
        rng = stream(self.seed, "departed", self.maker.numbers.first)
        found = 0
        table = assumptions()
        first = add_months(self.frame.today, 1 - int(table.number("file_b_months")))
        while found < persons:
            left = some_day(rng, first, self.frame.today - days(1))
            arrival = stock_arrival(rng, residents().draw(rng), left)
            household = self.maker.make(arrival, left)
            if rng.random() < table.number("returns"):
                yield from self._returned(household, left)
                continue
            lives = live(household, self.frame)
            found += len(lives)
            yield from lives

    def _returned(self, household: Household, left: date) -> Iterator[Life]:
        """Yield the lives before a departure and after the return."""
        rng = stream(self.seed, "return", household.number)
        day = left + days(60 + rng.expovariate(1 / 500))
        if day <= self.frame.horizon:
            household = replace(household, again=day)
            yield from live(self.maker.again(household, day, self.maker.place), self.frame)
        yield from live(household, self.frame)

    def arrivals(self, month: date, persons: float) -> Iterator[Life]:
        """Yield the lives of those who arrive in one month."""
        rng = stream(self.seed, "arrivals", month.isoformat(), self.maker.numbers.first)
        found = 0
        while found < persons:
            arrival = new_arrival(rng, residents().draw(rng), month)
            lives = live(self.maker.make(arrival), self.frame)
            found += len(lives)
            yield from lives

    def germans(self, persons: float) -> Iterator[Life]:
        """Yield Germans known to the job centre alone, so many on benefits today."""
        rng = stream(self.seed, "germans", self.maker.numbers.first)
        found = 0
        table = assumptions()
        share = table.number("germans_with_migration_name")
        while found < persons:
            nationality = nationalities()["000"]
            if rng.random() < share:
                dual = rng.random() < table.number("dual_nationals") / share
                nationality = german_with_origin(residents().draw(rng), dual=dual)
            came = self.frame.today - days(rng.uniform(10, 25) * YEAR)
            arrival = Arrival(nationality, "german", came, came)
            lives = live(self.maker.make(arrival), self.frame)
            if any(life.spells or life.cases for life in lives):
                found += sum(_receives(life, self.frame.today) for life in lives)
                yield from lives


def _receives(life: Life, day: date) -> bool:
    return any(spell.began <= day < spell.ended for spell in life.spells)
