"""The book of deliveries: what came, in which order it was learnt, what it changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from kim_pipeline.errors import DeliveryError
from kim_pipeline.periods import format_month
from kim_pipeline.warehouse.history import Difference, Moment, until
from kim_pipeline.warehouse.schema.quality import delivery
from kim_pipeline.warehouse.schema.register import link_run


@dataclass(frozen=True)
class Arrival:
    """What is known of a delivery before it enters the history."""

    source: str
    month: date
    received_at: datetime
    content_mac: bytes
    contract_version: str
    code_version: str
    rows_delivered: int
    rows_rejected: int
    pulled_at: datetime | None = None


def accepted_already(connection: sa.Connection, arrival: Arrival) -> bool:
    """Tell whether this very content is the newest accepted one of its source and month.

    Raises DeliveryError when it is an older one that has been replaced since, or was withdrawn.
    """
    if arrival.content_mac in withdrawn(connection, arrival.source, arrival.month):
        raise DeliveryError(
            f"{arrival.source} {format_month(arrival.month)}: this delivery was withdrawn; ask the "
            "authority for a corrected one with a higher number."
        )
    newest = connection.execute(
        sa.select(delivery.c.content_mac)
        .where(*_accepted(arrival.source), delivery.c.month == arrival.month)
        .order_by(delivery.c.sequence.desc())
    ).scalars()
    contents = [bytes(mac) for mac in newest]
    if arrival.content_mac in contents[1:]:
        raise DeliveryError(
            f"{arrival.source} {format_month(arrival.month)}: this delivery was replaced by a "
            "newer one; deliver the newer one again if it must be restored."
        )
    return bool(contents) and contents[0] == arrival.content_mac


def withdrawn(connection: sa.Connection, source: str, month: date) -> frozenset[bytes]:
    """Name the contents that were accepted for a month and taken back later."""
    query = sa.select(delivery.c.content_mac).where(
        delivery.c.source == source,
        delivery.c.month == month,
        delivery.c.status == "withdrawn",
    )
    return frozenset(map(bytes, connection.execute(query).scalars()))


def refused_already(connection: sa.Connection, arrival: Arrival, reason: str) -> bool:
    """Tell whether this very content stands in the book as refused; adds a reason that is new."""
    same = (
        delivery.c.source == arrival.source,
        delivery.c.month == arrival.month,
        delivery.c.status == "refused",
        delivery.c.content_mac == arrival.content_mac,
    )
    known = connection.execute(sa.select(delivery.c.reason).where(*same)).scalar()
    if known is not None and reason not in known:
        connection.execute(delivery.update().where(*same).values(reason=f"{known}; {reason}"))
    return known is not None


def _accepted(source: str) -> tuple[sa.ColumnElement[bool], ...]:
    return delivery.c.source == source, delivery.c.status == "accepted"


def next_moment(connection: sa.Connection, arrival: Arrival) -> Moment:
    """Give a new delivery its number and its place in both times.

    Known time is the time it was received, moved on where needed so that it rises within the
    source, refused deliveries included. What arrives for a month that was built already was learnt
    after the figures it corrects. Locks the source until the transaction ends.
    """
    lock(connection)
    last = connection.execute(
        sa.select(sa.func.max(delivery.c.known_at)).where(delivery.c.source == arrival.source)
    ).scalar()
    number = connection.execute(sa.select(sa.func.max(delivery.c.delivery_id))).scalar() or 0
    known_at = arrival.received_at
    if last is not None:
        known_at = max(known_at, last + timedelta(microseconds=1))
    built = _built_from(connection, arrival.month)
    if built is not None:
        known_at = max(known_at, built + timedelta(microseconds=1))
    accepted = _months(connection, arrival.source, "accepted")
    end = until(accepted, arrival.month)
    taken_back = _months(connection, arrival.source, "withdrawn")
    between = sorted(m for m in taken_back if arrival.month < m < end)
    return Moment(arrival.month, end, known_at, number + 1, tuple(between))


def lock(connection: sa.Connection) -> None:
    """Let no other transaction write the book until this one ends."""
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext("kim.delivery"))))


def _built_from(connection: sa.Connection, month: date) -> datetime | None:
    """Give the knowledge behind the months from this one on that were built before, if any."""
    newest = connection.execute(
        sa.select(sa.func.max(link_run.c.month)).where(link_run.c.month >= month)
    ).scalar()
    return None if newest is None else known_at(connection, newest)


def _months(connection: sa.Connection, source: str, status: str) -> Sequence[date]:
    same = (delivery.c.source == source, delivery.c.status == status)
    query = sa.select(delivery.c.month).where(*same).distinct()
    return connection.execute(query).scalars().all()


@dataclass(frozen=True)
class Outcome:
    """What became of an entry of the book: status, history rows by table, and why."""

    status: str
    changes: Mapping[str, Difference]
    reason: str | None = None
    withdraws: int | None = None


def record(connection: sa.Connection, arrival: Arrival, moment: Moment, outcome: Outcome) -> None:
    """Write a delivery into the book, with what became of it."""
    sequence = connection.execute(
        sa.select(sa.func.coalesce(sa.func.max(delivery.c.sequence), 0) + 1).where(
            delivery.c.source == arrival.source, delivery.c.month == arrival.month
        )
    ).scalar_one()
    values: dict[str, Any] = {
        "delivery_id": moment.delivery_id,
        "source": arrival.source,
        "month": arrival.month,
        "sequence": sequence,
        "received_at": arrival.received_at,
        "known_at": moment.known_at,
        "pulled_at": arrival.pulled_at,
        "status": outcome.status,
        "reason": outcome.reason,
        "rows_delivered": arrival.rows_delivered,
        "rows_rejected": arrival.rows_rejected,
        "rows_opened": sum(change.opened for change in outcome.changes.values()),
        "rows_closed": sum(change.closed for change in outcome.changes.values()),
        "content_mac": arrival.content_mac,
        "contract_version": arrival.contract_version,
        "code_version": arrival.code_version,
        "changes": {name: vars(change) for name, change in outcome.changes.items()},
        "withdraws": outcome.withdraws,
    }
    connection.execute(delivery.insert().values(**values))


def knowledge(month: date) -> sa.ScalarSelect[datetime]:
    """Select the moment at which everything about a month and those before it was known.

    Its deliveries, all earlier ones, what was taken back of them, and its links; deliveries for
    later months do not count, for they must not reach back. Null before the first delivery.
    """
    told = delivery.c.status.in_(("accepted", "withdrawal")) & (delivery.c.month <= month)
    delivered = sa.select(sa.func.max(delivery.c.known_at)).where(told).scalar_subquery()
    linked = sa.select(sa.func.max(link_run.c.known_at)).where(link_run.c.month == month)
    return sa.select(sa.func.greatest(delivered, linked.scalar_subquery())).scalar_subquery()


def known_at(connection: sa.Connection, month: date) -> datetime | None:
    """Give the moment at which everything about a month was known; None before the first."""
    moment: datetime | None = connection.execute(sa.select(knowledge(month))).scalar()
    return moment


def newest_month(connection: sa.Connection) -> date | None:
    """Give the newest month for which any source has delivered, be it withdrawn since."""
    came = delivery.c.status.in_(("accepted", "withdrawn"))
    month: date | None = connection.execute(
        sa.select(sa.func.max(delivery.c.month)).where(came)
    ).scalar()
    return month


@dataclass(frozen=True)
class Used:
    """A delivery that a month is made from."""

    source: str
    month: date
    delivery_id: int
    content_mac: bytes


def deliveries_for(connection: sa.Connection, month: date) -> tuple[Used, ...]:
    """Choose, for every source, its newest accepted delivery for the month or an earlier one."""
    query = (
        sa.select(
            delivery.c.source, delivery.c.month, delivery.c.delivery_id, delivery.c.content_mac
        )
        .ext(distinct_on(delivery.c.source))
        .where(delivery.c.status == "accepted", delivery.c.month <= month)
        .order_by(delivery.c.source, delivery.c.month.desc(), delivery.c.sequence.desc())
    )
    return tuple(Used(r[0], r[1], r[2], bytes(r[3])) for r in connection.execute(query))
