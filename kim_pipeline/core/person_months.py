"""Person months: what each part found of a person, side by side in one row."""

from typing import Any

import sqlalchemy as sa

from kim_pipeline.core.temporary import KNOWN, found, keep, like, query_of
from kim_pipeline.warehouse.schema.base import UUID
from kim_pipeline.warehouse.schema.person_month import PARTS, person_month

# Everybody of the month; the other parts speak of some of them.
POPULATION = "population"


def person_months(connection: sa.Connection) -> sa.Table:
    """Lay out the person months of the month that is laid out, in a temporary table.

    One row per person known to a source in the month. Must run in the transaction that laid out
    the month and its spells.
    """
    parts = {part: _part(connection, part) for part in PARTS}
    columns = like(person_month, [c.name for c in person_month.columns if c.name not in KNOWN])
    return keep(connection, "kim_person_month", columns, _side_by_side(parts))


def _part(connection: sa.Connection, part: str) -> sa.Table:
    columns = [sa.Column("person_id", UUID), *like(person_month, PARTS[part])]
    return keep(connection, f"kim_month_{part}", columns, found(query_of("month", part), columns))


def _side_by_side(parts: dict[str, sa.Table]) -> sa.Select[Any]:
    everybody = parts[POPULATION]
    moment = sa.table("kim_moment", sa.column("month", sa.Date))
    origin: sa.FromClause = everybody.join(moment, sa.true())
    for part, table in parts.items():
        if part != POPULATION:
            origin = origin.outerjoin(table, table.c.person_id == everybody.c.person_id)
    owner = {name: parts[part] for part, names in PARTS.items() for name in names}
    given = [_given(owner[name].c[name]) for name in owner]
    return sa.select(moment.c.month, everybody.c.person_id, *given).select_from(origin)


def _given(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """Read a column; nothing said of a person is false for a flag."""
    if not isinstance(column.type, sa.Boolean):
        return column
    return sa.func.coalesce(column, sa.false()).label(column.name)
