"""The scorecard of a source: how punctual, complete and right each month was, and the trend."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from kim_pipeline.periods import next_month
from kim_pipeline.warehouse import refusals
from kim_pipeline.warehouse.schema.quality import check_result, delivery, scorecard
from sources.contracts.contract import Contract
from sources.feedback.selection import newest_accepted, records_with_findings

TREND_MONTHS = 13
_CAME = ("accepted", "refused", "withdrawn")


@dataclass(frozen=True)
class Scorecard:
    """One month of one source, as `quality.scorecard` holds it."""

    month: date
    source: str
    due_on: date
    grace_ends_on: date
    received_on: date | None
    days_late: int | None
    deliveries: int
    rows_delivered: int | None
    rows_rejected: int | None
    rules_checked: int
    rules_failed: int
    records_with_findings: int


@dataclass(frozen=True)
class RuleTrend:
    """A rule with the percent of values that broke it, oldest month first; None where unknown."""

    rule: str
    text: str
    passed: bool
    checked: int | None
    unexpected: int | None
    percents: tuple[float | None, ...]


def due(contract: Contract, month: date) -> date:
    """Give the day on which the delivery for a month is due, as the contract's cron says."""
    return next_month(month).replace(day=int(contract.cadence.cron.split()[2]))


def score(connection: sa.Connection, contract: Contract, month: date, time_zone: str) -> Scorecard:
    """Judge one month of a source from its own deliveries, rows and rules, and keep the result."""
    came = _received(connection, contract.source, month)
    accepted = [moment for moment, status in came if status != "refused"]
    received = accepted[0].astimezone(ZoneInfo(time_zone)).date() if accepted else None
    unread = refusals.read(connection, contract.source, month)
    due_on = due(contract, month)
    grace = due_on + timedelta(days=contract.cadence.late_after_days)
    newest = newest_accepted(connection, contract.source, month)
    checked, failed = _rules(connection, contract.source, month)
    made = Scorecard(
        month=month,
        source=contract.source,
        due_on=due_on,
        grace_ends_on=grace,
        received_on=received,
        days_late=None if received is None else max(0, (received - grace).days),
        deliveries=len(came) + len(unread),
        rows_delivered=newest["rows_delivered"] if newest else None,
        rows_rejected=newest["rows_rejected"] if newest else None,
        rules_checked=checked,
        rules_failed=failed,
        records_with_findings=records_with_findings(connection, contract, month),
    )
    same = (scorecard.c.month == month, scorecard.c.source == contract.source)
    connection.execute(scorecard.delete().where(*same))
    connection.execute(scorecard.insert().values(asdict(made)))
    return made


def read_scorecards(connection: sa.Connection, source: str, month: date) -> list[Scorecard]:
    """Read the scorecards of a source for a month and the twelve before it, oldest first."""
    query = (
        sa.select(scorecard)
        .where(
            scorecard.c.source == source,
            scorecard.c.month.between(next_month(month, 1 - TREND_MONTHS), month),
        )
        .order_by(scorecard.c.month)
    )
    return [Scorecard(**row) for row in connection.execute(query).mappings()]


def rule_trends(connection: sa.Connection, source: str, months: Sequence[date]) -> list[RuleTrend]:
    """Follow the source's rules through the months, those that failed in the last one first."""
    query = sa.select(check_result).where(
        check_result.c.source == source, check_result.c.month.in_(months)
    )
    by_rule: dict[tuple[str, str], dict[date, Any]] = {}
    for row in connection.execute(query).mappings():
        by_rule.setdefault((row["asset"], row["rule"]), {})[row["month"]] = row
    trends = [
        _trend(rule, rows, months)
        for (_, rule), rows in sorted(by_rule.items())
        if months[-1] in rows
    ]
    return sorted(trends, key=lambda trend: (trend.passed, -(trend.percents[-1] or 0.0)))


def _trend(rule: str, rows: dict[date, Any], months: Sequence[date]) -> RuleTrend:
    last = rows[months[-1]]
    return RuleTrend(
        rule=rule,
        text=last["description_de"],
        passed=last["passed"],
        checked=last["checked"],
        unexpected=last["unexpected"],
        percents=tuple(_percent(rows.get(month)) for month in months),
    )


def _percent(row: Any) -> float | None:
    if row is None or not row["checked"] or row["unexpected"] is None:
        return None
    return float(round(100 * row["unexpected"] / row["checked"], 2))


def _received(connection: sa.Connection, source: str, month: date) -> Sequence[Any]:
    """Read when each delivery was pulled, and its status; an old one by what it says itself."""
    moment = sa.func.coalesce(delivery.c.pulled_at, delivery.c.received_at)
    query = (
        sa.select(moment, delivery.c.status)
        .where(
            delivery.c.source == source,
            delivery.c.month == month,
            delivery.c.status.in_(_CAME),
        )
        .order_by(delivery.c.sequence)
    )
    return connection.execute(query).all()


def _rules(connection: sa.Connection, source: str, month: date) -> tuple[int, int]:
    failed = sa.func.count().filter(sa.not_(check_result.c.passed))
    query = sa.select(sa.func.count(), failed).where(
        check_result.c.source == source, check_result.c.month == month
    )
    checked, broken = connection.execute(query).one()
    return int(checked), int(broken)
