"""Schedules: each source when its contract promises it, the month after the last one's grace."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import dagster as dg

from assets.freshness import month_cron
from assets.jobs import MONTH_JOB, TIMELINESS_JOB, intake_job_name
from assets.sensors import LATE_DELIVERIES, MONTHS_AGAIN
from kim_pipeline.kreis import Kreis
from kim_pipeline.periods import format_month, previous_month
from sources.contracts.contract import Contract

EVERY_MORNING = "0 8 * * *"


@dataclass(frozen=True)
class _When:
    """When a job runs, and why then."""

    job: str
    cron: str
    why: str


def schedules(kreis: Kreis, contracts: tuple[Contract, ...]) -> list[dg.ScheduleDefinition]:
    """Make all schedules; those of a demo Kreis are off until somebody turns them on."""
    made = [_monthly(kreis, _of_source(contract)) for contract in contracts]
    return [*made, _monthly(kreis, _of_month(contracts)), _timeliness(kreis)]


def _of_source(contract: Contract) -> _When:
    cadence = contract.cadence
    why = (
        f"since the contract of {contract.source} promises the delivery of the month before by "
        f"then. It may come {cadence.late_after_days} days late: what comes after this run is "
        f"taken in by the sensor {LATE_DELIVERIES}."
    )
    return _When(intake_job_name(contract.source), cadence.cron, why)


def _of_month(contracts: tuple[Contract, ...]) -> _When:
    why = (
        "since the grace of the last source ended the day before. A source that has not delivered "
        "is represented by its newest earlier delivery, and its figures stay provisional; when it "
        f"delivers, the sensor {MONTHS_AGAIN} makes the month again."
    )
    return _When(MONTH_JOB, month_cron(contracts), why)


def _monthly(kreis: Kreis, when: _When) -> dg.ScheduleDefinition:
    time_zone = kreis.time_zone

    @dg.schedule(
        name=f"{when.job}_schedule",
        job_name=when.job,
        cron_schedule=when.cron,
        execution_timezone=time_zone,
        default_status=_status(kreis),
        description=f"{_told(when.cron)} ({time_zone}) for the month before, {when.why}",
    )
    def due(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        today = (context.scheduled_execution_time or datetime.now(ZoneInfo(time_zone))).date()
        month = format_month(previous_month(today.replace(day=1)))
        return dg.RunRequest(run_key=f"{when.job}:{month}", partition_key=month)

    return due


def _timeliness(kreis: Kreis) -> dg.ScheduleDefinition:
    return dg.ScheduleDefinition(
        name=f"{TIMELINESS_JOB}_schedule",
        job_name=TIMELINESS_JOB,
        cron_schedule=EVERY_MORNING,
        execution_timezone=kreis.time_zone,
        default_status=_status(kreis),
        description=(
            f"Every day at 08:00 ({kreis.time_zone}), so that a late delivery is seen the day "
            "after its grace ended."
        ),
    )


def _status(kreis: Kreis) -> dg.DefaultScheduleStatus:
    status = dg.DefaultScheduleStatus
    return status.STOPPED if kreis.demo else status.RUNNING


def _told(cron: str) -> str:
    minute, hour, day = cron.split()[:3]
    return f"On day {day} of each month at {int(hour):02}:{int(minute):02}"
