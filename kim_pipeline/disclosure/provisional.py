"""Which published months may still change, since a source delivers them again later."""

from collections.abc import Mapping, Sequence
from datetime import date

import sqlalchemy as sa

from kim_pipeline.indicators.indicator import Indicator
from kim_pipeline.periods import next_month
from kim_pipeline.warehouse.schema.published import indicator_value, source_quality
from kim_pipeline.warehouse.schema.quality import delivery


def provisional_sources(
    connection: sa.Connection, waiting: Mapping[str, int], month: date
) -> frozenset[str]:
    """Name the sources that may still change a month.

    `waiting` gives for each source how many months after its own a month stays provisional. It is
    over when the source has delivered the last of them.
    """
    newest = (
        sa.select(delivery.c.source, sa.func.max(delivery.c.month).label("newest"))
        .where(delivery.c.status == "accepted")
        .group_by(delivery.c.source)
    )
    told = {row.source: row.newest for row in connection.execute(newest)}
    return frozenset(
        source
        for source, months in waiting.items()
        if months and (source not in told or told[source] < next_month(month, months))
    )


def mark_provisional(
    connection: sa.Connection, indicators: Sequence[Indicator], waiting: Mapping[str, int]
) -> int:
    """Set the mark of every published figure and source as it stands now; return changed rows.

    A figure is provisional while one of its indicator's sources is. No figure changes with it.
    """
    months = connection.execute(sa.select(indicator_value.c.month).distinct()).scalars().all()
    changed = 0
    for month in months:
        sources = provisional_sources(connection, waiting, month)
        ids = [one.id for one in indicators if sources & set(one.sources)]
        value, source = indicator_value.c, source_quality.c
        changed += _mark(connection, indicator_value, month, value.indicator_id.in_(ids))
        changed += _mark(connection, source_quality, month, source.source.in_(sorted(sources)))
    return changed


def _mark(
    connection: sa.Connection, table: sa.Table, month: date, mark: sa.ColumnElement[bool]
) -> int:
    statement = (
        table.update()
        .where(table.c.month == month, table.c.provisional != mark)
        .values(provisional=mark)
    )
    done = connection.execute(statement, execution_options={"preserve_rowcount": True})
    return int(done.rowcount)
