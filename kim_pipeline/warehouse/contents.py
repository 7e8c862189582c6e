"""Which contents of a source the warehouse took, by their keyed digest."""

from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa

from kim_pipeline.warehouse.schema.quality import delivery


@dataclass(frozen=True)
class Contents:
    """Every content that was accepted, withdrawn ones too, and the one that holds for a month."""

    known: frozenset[bytes] = frozenset()
    in_force: dict[date, bytes] = field(default_factory=dict)


def contents(connection: sa.Connection, source: str) -> Contents:
    """Read what was taken of a source; refused deliveries never were."""
    query = (
        sa.select(delivery.c.month, delivery.c.content_mac, delivery.c.status)
        .where(delivery.c.source == source, delivery.c.status.in_(("accepted", "withdrawn")))
        .order_by(delivery.c.month, delivery.c.sequence)
    )
    rows = [(month, bytes(mac), status) for month, mac, status in connection.execute(query)]
    in_force = {month: mac for month, mac, status in rows if status == "accepted"}
    return Contents(frozenset(mac for _, mac, _ in rows), in_force)
