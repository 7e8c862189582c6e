"""The invented world: all lives of a Kreis and the records that the sources keep of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from kim_pipeline.simulation.addresses import invent_map
from kim_pipeline.simulation.assumptions import assumptions
from kim_pipeline.simulation.dates import add_months, last_day
from kim_pipeline.simulation.hard_cases import HardCase, hard_households, notes_of
from kim_pipeline.simulation.households import HouseholdMaker
from kim_pipeline.simulation.life_courses import Frame, Life, live
from kim_pipeline.simulation.movers import lives_of_movers
from kim_pipeline.simulation.numbers import of_block
from kim_pipeline.simulation.place import Place, further_place
from kim_pipeline.simulation.rates import error_rates
from kim_pipeline.simulation.records import (
    Record,
    asylum_benefits_records,
    case_management_records,
    immigration_office_records,
    job_centre_records,
)
from kim_pipeline.simulation.settlement import Settlement
from kim_pipeline.simulation.single_cases import single_cases
from kim_pipeline.simulation.town_numbers import numbered_by_town
from kim_pipeline.simulation.written import Clerks

Progress = Callable[[str], None]
# Lives are decided for longer than most simulations last, so that the same seed tells the same
# first months however many months are asked for.
DECIDED_MONTHS = 36


@dataclass(frozen=True)
class Block:
    """One Kreis of a row of them."""

    index: int = 0
    count: int = 1


@dataclass(frozen=True)
class World:
    """All that is true in one Kreis, and all that is written down."""

    place: Place
    seed: int
    frame: Frame
    lives: tuple[Life, ...]
    immigration_office: tuple[Record, ...]
    job_centre: tuple[Record, ...]
    case_management: tuple[Record, ...]
    asylum_benefits: tuple[Record, ...]
    hard_cases: tuple[HardCase, ...]
    not_identical: dict[int, tuple[int, ...]]

    def records(self) -> Iterator[Record]:
        """Yield the records of all sources."""
        yield from self.immigration_office
        yield from self.job_centre
        yield from self.case_management
        yield from self.asylum_benefits


def invent_world(  # noqa: PLR0913 (the public parameters of a simulation)
    place: Place,
    *,
    persons: int,
    first_month: date,
    months: int,
    seed: int,
    progress: Progress,
    errors: float = 1.0,
    block: Block | None = None,
) -> World:
    """Invent all lives and records of a Kreis with so many foreign residents.

    `errors` multiplies the rates of clerical errors. `block` is the Kreis's place in a row.
    """
    block = block or Block()
    decided = add_months(first_month, max(months, DECIDED_MONTHS) - 1)
    frame = Frame(seed, last_day(first_month), last_day(decided))
    here = further_place(place, block.index)
    maker = HouseholdMaker(
        seed, invent_map(here, seed), frame.today, frame.horizon, of_block(block.index)
    )
    households, hard = hard_households(maker, persons, seed)
    lives = [life for household in households for life in live(household, frame)]
    lives += lives_of_movers(place, persons, frame, block.index, block.count)
    lives += _settled(Settlement(maker, frame, seed), persons, first_month, months, lives)
    progress(f"{here.name}: {len(lives)} lives")
    clerks = Clerks(seed, frame, error_rates(errors))
    foreign = [life for life in lives if life.household.entry != "german"]
    return World(
        here,
        seed,
        frame,
        tuple(lives),
        tuple(r for life in foreign for r in immigration_office_records(clerks, life)),
        tuple(r for life in lives for r in job_centre_records(clerks, life)),
        tuple(r for life in lives for r in case_management_records(clerks, life)),
        tuple(
            numbered_by_town(
                (r for life in foreign for r in asylum_benefits_records(clerks, life)),
                [town.ags for town in here.towns],
            )
        ),
        (*hard, *single_cases(lives, frame.today, persons)),
        notes_of(seed, hard),
    )


def _settled(
    settlement: Settlement, persons: int, first_month: date, months: int, known: list[Life]
) -> list[Life]:
    """Return the lives of all who are not known yet, arrivals of later months last."""
    table = assumptions()
    years = table.number("file_b_months") / 12
    lives = list(settlement.departed(persons * years * table.number("recent_departures")))
    lives += settlement.stock(persons, known + lives)
    lives += settlement.germans(persons * table.number("german_share_of_benefit"))
    for step in range(1, months):
        month = add_months(first_month, step)
        lives += settlement.arrivals(month, persons * table.number("yearly_inflow") / 12)
    return lives
