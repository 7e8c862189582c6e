"""Marks of builds: on what they rest and what was known, as comments of the stored months.

A comment is written with the rows it speaks of, or not at all, and goes with them into a dump.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from kim_pipeline.core.build import Knowledge, ensure_partition, partition_of
from kim_pipeline.warehouse.statements import run, statement

MONTH, SPELLS = "person_month", "spells"
_COMMENTS = sa.text("""
SELECT c.relname, obj_description(c.oid, 'pg_class')
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = 'core.person_month_history'::regclass
""")


@dataclass(frozen=True)
class Mark:
    """A build that stands in the warehouse: its state of knowledge and the sum of its basis."""

    knowledge: Knowledge
    basis: str


def month_mark(connection: sa.Connection, month: date) -> Mark | None:
    """Read the mark of the person months of a month; None where they were never built whole."""
    return _mark(_comments(connection).get(partition_of(month), {}).get(MONTH))


def spells_mark(connection: sa.Connection) -> Mark | None:
    """Read the mark of the spells, which have one state; None where they were never built whole."""
    found = [told[SPELLS] for told in _comments(connection).values() if SPELLS in told]
    return _mark(found[0]) if len(found) == 1 else None


def mark_month(connection: sa.Connection, mark: Mark) -> None:
    """Mark the person months of a month as built."""
    name = partition_of(mark.knowledge.month)
    told = _comments(connection).get(name, {})
    _write(connection, name, {**told, MONTH: _written(mark)})


def mark_spells(connection: sa.Connection, mark: Mark) -> None:
    """Mark the spells as built, with the month up to which they tell."""
    ensure_partition(connection, mark.knowledge.month)
    for name, told in _comments(connection).items():
        if SPELLS in told:
            _write(connection, name, {n: text for n, text in told.items() if n != SPELLS})
    name = partition_of(mark.knowledge.month)
    told = _comments(connection).get(name, {})
    _write(connection, name, {**told, SPELLS: _written(mark)})


def forget_marks(connection: sa.Connection) -> None:
    """Forget all builds, so that the next one of each month is of everybody."""
    for name in _comments(connection):
        run(connection, statement("COMMENT ON TABLE core.{} IS NULL", name))


def _comments(connection: sa.Connection) -> dict[str, dict[str, Any]]:
    rows = connection.execute(_COMMENTS).all()
    return {name: _told(comment) for name, comment in rows if comment}


def _told(comment: str) -> dict[str, Any]:
    """Read a comment; one that somebody else wrote marks nothing."""
    try:
        told = json.loads(comment)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _write(connection: sa.Connection, name: str, told: Mapping[str, object]) -> None:
    text = json.dumps(told)
    run(connection, statement("COMMENT ON TABLE core.{} IS {text}", name, text=text))


def _written(mark: Mark) -> dict[str, str]:
    known = mark.knowledge
    return {
        "month": known.month.isoformat(),
        "known_at": known.known_at.isoformat(),
        "basis": mark.basis,
    }


def _mark(told: Mapping[str, str] | None) -> Mark | None:
    if told is None:
        return None
    month = date.fromisoformat(told["month"])
    known_at = datetime.fromisoformat(told["known_at"])
    return Mark(Knowledge(month, known_at), told["basis"])
