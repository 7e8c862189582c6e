"""Deliveries that were refused before their rows could be judged, as the audit log keeps them.

What a gate refused stands in `quality.delivery`; here is what could not even be read, or broke a
delivery rule. A refusal moves no known time.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import sqlalchemy as sa

from kim_pipeline.warehouse.audit_log import Event, log
from kim_pipeline.warehouse.schema.audit import event
from kim_pipeline.warehouse.schema.quality import delivery

REFUSED = "delivery refused"
BEFORE = "accepted_before"


def note(connection: sa.Connection, refused: Event, audit_key: bytes) -> None:
    """Log a refusal, and how many deliveries of its month were accepted before it.

    The same reason again, with nothing else in between, is not logged twice.
    """
    counts = {BEFORE: _accepted(connection, refused.source, refused.month)}
    known = read(connection, refused.source, refused.month)
    if not known or (known[-1].reason, known[-1].counts) != (refused.reason, counts):
        log(connection, replace(refused, counts=counts), audit_key)


def standing(connection: sa.Connection, source: str, month: date) -> Sequence[Event]:
    """Read the refusals of a month that no accepted delivery has followed, oldest first.

    Told by counts, not by clocks: what is accepted keeps the time it was made.
    """
    accepted = _accepted(connection, source, month)
    found = read(connection, source, month)
    return [refused for refused in found if refused.counts.get(BEFORE, 0) == accepted]


def read(
    connection: sa.Connection, source: str | None = None, month: date | None = None
) -> Sequence[Event]:
    """Read the refusals of all sources and months, or of one, oldest first."""
    asked = [
        event.c[name] == value
        for name, value in (("source", source), ("month", month))
        if value is not None
    ]
    names = ("action", "at", "reason", "source", "month", "counts")
    query = (
        sa.select(*(event.c[name] for name in names))
        .where(event.c.action == REFUSED, *asked)
        .order_by(event.c.position)
    )
    return [Event(**row) for row in connection.execute(query).mappings()]


def _accepted(connection: sa.Connection, source: str | None, month: date | None) -> int:
    """Count the deliveries that were accepted for a month, those withdrawn since too."""
    query = sa.select(sa.func.count()).where(
        delivery.c.source == source,
        delivery.c.month == month,
        delivery.c.status.in_(("accepted", "withdrawn")),
    )
    return int(connection.execute(query).scalar_one())
