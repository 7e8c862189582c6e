"""When each asset should be there: the promises of the contracts as Dagster's freshness.

Dagster looks at the time of the last run alone, whatever month it made; whether the newest month
that is due was accepted is told by the check `NEWEST_DUE`, once a day.
"""

from collections.abc import Iterable
from datetime import date, timedelta

import dagster as dg

from kim_pipeline.periods import next_month, previous_month
from sources.contracts.cadence import Cadence
from sources.contracts.contract import Contract

NEWEST_DUE = "newest_due_month_accepted"
# Every month has so many days.
LAST_DAY = 28


def due_by(cadence: Cadence, month: date) -> date:
    """Give the last day on which the delivery of a month is in time, its grace included."""
    promised = int(cadence.cron.split()[2]) + cadence.late_after_days
    return next_month(month) + timedelta(days=promised - 1)


def newest_due(cadence: Cadence, today: date) -> date:
    """Give the newest month whose delivery should be there, as its first day."""
    month = previous_month(today.replace(day=1))
    return month if today > due_by(cadence, month) else previous_month(month)


def month_cron(contracts: Iterable[Contract]) -> str:
    """Give the cron of the month job: 10 o'clock the day after the last day of grace."""
    days = [int(c.cadence.cron.split()[2]) + c.cadence.late_after_days for c in contracts]
    return f"0 10 {min(max(days, default=1) + 1, LAST_DAY)} * *"


def delivery_freshness(contract: Contract, time_zone: str) -> dg.FreshnessPolicy:
    """Expect a delivery each month, by the end of the grace that its contract gives."""
    minute, hour, day = contract.cadence.cron.split()[:3]
    last = min(int(day) + contract.cadence.late_after_days, LAST_DAY)
    return _monthly(f"{minute} {hour} {last} * *", time_zone)


def month_freshness(contracts: Iterable[Contract], time_zone: str) -> dg.FreshnessPolicy:
    """Expect what the month job makes on the evening of its day."""
    day = month_cron(contracts).split()[2]
    return _monthly(f"0 20 {day} * *", time_zone)


def _monthly(deadline: str, time_zone: str) -> dg.FreshnessPolicy:
    """Count what was made since the month began."""
    since = timedelta(days=int(deadline.split()[2]) - 1)
    return dg.FreshnessPolicy.cron(deadline, max(since, timedelta(days=1)), time_zone)
