"""Jobs and schedules: one intake job per source on its contract's cron, then the month job."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import dagster as dg

from kim_pipeline.kreis import Kreis
from kim_pipeline.periods import format_month, previous_month
from sources.contracts.contract import Contract

if TYPE_CHECKING:
    from dagster._core.definitions.unresolved_asset_job_definition import (
        UnresolvedAssetJobDefinition as AssetJob,
    )

MONTH_JOB = "month"
STEPS = ("delivery", "incoming", "records")


def intake_job_name(source: str) -> str:
    """Name the intake job of a source."""
    return f"intake_{source}"


def intake_jobs(contracts: Iterable[Contract]) -> "list[AssetJob]":
    """Make the job of every source: pull, pseudonymise, gate, accept."""
    return [
        dg.define_asset_job(
            intake_job_name(contract.source),
            selection=dg.AssetSelection.assets(*map(contract.step, STEPS)),
            description=f"Takes in the delivery of {contract.source}: pull, pseudonymise, accept.",
            tags={"source": contract.source},
        )
        for contract in contracts
    ]


def month_job() -> "AssetJob":
    """Make the job that links, builds, publishes and reports one month."""
    return dg.define_asset_job(
        MONTH_JOB,
        selection=dg.AssetSelection.groups("register", "core", "published", "report", "feedback"),
        description="Links, builds, publishes, reports one month; tells sources what to mend.",
    )


def schedules(kreis: Kreis, contracts: tuple[Contract, ...]) -> list[dg.ScheduleDefinition]:
    """Make the schedules: each source on its own cron, the month after the last one's grace."""
    made = [_schedule(kreis, intake_job_name(c.source), c.cadence.cron) for c in contracts]
    return [*made, _schedule(kreis, MONTH_JOB, month_cron(contracts))]


def month_cron(contracts: Iterable[Contract]) -> str:
    """Give the cron of the month job: 10 o'clock the day after the last day of grace."""
    days = [int(c.cadence.cron.split()[2]) + c.cadence.late_after_days for c in contracts]
    return f"0 10 {min(max(days, default=1) + 1, 28)} * *"


def _schedule(kreis: Kreis, job: str, cron: str) -> dg.ScheduleDefinition:
    status = dg.DefaultScheduleStatus
    time_zone = kreis.time_zone

    @dg.schedule(
        name=f"{job}_schedule",
        job_name=job,
        cron_schedule=cron,
        execution_timezone=time_zone,
        default_status=status.STOPPED if kreis.demo else status.RUNNING,
        description="Runs for the month before.",
    )
    def due(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        today = (context.scheduled_execution_time or datetime.now(ZoneInfo(time_zone))).date()
        month = format_month(previous_month(today.replace(day=1)))
        return dg.RunRequest(run_key=f"{job}:{month}", partition_key=month)

    return due
