"""The revision of a year: small changes, held back until then, are published once for all months.

A change below the recognisable would show by a second noise; published whenever it came, several of
them could be averaged. So they wait, and every cell gets at most one more value. Which cells get
one tells in which the few are counted of whom something was learnt: a month in which they are too
few to hide in each other stays as it is, for ever.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from kim_pipeline.disclosure.release import PublishCounts
from kim_pipeline.errors import DisclosureError
from kim_pipeline.periods import format_month
from kim_pipeline.warehouse import audit_log
from kim_pipeline.warehouse.audit_log import REVISED, Event
from kim_pipeline.warehouse.schema.audit import cell_ledger, event
from kim_pipeline.warehouse.schema.base import FOREVER
from kim_pipeline.warehouse.schema.person_month import person_month
from kim_pipeline.warehouse.schema.published import indicator_value

# Any change of a whole count.
LEAST_CHANGE = 1
# Fewer persons than these are not hidden by each other when the cells that count them change.
FEWEST_PERSONS = 30
# Columns of a person month that are in no figure themselves; some make others that are.
NOT_COUNTED = {"month", "person_id", "known_from", "known_to"} | {
    *("birth_year", "age", "nationality", "arrived_on", "title_list", "title_code")
}
Publish = Callable[[date], PublishCounts]


@dataclass(frozen=True)
class Revised:
    """What the revision of a year did: months revised, those left, cells revised, releases made."""

    months: int
    months_left: int
    cells: int
    releases: int


def revise_year(
    connection: sa.Connection, year: int, publish: Publish, at: datetime, audit_key: bytes
) -> Revised:
    """Publish the months of a year again, small changes included, and log it.

    `publish` publishes one month. Must run in one transaction. Raises DisclosureError when the year
    is not over, was revised before, or may still change.
    """
    months = _months_to_revise(connection, year)
    enough = [month for month in months if _learnt_of(connection, month) >= FEWEST_PERSONS]
    done = [publish(month) for month in enough]
    revised = Revised(
        months=len(enough),
        months_left=len(months) - len(enough),
        cells=sum(one.revised for one in done),
        releases=sum(one.release is not None for one in done),
    )
    reason = "Small changes of a year are published once."
    happened = Event(REVISED, at, reason, month=date(year, 1, 1), counts=vars(revised))
    audit_log.log(connection, happened, audit_key)
    return revised


def _months_to_revise(connection: sa.Connection, year: int) -> Sequence[date]:
    month = indicator_value.c.month
    published = connection.scalars(sa.select(month).distinct().order_by(month)).all()
    wanted = [one for one in published if one.year == year]
    if not wanted or published[-1].year <= year:
        raise DisclosureError(
            f"{year} is revised once a month after it was published; "
            + (f"the newest is {format_month(published[-1])}." if published else "there is none.")
        )
    _refuse_again(connection, year)
    _refuse_provisional(connection, wanted)
    return wanted


def _learnt_of(connection: sa.Connection, month: date) -> int:
    """Count the persons who are counted otherwise than when the month was published."""
    ledger, row = cell_ledger.c, person_month.c
    since = sa.select(sa.func.max(ledger.known_at)).where(ledger.month == month).scalar_subquery()
    counted = [column for column in row if column.name not in NOT_COUNTED]
    rows = sa.select(row.person_id, *counted).where(row.month == month)
    before = rows.where(row.known_from <= since, row.known_to > since)
    now = rows.where(row.known_to == FOREVER)
    other = sa.union(sa.except_(before, now), sa.except_(now, before)).subquery()
    return int(
        connection.execute(sa.select(sa.func.count(other.c.person_id.distinct()))).scalar_one()
    )


def _refuse_again(connection: sa.Connection, year: int) -> None:
    same = (event.c.action == REVISED, event.c.month == date(year, 1, 1))
    done = connection.scalar(sa.select(event.c.at).where(*same))
    if done is not None:
        raise DisclosureError(
            f"{year} was revised on {done:%Y-%m-%d}. Small changes are published once: of several "
            "values readers could take the mean, and the noise away."
        )


def _refuse_provisional(connection: sa.Connection, months: Sequence[date]) -> None:
    v = indicator_value.c
    query = sa.select(v.month).where(v.month.in_(months), v.provisional).distinct()
    still = sorted(connection.scalars(query))
    if still:
        raise DisclosureError(
            f"{', '.join(map(format_month, still))} may still change: a source delivers these "
            "months again. Revise the year when their figures are no longer provisional."
        )
