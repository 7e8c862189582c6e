"""Facts about rows that SQL decides for the rules: booleans, NULL where a fact does not apply."""

from typing import Any

import sqlalchemy as sa

Condition = sa.ColumnElement[bool]
Query = sa.Select[Any]


def fact(name: str, then: Condition, *, when: Condition | None = None) -> Condition:
    """Name a condition that a row should meet, for the rows that `when` picks (default: all)."""
    decided: Condition = then if when is None else sa.case((when, then))
    # The type is what the reader of the column goes by; SQLAlchemy does not always see it.
    return sa.type_coerce(decided, sa.Boolean()).label(name)
