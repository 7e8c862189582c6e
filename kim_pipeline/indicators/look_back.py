"""Indicators that compare with the reference date before: a source's first month says nothing."""

from collections.abc import Iterable

import sqlalchemy as sa

from kim_pipeline.indicators.indicator import Indicator
from kim_pipeline.indicators.measure import State
from kim_pipeline.warehouse.schema.quality import delivery


def spoken_of(
    connection: sa.Connection, state: State, indicators: Iterable[Indicator]
) -> tuple[Indicator, ...]:
    """Leave out what no source can tell yet: an indicator `since_last_month` without one before.

    A zero would be wrong there: nobody knows who came. One source of the indicator with an accepted
    delivery of an earlier month, known at that moment, is enough.
    """
    query = sa.select(delivery.c.source).where(
        delivery.c.status == "accepted",
        delivery.c.month < state.month,
        delivery.c.known_at <= state.known_at,
    )
    begun = set(connection.scalars(query.distinct()))
    return tuple(i for i in indicators if not i.since_last_month or begun.intersection(i.sources))
