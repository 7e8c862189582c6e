"""What was published in the twelve months before: an attacker keeps old reports."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from kim_pipeline.disclosure.rules import RECOGNISABLE
from kim_pipeline.disclosure.seen_counts import Place, place_of
from kim_pipeline.indicators.cells import CellKey
from kim_pipeline.indicators.conditions import Population
from kim_pipeline.indicators.indicator import Indicator
from kim_pipeline.periods import next_month
from kim_pipeline.warehouse.schema.audit import cell_ledger

MONTHS_KEPT = 12

Earlier = Mapping[Population, Mapping[Place, list[float]]]
_PARTS = ("numerator", "denominator")


def read_earlier(
    connection: sa.Connection, month: date, indicators: Mapping[str, Indicator]
) -> dict[Population, dict[Place, list[float]]]:
    """Read all values published of each count in the 12 months before, in no order.

    Superseded values too, but for those of counts that have changed recognisably since: who has
    both takes the newer.
    """
    found: dict[Population, dict[Place, list[float]]] = {}
    for part in _PARTS:
        for *labels, values in connection.execute(_query(month, part)):
            key = CellKey(*labels)
            population = getattr(indicators.get(key.indicator_id), part, None)
            if population is not None:
                # Several indicators show the same count; one of them is enough.
                found.setdefault(population, {})[place_of(key)] = [float(one) for one in values]
    return found


def _query(month: date, part: str) -> sa.Select[Any]:
    """Select the values of a part of each cell, but those that a later one serves or replaces."""
    cell = cell_ledger.c
    labels = [cell[name] for name in CellKey.__dataclass_fields__]
    true = cell[f"true_{part}"]
    later = sa.func.lead(true).over(partition_by=(*labels, cell.month), order_by=cell.revision)
    change = sa.func.abs(later - true)
    drawn = (
        sa.select(*labels, cell[part].label("shown"), change.label("change"))
        .where(cell.month.between(next_month(month, -MONTHS_KEPT), next_month(month, -1)))
        .subquery()
    )
    names = [drawn.c[column.name] for column in labels]
    kept = drawn.c.change.is_(None) | drawn.c.change.between(1, RECOGNISABLE - 1)
    return (
        sa.select(*names, sa.func.array_agg(drawn.c.shown))
        .where(kept, drawn.c.shown.is_not(None))
        .group_by(*names)
    )
