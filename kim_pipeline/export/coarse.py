"""The columns of a person month that are coarse enough for an extract, and how others become so."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import sqlalchemy as sa

from kim_pipeline.warehouse.schema.person_month import PARTS, person_month

# Texts too fine to leave: their groups (nationality_group, status_group) may.
FINE = frozenset({"nationality", "title_list", "title_code"})
# Numbers leave in steps and up to a cap, by what they count.
_STEPS = {"_days": (30, 720), "_months": (6, 60)}
_COLUMNS = [sa.column(c.name, c.type) for c in person_month.c]
_VIEW = sa.table("person_month", *_COLUMNS, schema="core")


@cache
def coarse_columns() -> Mapping[str, sa.ColumnElement[Any]]:
    """Give the columns an extract may hold, by name, each as coarse as it leaves.

    Flags and groups are as they are; days go down to the last full 30, at most 720, months to the
    last full 6, at most 60. Dates, ages, exact codes and person ids are not among them.
    """
    names = [name for part in PARTS.values() for name in part]
    found = {name: _coarse(person_month.c[name]) for name in names}
    return {name: expression for name, expression in found.items() if expression is not None}


def is_known_to_others(name: str) -> bool:
    """Tell whether a column is what others might know of a person: a group, not a flag."""
    return isinstance(person_month.c[name].type, sa.Text)


def extract_query(columns: tuple[str, ...], first: Any, last: Any) -> sa.Select[Any]:
    """Select month, person id and these columns of the current person months, coarsened."""
    coarse = coarse_columns()
    chosen = [coarse[name].label(name) for name in columns]
    return sa.select(_VIEW.c.month, _VIEW.c.person_id, *chosen).where(
        _VIEW.c.month.between(first, last)
    )


def _coarse(column: sa.Column[Any]) -> sa.ColumnElement[Any] | None:
    there = _VIEW.c[column.name]
    if isinstance(column.type, sa.Boolean):
        return there
    if isinstance(column.type, sa.Text):
        return None if column.name in FINE else there
    if isinstance(column.type, sa.Integer):
        steps = next((s for end, s in _STEPS.items() if column.name.endswith(end)), None)
        return _in_steps(there, *steps) if steps else None
    return None


def _in_steps(column: sa.ColumnElement[Any], step: int, cap: int) -> sa.ColumnElement[Any]:
    # The smaller of the unknown and the cap would be the cap.
    stepped = sa.func.least(column // step * step, cap, type_=sa.Integer())
    return sa.case((column.is_not(None), stepped))
