"""Deliveries that were refused before their rows could be judged, as the audit log keeps them.

What a gate refused stands in `quality.delivery`; here is what could not even be read, or broke a
delivery rule. A refusal moves no known time.
"""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from kim_pipeline.warehouse.audit_log import Event, log
from kim_pipeline.warehouse.schema.audit import event

REFUSED = "delivery refused"


def note(connection: sa.Connection, refused: Event, audit_key: bytes) -> None:
    """Log a refusal; the same reason again, with nothing else in between, is not logged twice."""
    known = read(connection, refused.source, refused.month)
    if not known or known[-1].reason != refused.reason:
        log(connection, refused, audit_key)


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
