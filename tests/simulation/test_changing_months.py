"""Records change from month to month, as offices work: five to ten in a hundred."""

from collections.abc import Callable
from datetime import date
from itertools import pairwise

import pytest

from kim_pipeline.simulation import case_management, immigration_office, job_centre
from kim_pipeline.simulation.dates import last_day
from kim_pipeline.simulation.records import Record
from kim_pipeline.simulation.world import World

MONTHS = (date(2025, 8, 1), date(2025, 9, 1), date(2025, 10, 1), date(2025, 11, 1))
Rows = dict[str, object]


def _files(world: World, month: date) -> Rows:
    today = last_day(month)
    records = immigration_office.delivered(world, month)
    return {r.number: immigration_office.person_row(world, r, today) for r in records}


def _customers(world: World, month: date) -> Rows:
    today = last_day(month)
    records = job_centre.delivered(world, month)
    return {r.number: job_centre.person_fields(world, r, today) for r in records}


def _clients(world: World, month: date) -> Rows:
    return {str(row[0]): row for row in case_management.rows_of(world, month)["clients"]}


def _seen(record: Record, today: date) -> tuple[object, ...]:
    return record.identity_on(today), record.address_on(today)


def _changed(rows: list[Rows]) -> float:
    """Return the share of records that are new, gone or different, averaged over the months."""
    shares = []
    for before, after in pairwise(rows):
        numbers = before.keys() | after.keys()
        shares.append(sum(before.get(n) != after.get(n) for n in numbers) / len(numbers))
    return sum(shares) / len(shares)


@pytest.mark.parametrize("rows_of", [_files, _customers, _clients])
def test_five_to_ten_percent_of_the_rows_change_per_month(
    world: World, rows_of: Callable[[World, date], Rows]
) -> None:
    assert 0.05 <= _changed([rows_of(world, month) for month in MONTHS]) <= 0.10


def test_a_realistic_small_part_changes_in_what_linkage_sees(world: World) -> None:
    for records in (world.immigration_office, world.job_centre, world.case_management):
        rows: list[Rows] = [
            {r.number: _seen(r, last_day(m)) for r in records if r.since <= last_day(m)}
            for m in MONTHS
        ]
        assert 0.005 < _changed(rows) < 0.08


def test_most_names_stay_from_month_to_month(world: World) -> None:
    first, last = last_day(MONTHS[0]), last_day(MONTHS[-1])
    both = [r for r in world.immigration_office if r.since <= first]
    names = [
        (r.identity_on(day).given, r.identity_on(day).family) for r in both for day in (first, last)
    ]
    changed = sum(one != other for one, other in zip(names[::2], names[1::2], strict=True))
    assert 0.001 < changed / len(both) < 0.02
