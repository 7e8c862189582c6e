"""What clerks do to birth dates and birth places."""

from calendar import monthrange
from functools import cache

from kim_pipeline.simulation.chance import Stream
from kim_pipeline.simulation.identity import PartialDate
from kim_pipeline.simulation.rates import Rates
from kim_pipeline.simulation.tables import table


def wrong_birth(rng: Stream, birth: PartialDate, region: str, rates: Rates) -> PartialDate:
    """Write a birth date with at most one error."""
    if rng.random() < rates["new_year_date_added"]:
        return PartialDate(birth.year, 1, 1)
    ambiguous = birth.day <= 12 and birth.day != birth.month
    if ambiguous and rng.random() < rates["day_month_swapped"]:
        return PartialDate(birth.year, birth.day, birth.month)
    if rng.random() < rates["date_digit"]:
        return _wrong_digit(rng, birth)
    if rng.random() < rates["calendar_shift"]:
        years = (-8, -7, 7, 8) if region == "tigrinya" else (-2, -1, 1, 2)
        return PartialDate(birth.year + rng.choice(years), birth.month, min(28, birth.day))
    if rng.random() < rates["date_partial"]:
        return PartialDate(birth.year, 0 if rng.random() < 0.75 else birth.month, 0)
    return birth


def _wrong_digit(rng: Stream, birth: PartialDate) -> PartialDate:
    draw = rng.random()
    if draw < 0.45:
        last = monthrange(birth.year, birth.month)[1]
        days = {birth.day + step for step in (-20, -10, -1, 1, 10, 20)}
        days = {day for day in days if 1 <= day <= last}
        return PartialDate(birth.year, birth.month, rng.choice(sorted(days)))
    if draw < 0.7:
        months = [month for month in range(1, 13) if month != birth.month]
        return PartialDate(birth.year, rng.choice(months), min(28, birth.day))
    year = birth.year + rng.choice((-10, -2, -1, 1, 2, 10))
    return PartialDate(year, birth.month, min(28, birth.day))


@cache
def _places() -> dict[str, tuple[tuple[str, ...], str]]:
    """Return town → (other spellings, its district)."""
    return {
        row["town"]: (tuple(filter(None, row["spellings"].split("|"))), row["district"])
        for row in table("names/birth_places.csv")
    }


def wrong_birth_place(rng: Stream, town: str, state: str, rates: Rates) -> str:
    """Write a birth place: another spelling, the district or the country, or nothing."""
    if rng.random() < rates["birth_place_missing"]:
        return ""
    spellings, district = _places().get(town, ((), ""))
    if rng.random() < rates["birth_place_general"]:
        return district if district and rng.random() < 0.5 else state.split(" (", maxsplit=1)[0]
    if spellings and rng.random() < rates["birth_place_variant"]:
        return rng.choice(spellings)
    return town
