"""Taking a delivery back: its months become what they would be without it; its past stays."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from kim_pipeline.errors import DeliveryError
from kim_pipeline.periods import format_month
from kim_pipeline.warehouse import deliveries
from kim_pipeline.warehouse.deliveries import Arrival, Outcome
from kim_pipeline.warehouse.history import Difference, Taught, reapply
from kim_pipeline.warehouse.schema.quality import delivery

LONGEST_REASON = 200


@dataclass(frozen=True)
class Order:
    """What is to be taken back, when that is learnt, and why.

    `sequence` is the number in the book of deliveries; None means the newest accepted one.
    """

    source: str
    month: date
    because: str
    at: datetime
    sequence: int | None = None


@dataclass(frozen=True)
class Withdrawal:
    """What a withdrawal did: the number it took back, rows by table, and what serves instead."""

    sequence: int
    changes: Mapping[str, Difference]
    serving: date | None


def withdraw(connection: sa.Connection, tables: Mapping[str, sa.Table], order: Order) -> Withdrawal:
    """Take an accepted delivery back, as a restatement learnt now.

    The history becomes what it would be had the earlier delivery of that month held, or, without
    one, the newest of the months before. What was known until now stays readable. A delivery that
    a newer one replaced changes nothing but its entry. Must run in one transaction. Raises
    DeliveryError when there is no such accepted delivery, or the reason is empty or too long.
    """
    because = _reason(order)
    deliveries.lock(connection)
    bad, replaced = _find(connection, order)
    connection.execute(
        delivery.update()
        .where(delivery.c.delivery_id == bad["delivery_id"])
        .values(status="withdrawn")
    )
    arrival = _arrival(bad, order.at)
    moment = deliveries.next_moment(connection, arrival)
    serving = _serving(connection, order)
    changes = {
        name: Difference(0, 0) if replaced else reapply(connection, table, serving, moment)
        for name, table in tables.items()
    }
    outcome = Outcome("withdrawal", changes, because, withdraws=bad["delivery_id"])
    deliveries.record(connection, arrival, moment, outcome)
    return Withdrawal(bad["sequence"], changes, serving.month if serving else None)


def _reason(order: Order) -> str:
    because = " ".join(order.because.split())
    if not because or len(because) > LONGEST_REASON:
        raise DeliveryError(
            f"Say why the delivery is taken back, in 1 to {LONGEST_REASON} letters and without "
            "personal data: everybody who reads the book of deliveries sees it."
        )
    return because


def _find(connection: sa.Connection, order: Order) -> tuple[sa.RowMapping, bool]:
    """Find the delivery to take back, and whether a newer one of its month replaced it."""
    accepted = (
        sa.select(delivery)
        .where(
            delivery.c.source == order.source,
            delivery.c.month == order.month,
            delivery.c.status == "accepted",
        )
        .order_by(delivery.c.sequence.desc())
    )
    rows = connection.execute(accepted).mappings().all()
    wanted = [row for row in rows if order.sequence in (None, row["sequence"])]
    if not wanted:
        number = "" if order.sequence is None else f" number {order.sequence}"
        raise DeliveryError(
            f"{order.source} {format_month(order.month)}: there is no accepted delivery{number} "
            "to take back; see: kim delivery list"
        )
    return wanted[0], wanted[0] is not rows[0]


def _arrival(bad: sa.RowMapping, at: datetime) -> Arrival:
    return Arrival(
        source=bad["source"],
        month=bad["month"],
        received_at=at,
        content_mac=bytes(bad["content_mac"]),
        contract_version=bad["contract_version"],
        code_version=bad["code_version"],
        rows_delivered=0,
        rows_rejected=0,
    )


def _serving(connection: sa.Connection, order: Order) -> Taught | None:
    """Choose the accepted delivery that serves the month now."""
    newest = (
        sa.select(delivery.c.month, delivery.c.known_at)
        .where(
            delivery.c.source == order.source,
            delivery.c.month <= order.month,
            delivery.c.status == "accepted",
        )
        .order_by(delivery.c.month.desc(), delivery.c.sequence.desc())
        .limit(1)
    )
    row = connection.execute(newest).first()
    return Taught(row.month, row.known_at) if row else None
