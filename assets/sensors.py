"""Sensors: what comes late is taken in when it comes, and the months it reaches are made again."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import dagster as dg
import sqlalchemy as sa

from assets.jobs import intake_job_name
from assets.months import months_of
from assets.progress import is_published
from assets.resources import Hub
from kim_pipeline.kreis import Kreis
from kim_pipeline.periods import format_month, next_month, parse_month
from kim_pipeline.warehouse.delivery_book import read_entries
from kim_pipeline.warehouse.schema.register import link_run
from sources.contracts.contract import Contract
from sources.receiving.arrivals import delivered_months

if TYPE_CHECKING:
    from dagster._core.definitions.unresolved_asset_job_definition import (
        UnresolvedAssetJobDefinition as AssetJob,
    )

LATE_DELIVERIES, MONTHS_AGAIN = "late_deliveries", "months_again"
HALF_AN_HOUR = 1800
PARTITION = "dagster/partition"


def sensors(
    kreis: Kreis, intake: "Sequence[AssetJob]", month: "AssetJob"
) -> list[dg.SensorDefinition]:
    """Make all sensors; those of a demo Kreis are off until somebody turns them on."""
    return [_late_deliveries(kreis, intake), _months_again(kreis, intake, month)]


def _late_deliveries(kreis: Kreis, intake: "Sequence[AssetJob]") -> dg.SensorDefinition:
    @dg.sensor(
        name=LATE_DELIVERIES,
        jobs=list(intake),
        minimum_interval_seconds=HALF_AN_HOUR,
        default_status=_status(kreis),
        description=(
            "Looks every half hour for deliveries that came after the day their contract promises, "
            "and of which the book of deliveries knows nothing yet; it starts their intake, once a "
            "day until the book names them. A source that never delivered waits for its first "
            "intake, which somebody starts."
        ),
    )
    def late(hub: Hub) -> Iterator[dg.RunRequest]:
        today = datetime.now(ZoneInfo(kreis.time_zone)).date()
        for contract in hub.permitted_contracts:
            for month in _waiting(hub, contract, kreis, today):
                name = format_month(month)
                yield dg.RunRequest(
                    run_key=f"{contract.source}:{name}:{today}",
                    job_name=intake_job_name(contract.source),
                    partition_key=name,
                )

    return late


def _waiting(hub: Hub, contract: Contract, kreis: Kreis, today: date) -> list[date]:
    """List the months that lie there, were due before today and stand in no line of the book."""
    with hub.transaction("Reading deliveries") as connection:
        known = {entry.month for entry in read_entries(connection, contract.source)}
    if not known:
        return []
    months = set(map(parse_month, months_of(kreis).get_partition_keys()))
    lying = set(delivered_months([contract], hub.settings)) & months - known
    return sorted(month for month in lying if _promised(contract, month) < today)


def _promised(contract: Contract, month: date) -> date:
    day = int(contract.cadence.cron.split()[2])
    return next_month(month) + timedelta(days=day - 1)


def _months_again(
    kreis: Kreis, intake: "Sequence[AssetJob]", month: "AssetJob"
) -> dg.SensorDefinition:
    @dg.run_status_sensor(
        name=MONTHS_AGAIN,
        run_status=dg.DagsterRunStatus.SUCCESS,
        monitored_jobs=list(intake),
        request_job=month,
        default_status=_status(kreis),
        description=(
            "After an intake that succeeded: makes every month again that was made before and that "
            "the delivery reaches, its own and the later ones, in order. A month whose figures "
            "stand on all that is known is left alone, and so is one that was never made."
        ),
    )
    def again(context: dg.RunStatusSensorContext, hub: Hub) -> Iterator[dg.RunRequest]:
        run = context.dagster_run
        for reached in _reached(hub, parse_month(run.tags[PARTITION])):
            if not is_published(hub, reached):
                name = format_month(reached)
                yield dg.RunRequest(run_key=f"{run.run_id}:{name}", partition_key=name)

    return again


def _reached(hub: Hub, month: date) -> list[date]:
    """List the months from this one on that were linked before."""
    query = (
        sa.select(link_run.c.month)
        .where(link_run.c.month >= month)
        .distinct()
        .order_by(link_run.c.month)
    )
    with hub.transaction("Reading the register") as connection:
        return list(connection.execute(query).scalars())


def _status(kreis: Kreis) -> dg.DefaultSensorStatus:
    status = dg.DefaultSensorStatus
    return status.STOPPED if kreis.demo else status.RUNNING
