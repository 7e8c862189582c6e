"""Households that move from one Kreis to the next: both Kreise invent them alike."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from kim_pipeline.simulation.addresses import invent_map
from kim_pipeline.simulation.arrivals import stock_arrival
from kim_pipeline.simulation.assumptions import assumptions
from kim_pipeline.simulation.chance import stream
from kim_pipeline.simulation.dates import add_months, some_day
from kim_pipeline.simulation.households import HouseholdMaker
from kim_pipeline.simulation.life_courses import Frame, Life, live
from kim_pipeline.simulation.nationalities import residents
from kim_pipeline.simulation.numbers import PER_PAIR, of_movers
from kim_pipeline.simulation.place import Place, further_place
from kim_pipeline.simulation.population import Household

MONTHS_BEFORE = 24


def lives_of_movers(
    first: Place, persons: int, frame: Frame, block: int, blocks: int
) -> Iterator[Life]:
    """Yield the lives here of those who move to the next Kreis or come from the one before.

    The Kreise stand in a ring; one alone has no movers.
    """
    if blocks < 2:
        return
    before = (block - 1) % blocks
    for household, day in _households(first, persons, frame, block):
        yield from live(replace(household, left=day, left_reason="FORTZUG", again=day), frame)
    here = invent_map(further_place(first, block), frame.seed)
    for household, day in _households(first, persons, frame, before):
        maker = _maker(first, frame, before)
        yield from live(maker.again(household, day, here, shift=PER_PAIR // 2), frame)


def _maker(first: Place, frame: Frame, origin: int) -> HouseholdMaker:
    place = invent_map(further_place(first, origin), frame.seed)
    return HouseholdMaker(frame.seed, place, frame.today, frame.horizon, of_movers(origin))


def _households(
    first: Place, persons: int, frame: Frame, origin: int
) -> Iterator[tuple[Household, date]]:
    """Yield those who move away from a Kreis with the day of the move."""
    maker, rng = _maker(first, frame, origin), stream(frame.seed, "movers", origin)
    found, start = 0, add_months(frame.today, -MONTHS_BEFORE)
    while found < persons * assumptions().number("moves_to_next_kreis"):
        arrival = stock_arrival(rng, residents().draw(rng), start)
        household = maker.make(arrival, date.max)
        found += len(household.members)
        yield household, some_day(rng, start, frame.horizon)
