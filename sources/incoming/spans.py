"""Dates as numpy days, and partly known dates as the span of days they can mean."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Days: TypeAlias = npt.NDArray[np.datetime64]


@dataclass(frozen=True)
class Span:
    """The first and the last day a partly known date can mean; NaT where nothing is known."""

    earliest: Days
    latest: Days


def days(column: pa.Array[Any]) -> Days:
    """Return a date32 column as datetime64[D], null as NaT."""
    return np.asarray(column.to_numpy(zero_copy_only=False)).astype("datetime64[D]")


def parts(column: pa.Array[Any]) -> tuple[npt.NDArray[np.float64], ...]:
    """Return year, month and day of partly known dates as floats, unknown as NaN."""
    return tuple(
        np.asarray(
            pc.struct_field(column, name).cast(pa.float64()).to_numpy(zero_copy_only=False),
            np.float64,
        )
        for name in ("year", "month", "day")
    )


def span(column: pa.Array[Any]) -> Span:
    """Return the days that partly known dates can mean."""
    year, month, day = parts(column)
    first = day_of(year, np.nan_to_num(month, nan=1), np.nan_to_num(day, nan=1))
    # The last day of the known month or year is the day before the next one begins.
    following = day_of(year, np.nan_to_num(month, nan=12) + 1, np.ones_like(year))
    latest = np.where(np.isnan(day), following - np.timedelta64(1, "D"), first)
    return Span(first, latest)


def day_of(
    year: npt.NDArray[np.float64], month: npt.NDArray[np.float64], day: npt.NDArray[np.float64]
) -> Days:
    """Put years, months (13 = January after) and days together; NaN anywhere gives NaT."""
    known = ~(np.isnan(year) | np.isnan(month) | np.isnan(day))
    result: Days = np.full(len(year), np.datetime64("NaT"), "datetime64[D]")
    months = (year[known].astype(int) - 1970) * 12 + month[known].astype(int) - 1
    first = months.astype("datetime64[M]").astype("datetime64[D]")
    result[known] = first + (day[known].astype(int) - 1).astype("timedelta64[D]")
    return result


def within(day: Days, first: date, last: date | None) -> npt.NDArray[np.bool_]:
    """Tell which days lie in a time, both ends included; no last day = it has not ended."""
    begun = day >= np.datetime64(first)
    return begun if last is None else begun & (day <= np.datetime64(last))


def add_months(start: Days, count: int) -> Days:
    """Move days forward by months, keeping the day of the month."""
    month = start.astype("datetime64[M]")
    result: Days = (month + np.timedelta64(count, "M")).astype("datetime64[D]") + (
        start - month.astype("datetime64[D]")
    )
    return result
