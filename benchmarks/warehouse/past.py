"""A past of many months, written as its deliveries, one after another, would have left it."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa
import sqlalchemy as sa
from numpy.typing import NDArray

from benchmarks.warehouse.contents import contents
from benchmarks.warehouse.draws import Column, Rows, keys
from benchmarks.warehouse.lives import Lives
from benchmarks.warehouse.tables import SOURCES, persons_table, staged
from kim_pipeline.warehouse.load import copy_table
from kim_pipeline.warehouse.schema import register
from kim_pipeline.warehouse.schema.base import FOREVER, FOREVER_DATE
from kim_pipeline.warehouse.schema.quality import delivery

LAST = date(2026, 9, 1)
NOT_YET = -1
World = Mapping[str, Mapping[str, Lives]]


def month_at(place: int, months: int) -> date:
    """Give the month at a place; the last of all is fixed."""
    number = LAST.year * 12 + LAST.month - 1 - (months - 1 - place)
    return date(number // 12, number % 12 + 1, 1)


def received(month: date, source: str) -> datetime:
    """Tell when the delivery of a source for a month came: early in the next one."""
    start = datetime(month.year, month.month, 1, 6, tzinfo=UTC)
    return start + timedelta(days=35, minutes=SOURCES.index(source))


def write_past(connection: sa.Connection, world: World, months: int, until: int) -> int:
    """Write the deliveries of the first `until` months: histories, book, links; count the rows."""
    written = 0
    for source, tables in world.items():
        for name, lives in tables.items():
            for part in _histories(source, lives, months, until):
                written += copy_table(connection, staged()[name], part)
        _write_links(connection, source, tables[persons_table(source)])
    for place in range(until):
        for source in world:
            connection.execute(delivery.insert().values(**_entry(place, source, months)))
    return written


def _histories(source: str, lives: Lives, months: int, until: int) -> Iterator[pa.Table]:
    """Give what was said at first of every version, and how it was cut when it ended."""
    days = [month_at(place, months) for place in range(until)]
    valid = np.array([*days, FOREVER_DATE], "datetime64[D]")
    times = [received(day, source).replace(tzinfo=None) for day in days]
    known = np.array([*times, FOREVER.replace(tzinfo=None)], "datetime64[us]")
    for rows, first, end in lives.stretches(until):
        content = contents(rows)
        yield _with_times(content, valid[first], valid[end * 0 + until], known[first], known[end])
        cut = end < until
        yield _with_times(
            content.filter(pa.array(cut)),
            valid[first[cut]],
            valid[end[cut]],
            known[end[cut]],
            known[end[cut] * 0 + until],
        )


def _with_times(
    content: pa.Table,
    valid_from: NDArray[np.datetime64],
    valid_to: NDArray[np.datetime64],
    known_from: NDArray[np.datetime64],
    known_to: NDArray[np.datetime64],
) -> pa.Table:
    zoned = pa.timestamp("us", tz="UTC")
    times: dict[str, Column] = {
        "valid_from": pa.array(valid_from),
        "valid_to": pa.array(valid_to),
        "known_from": pa.array(known_from).cast(zoned),
        "known_to": pa.array(known_to).cast(zoned),
        "asserted_by": pa.array(np.ones(len(valid_from), np.int64)),
    }
    for name, column in times.items():
        content = content.append_column(name, column)
    return content


def _write_links(connection: sa.Connection, source: str, lives: Lives) -> None:
    count = len(lives.owners)
    since = received(month_at(0, lives.months), SOURCES[0])
    links = {
        "source": pa.array([source] * count),
        "record_pseudonym": keys(f"{source} record", np.arange(count)),
        "person_id": keys("person", lives.owners),
        "known_from": pa.array([since] * count, pa.timestamp("us", tz="UTC")),
    }
    copy_table(connection, register.link, pa.table(links))


def _entry(place: int, source: str, months: int) -> dict[str, object]:
    month = month_at(place, months)
    came = received(month, source)
    return {
        "delivery_id": place * len(SOURCES) + SOURCES.index(source) + 1,
        "source": source,
        "month": month,
        "sequence": 1,
        "received_at": came,
        "known_at": came,
        "status": "accepted",
        "rows_delivered": 1,
        "rows_rejected": 0,
        "rows_opened": 1,
        "rows_closed": 0,
        "content_mac": f"{source} {month}".encode(),
        "contract_version": "1",
        "code_version": "1",
    }


def delivered(lives: Lives, place: int, corrected: int = 0) -> pa.Table:
    """Give what is delivered for a month; a correction knows some percent as they will be."""
    rows = lives.at(place)
    again = rows.share("corrected", corrected)
    return contents(Rows(rows.table, rows.ids, rows.owners, rows.versions + again))
