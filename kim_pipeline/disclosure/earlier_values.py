"""What was published in the twelve months before: an attacker keeps old reports."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

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
    """Read all values published of each count in the 12 months before, in no order."""
    found: dict[Population, dict[Place, list[float]]] = {}
    for row in connection.execute(_query(month)):
        key = CellKey(*row[: -len(_PARTS)])
        indicator = indicators.get(key.indicator_id)
        for part, values in zip(_PARTS, row[-len(_PARTS) :], strict=True):
            population: Population | None = getattr(indicator, part, None)
            shown = [float(value) for value in values if value is not None]
            if population is not None and shown:
                # Several indicators show the same count; one of them is enough.
                found.setdefault(population, {})[place_of(key)] = shown
    return found


def _query(month: date) -> sa.Select[Any]:
    cell = cell_ledger.c
    labels = [cell[name] for name in CellKey.__dataclass_fields__]
    newest = (
        sa.select(*labels, cell.numerator, cell.denominator)
        .ext(distinct_on(*labels, cell.month))
        .where(cell.month.between(next_month(month, -MONTHS_KEPT), next_month(month, -1)))
        .order_by(*labels, cell.month, cell.revision.desc())
        .subquery()
    )
    names = [newest.c[column.name] for column in labels]
    shown = (sa.func.array_agg(newest.c[part]) for part in _PARTS)
    return sa.select(*names, *shown).group_by(*names)
