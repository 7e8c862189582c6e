"""The invented world: all lives of a Kreis and the records that the sources keep of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from kim_pipeline.simulation.addresses import invent_map
from kim_pipeline.simulation.arrivals import Arrival, new_arrival, stock_arrival
from kim_pipeline.simulation.assumptions import assumptions
from kim_pipeline.simulation.chance import stream
from kim_pipeline.simulation.dates import YEAR, add_months, days, last_day, some_day
from kim_pipeline.simulation.hard_cases import HardCase, hard_households, notes_of
from kim_pipeline.simulation.households import HouseholdMaker
from kim_pipeline.simulation.life_courses import Frame, Life, live
from kim_pipeline.simulation.nationalities import german_with_origin, nationalities, residents
from kim_pipeline.simulation.place import Place
from kim_pipeline.simulation.population import Household
from kim_pipeline.simulation.records import (
    Record,
    case_management_records,
    immigration_office_records,
    job_centre_records,
)

Progress = Callable[[str], None]
# Lives are decided for longer than most simulations last, so that the same seed tells the same
# first months however many months are asked for.
DECIDED_MONTHS = 36


@dataclass(frozen=True)
class World:
    """All that is true, and all that is written down."""

    place: Place
    seed: int
    frame: Frame
    lives: tuple[Life, ...]
    immigration_office: tuple[Record, ...]
    job_centre: tuple[Record, ...]
    case_management: tuple[Record, ...]
    hard_cases: tuple[HardCase, ...]
    not_identical: dict[int, tuple[int, ...]]

    def records(self) -> Iterator[Record]:
        """Yield the records of all sources."""
        yield from self.immigration_office
        yield from self.job_centre
        yield from self.case_management


@dataclass
class _Settlement:
    """Settles households until the Kreis is as large as asked."""

    maker: HouseholdMaker
    frame: Frame
    seed: int

    def stock(self, persons: int, planted: list[Household]) -> Iterator[Life]:
        """Yield the lives of those who live here in the first month, exactly so many foreigners."""
        found = 0
        for household in planted:
            lives = live(household, self.frame)
            found += sum(life.foreign_resident_on(self.frame.today) for life in lives)
            yield from lives
        rng = stream(self.seed, "stock")
        while found < persons:
            arrival = stock_arrival(rng, residents().draw(rng), self.frame.today)
            lives = live(self.maker.make(arrival), self.frame)
            present = sum(life.foreign_resident_on(self.frame.today) for life in lives)
            if found + present <= persons:
                found += present
                yield from lives

    def departed(self, persons: float) -> Iterator[Life]:
        """Yield the lives of those who left in the two years before."""
        rng = stream(self.seed, "departed")
        found = 0
        first = add_months(self.frame.today, -23)
        while found < persons:
            left = some_day(rng, first, self.frame.today - days(1))
            arrival = stock_arrival(rng, residents().draw(rng), left)
            lives = live(self.maker.make(arrival, left), self.frame)
            found += len(lives)
            yield from lives

    def arrivals(self, month: date, persons: float) -> Iterator[Life]:
        """Yield the lives of those who arrive in one month."""
        rng = stream(self.seed, "arrivals", month.isoformat())
        found = 0
        while found < persons:
            arrival = new_arrival(rng, residents().draw(rng), month)
            lives = live(self.maker.make(arrival), self.frame)
            found += len(lives)
            yield from lives

    def germans(self, persons: float) -> Iterator[Life]:
        """Yield Germans known to the job centre alone, so many on benefits today."""
        rng = stream(self.seed, "germans")
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


def invent_world(  # noqa: PLR0913 (the public parameters of a simulation)
    place: Place, *, persons: int, first_month: date, months: int, seed: int, progress: Progress
) -> World:
    """Invent all lives and records of a Kreis with so many foreign residents."""
    decided = add_months(first_month, max(months, DECIDED_MONTHS) - 1)
    frame = Frame(seed, last_day(first_month), last_day(decided))
    maker = HouseholdMaker(seed, invent_map(place, seed), frame.today, frame.horizon)
    settlement = _Settlement(maker, frame, seed)
    table = assumptions()
    households, hard = hard_households(maker, persons, seed)
    lives = list(settlement.stock(persons, households))
    progress(f"{len(lives)} lives of residents")
    lives += settlement.departed(persons * 2 * table.number("recent_departures"))
    lives += settlement.germans(persons * table.number("german_share_of_benefit"))
    for step in range(1, months):
        month = add_months(first_month, step)
        lives += settlement.arrivals(month, persons * table.number("yearly_inflow") / 12)
    progress(f"{len(lives)} lives in all")
    foreign = [life for life in lives if life.household.entry != "german"]
    return World(
        place,
        seed,
        frame,
        tuple(lives),
        tuple(r for life in foreign for r in immigration_office_records(seed, life)),
        tuple(r for life in lives for r in job_centre_records(seed, life)),
        tuple(r for life in lives for r in case_management_records(seed, life)),
        tuple(hard),
        notes_of(seed, hard),
    )
