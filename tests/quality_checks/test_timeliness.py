"""Timeliness: the newest due month by contract, not the month that was made last."""

from datetime import UTC, date, datetime, timedelta

import pytest

from assets.freshness import delivery_freshness, due_by, month_freshness, newest_due
from kim_pipeline.warehouse.schema.quality import delivery
from quality_checks.hub import Hub
from quality_checks.timeliness import timely
from sources.contracts.cadence import Cadence
from sources.contracts.contract import load_contracts

CADENCE = Cadence("0 7 4 * *", 2, 90)
CONTRACTS = load_contracts()


@pytest.mark.parametrize(
    ("today", "month"),
    [
        (date(2026, 11, 6), date(2026, 9, 1)),
        (date(2026, 11, 7), date(2026, 10, 1)),
        (date(2027, 1, 3), date(2026, 11, 1)),
        (date(2027, 1, 31), date(2026, 12, 1)),
    ],
)
def test_a_month_is_due_the_day_after_its_grace(today: date, month: date) -> None:
    assert newest_due(CADENCE, today) == month
    assert due_by(CADENCE, month) < today


def test_the_deadlines_are_those_of_the_contracts() -> None:
    for contract in CONTRACTS:
        policy = delivery_freshness(contract, "Europe/Berlin")
        day = int(contract.cadence.cron.split()[2]) + contract.cadence.late_after_days
        assert policy.deadline_cron.split()[2:] == [str(day), "*", "*"]
        assert policy.lower_bound_delta.days == day - 1
    days = [int(c.cadence.cron.split()[2]) + c.cadence.late_after_days for c in CONTRACTS]
    evening = month_freshness(CONTRACTS, "Europe/Berlin").deadline_cron
    assert evening.split()[1:3] == ["20", str(max(days) + 1)]


def test_a_source_is_late_until_its_newest_due_month_is_accepted(hub: Hub) -> None:
    (contract,) = (c for c in CONTRACTS if c.source == "job_centre")
    today = due_by(contract.cadence, date(2026, 10, 1)) + timedelta(days=3)
    _deliver(hub, date(2026, 9, 1), "accepted", 1)
    _deliver(hub, date(2026, 10, 1), "refused", 2)
    late = timely(hub, contract, today)
    assert (late.passed, late.unexpected) == (False, 1)
    assert late.error == "2026-10 is 3 days late."
    _deliver(hub, date(2026, 10, 1), "accepted", 3)
    assert timely(hub, contract, today).passed
    assert not late.rule.blocking


def _deliver(hub: Hub, month: date, status: str, number: int) -> None:
    at = datetime(2026, 11, number, tzinfo=UTC)
    counts = dict.fromkeys(
        ("rows_delivered", "rows_rejected", "rows_opened", "rows_closed"), number
    )
    row = {
        **counts,
        "delivery_id": number,
        "source": "job_centre",
        "month": month,
        "sequence": number,
        "received_at": at,
        "known_at": at,
        "status": status,
        "content_mac": bytes([number]),
        "contract_version": "1.0.0",
        "code_version": "0",
    }
    with hub.engine.begin() as connection:
        connection.execute(delivery.insert().values(row))
