"""Retention: what a contract lets us keep no longer is deleted, and the audit log says so."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import dagster as dg

from assets.refusals import refusals
from assets.resources import Hub
from kim_pipeline.kreis import Kreis
from kim_pipeline.warehouse import audit_log
from kim_pipeline.warehouse.audit_log import Event
from sources.accepting.outdated import Outdated, outdated

if TYPE_CHECKING:
    from dagster import JobDefinition

RETENTION_JOB = "retention"
CRON = "30 3 * * *"


def delete_outdated(hub: Hub, now: datetime) -> list[Outdated]:
    """Delete what sources delivered and got back that is older than their contracts keep it.

    Of a source whose approval has ended, all of it. Each source is logged in the transaction in
    which its files go. Returns what was deleted.
    """
    there = now.astimezone(ZoneInfo(hub.kreis.time_zone))
    found = outdated(hub.contracts, hub.settings, there, hub.kreis.approvals)
    for one in found:
        happened = Event(audit_log.DELETED, now, one.reason, one.source, counts=one.counts())
        with hub.transaction("Writing the audit log") as connection:
            audit_log.log(connection, happened, hub.keyring.audit_key.secret)
            one.delete()
    return found


def retention_job() -> "JobDefinition":
    """Make the job that deletes what has been kept long enough."""

    @dg.op(description="Deletes what contracts keep no longer, and logs it.")
    def delete_what_is_outdated(context: dg.OpExecutionContext, hub: Hub) -> None:
        with refusals():
            found = delete_outdated(hub, datetime.now(UTC))
        for one in found:
            context.log.info("%s: %s", one.source, one.counts())

    @dg.job(
        name=RETENTION_JOB,
        description=(
            "Deletes sealed deliveries and feedback after the days their contract says, and all of "
            "a source whose approval has ended; each deletion stands in the audit log."
        ),
    )
    def retention() -> None:
        delete_what_is_outdated()

    return retention


def retention_schedule(kreis: Kreis) -> dg.ScheduleDefinition:
    """Make the schedule of the retention job: every night."""
    status = dg.DefaultScheduleStatus
    return dg.ScheduleDefinition(
        name=f"{RETENTION_JOB}_schedule",
        job_name=RETENTION_JOB,
        cron_schedule=CRON,
        execution_timezone=kreis.time_zone,
        default_status=status.STOPPED if kreis.demo else status.RUNNING,
        description=(
            f"Every night at 03:30 ({kreis.time_zone}), since keeping ends on a day: "
            "deletes what has been kept long enough, and says so in the audit log."
        ),
    )
