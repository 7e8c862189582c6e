"""The ladder's memory in `audit.ladder`: which row needed which rung in which month."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from kim_pipeline.disclosure.ladder_rows import RowKey, Rungs
from kim_pipeline.periods import next_month
from kim_pipeline.warehouse.schema.audit import ladder

MONTHS_KEPT = 12


def read_rungs(connection: sa.Connection, month: date) -> dict[RowKey, int]:
    """Give the rungs that rows still stand on in a month: needed then or in the 12 before."""
    labels = (ladder.c.indicator_id, ladder.c.breakdown, ladder.c.town_ags, ladder.c.row_value)
    query = (
        sa.select(*labels, sa.func.max(ladder.c.rung))
        .where(ladder.c.month.between(next_month(month, -MONTHS_KEPT), month))
        .group_by(*labels)
    )
    return {RowKey(*key): rung for *key, rung in connection.execute(query)}


def record_rungs(connection: sa.Connection, month: date, needed: Rungs) -> None:
    """Note the rungs needed in a month; a rung noted before is never lowered."""
    if not needed:
        return
    rows = [
        {
            "indicator_id": key.indicator_id,
            "breakdown": key.breakdown,
            "town_ags": key.town_ags,
            "row_value": key.row_value,
            "month": month,
            "rung": rung,
        }
        for key, rung in sorted(needed.items())
    ]
    statement = insert(ladder)
    highest = sa.func.greatest(ladder.c.rung, statement.excluded.rung)
    connection.execute(
        statement.on_conflict_do_update(index_elements=ladder.primary_key, set_={"rung": highest}),
        rows,
    )
