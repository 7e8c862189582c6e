"""Calendar arithmetic of the invented world."""

from calendar import monthrange
from datetime import date, timedelta

from kim_pipeline.simulation.chance import Stream

YEAR = 365.25


def days(number: float) -> timedelta:
    """Return a time span of whole days, at most two centuries so that sums stay dates."""
    return timedelta(days=min(int(number), 73_000))


def add_months(day: date, months: int) -> date:
    """Move a day by whole months; the day of the month is cut to the month's length."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def last_day(month: date) -> date:
    """Return the last day of a month."""
    return month.replace(day=monthrange(month.year, month.month)[1])


def years_between(earlier: date, later: date) -> float:
    """Return the years from one day to another."""
    return (later - earlier).days / YEAR


def some_day(rng: Stream, first: date, last: date) -> date:
    """Draw a day between two days; the first one when they are out of order."""
    return first + timedelta(days=rng.randint(0, max(0, (last - first).days)))
