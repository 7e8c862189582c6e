"""Months: the partition of the pipeline, written as first day; the last is the reference date."""

from collections.abc import Iterator
from datetime import date, timedelta

from kim_pipeline.errors import ConfigError


def parse_month(text: str) -> date:
    """Read `YYYY-MM` as the first day of that month.

    Raises ConfigError when the text is not a month.
    """
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise ConfigError(f"{text!r} is not a month; write it as YYYY-MM.") from None


def format_month(month: date) -> str:
    """Write a month as `YYYY-MM`."""
    return month.strftime("%Y-%m")


def next_month(month: date, count: int = 1) -> date:
    """Step a number of months forward, or back when negative."""
    index = month.year * 12 + month.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)


def previous_month(month: date) -> date:
    """Step one month back."""
    return next_month(month, -1)


def last_day(month: date) -> date:
    """Give the reference date of a month."""
    return next_month(month) - timedelta(days=1)


def months_between(first: date, last: date) -> Iterator[date]:
    """List the months from the first to the last, both included."""
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = next_month(month)
