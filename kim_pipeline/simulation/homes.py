"""The homes of a household one after another: shelter, first flat, moves within the Kreis."""

from datetime import date

from kim_pipeline.simulation.addresses import PlaceMap
from kim_pipeline.simulation.arrivals import Arrival
from kim_pipeline.simulation.assumptions import assumptions
from kim_pipeline.simulation.chance import Stream
from kim_pipeline.simulation.dates import YEAR, days
from kim_pipeline.simulation.population import Home


def homes_of(rng: Stream, place: PlaceMap, arrival: Arrival, horizon: date) -> tuple[Home, ...]:
    """Draw the homes from the arrival in the Kreis to the horizon, the newest three at most."""
    route = "asylum" if arrival.entry == "asylum" else arrival.nationality.route
    sheltered = rng.random() < assumptions().rate("first_years_in_shelter", route)
    town = place.town(rng)
    since = arrival.district
    homes = [Home(since, town.shelter(rng) if sheltered else town.home(rng))]
    rate = assumptions().number("moves_within")
    stay = rng.expovariate(0.45 if sheltered else rate)
    while (since := since + days(30 + stay * YEAR)) <= horizon:
        town = town if rng.random() < 0.6 else place.town(rng)
        homes.append(Home(since, town.home(rng)))
        stay = rng.expovariate(rate)
    return tuple(homes[-3:])
