"""Marks of builds, in `quality.build`: on what a build that stands rests and what was known.

A mark is written with the rows it speaks of, or not at all, and goes with them into a dump.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from kim_pipeline.core.build import Knowledge
from kim_pipeline.warehouse.schema.quality import build

MONTH, SPELLS = "person_month", "spells"
_COLUMNS = (build.c.month, build.c.known_at, build.c.basis)


@dataclass(frozen=True)
class Mark:
    """A build that stands in the warehouse: its state of knowledge and the sum of its basis."""

    knowledge: Knowledge
    basis: str


def month_mark(connection: sa.Connection, month: date) -> Mark | None:
    """Read the mark of the person months of a month; None where they were never built whole."""
    return _mark(connection, build.c.built == MONTH, build.c.month == month)


def spells_mark(connection: sa.Connection) -> Mark | None:
    """Read the mark of the spells, which have one state; None where they were never built whole."""
    return _mark(connection, build.c.built == SPELLS)


def mark_month(connection: sa.Connection, mark: Mark) -> None:
    """Mark the person months of a month as built."""
    fresh = insert(build).values(built=MONTH, **_values(mark))
    kept = fresh.on_conflict_do_update(
        index_elements=["built", "month"],
        set_={"known_at": fresh.excluded.known_at, "basis": fresh.excluded.basis},
    )
    connection.execute(kept)


def mark_spells(connection: sa.Connection, mark: Mark) -> None:
    """Mark the spells as built, with the month up to which they tell."""
    connection.execute(build.delete().where(build.c.built == SPELLS))
    connection.execute(build.insert().values(built=SPELLS, **_values(mark)))


def forget_marks(connection: sa.Connection) -> None:
    """Forget on what all builds rest, so that the next one of each month is of everybody.

    What was known when they were built stays: whoever builds some persons again asks for it.
    """
    connection.execute(build.update().values(basis=""))


def month_marks(connection: sa.Connection) -> list[Mark]:
    """List the marks of all person months, by month."""
    query = sa.select(*_COLUMNS).where(build.c.built == MONTH).order_by(build.c.month)
    return [_read(row) for row in connection.execute(query)]


def _values(mark: Mark) -> dict[str, object]:
    known = mark.knowledge
    return {"month": known.month, "known_at": known.known_at, "basis": mark.basis}


def _mark(connection: sa.Connection, *which: sa.ColumnElement[bool]) -> Mark | None:
    row = connection.execute(sa.select(*_COLUMNS).where(*which)).one_or_none()
    return None if row is None else _read(row)


def _read(row: Any) -> Mark:
    return Mark(Knowledge(row.month, row.known_at), row.basis)
