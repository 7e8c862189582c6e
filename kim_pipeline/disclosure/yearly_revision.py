"""The revision of a year: small changes, held back until then, are published once for all months.

A change below the recognisable would show by a second noise; published whenever it came, several of
them could be averaged. So they wait, and every cell gets at most one more value.
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
from kim_pipeline.warehouse.schema.audit import event
from kim_pipeline.warehouse.schema.published import indicator_value

# Any change of a whole count.
LEAST_CHANGE = 1
Publish = Callable[[date], PublishCounts]


@dataclass(frozen=True)
class Revised:
    """What the revision of a year did: months looked at, cells revised, releases made."""

    months: int
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
    done = [publish(month) for month in months]
    revised = Revised(
        months=len(months),
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
