"""When and how a household came to Germany and to the Kreis."""

from dataclasses import dataclass
from datetime import date

from kim_pipeline.simulation.assumptions import assumptions
from kim_pipeline.simulation.chance import Stream
from kim_pipeline.simulation.dates import add_months, days, some_day
from kim_pipeline.simulation.nationalities import Nationality

OLD_LAW_ENDS = date(2005, 1, 1)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Entry into Germany and into the Kreis, with the way of entry."""

    nationality: Nationality
    entry: str
    country: date
    district: date


def span(rng: Stream, text: str) -> float:
    """Draw a number from a span written as "3-8"."""
    low, high = text.split("-")
    return rng.uniform(float(low), float(high))


def _ukrainian(rng: Stream, today: date) -> date:
    when = assumptions().draw("ukraine_arrival").draw(rng)
    if when == "before":
        return today - days(span(rng, "4-22") * 365)
    first, last = when.split("/")
    end = today if last == "now" else min(today, date.fromisoformat(last))
    return some_day(rng, min(date.fromisoformat(first), end), end)


def stock_arrival(rng: Stream, nationality: Nationality, today: date) -> Arrival:
    """Draw the arrival of a household that lives here on a day."""
    route = nationality.route
    if route == "ukraine":
        country = _ukrainian(rng, today)
    else:
        drawn = assumptions().of_group("arrival_years_ago", route).draw(rng)
        country = today - days(span(rng, drawn) * 365)
    district = country
    if rng.random() < assumptions().number("came_from_elsewhere"):
        district = some_day(rng, country + days(30), today)
    return Arrival(nationality, way_of_entry(rng, nationality, country), country, district)


def new_arrival(rng: Stream, nationality: Nationality, month: date) -> Arrival:
    """Draw the arrival of a household that comes to the Kreis in a month."""
    district = some_day(rng, month, add_months(month, 1) - days(1))
    country = district
    if rng.random() < assumptions().number("came_from_elsewhere"):
        country = district - days(rng.randint(20, 2500))
        if nationality.route == "ukraine":
            country = max(country, date(2022, 3, 1))
    return Arrival(nationality, way_of_entry(rng, nationality, country), country, district)


def way_of_entry(rng: Stream, nationality: Nationality, country: date) -> str:
    """Draw the legal way of entry of a nationality at a time."""
    route = nationality.route
    if route in {"eu", "swiss", "british", "german"}:
        return route
    if route == "ukraine" and country >= date(2022, 2, 24):
        return "protection"
    if country < OLD_LAW_ENDS:
        return "settled"
    return assumptions().of_group("entry", route).draw(rng)
