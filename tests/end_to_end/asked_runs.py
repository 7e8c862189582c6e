"""What the sensors of an installation ask for, as its daemon would evaluate them."""

from collections.abc import Iterable
from typing import Any

import dagster as dg
import pytest
from own_kreis import OwnKreis

from assets.jobs import MONTH_TAG, intake_job_name
from assets.resources import Hub
from assets.sensors import LATE_DELIVERIES, MONTHS_AGAIN
from kim_pipeline.commands.instance import open_instance
from kim_pipeline.definitions import defs


def late_deliveries(kreis: OwnKreis, patch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """List job and month of each run that is asked for."""
    asked = _sensor(LATE_DELIVERIES, kreis, patch)(dg.build_sensor_context(resources=_hub()))
    return sorted((str(run.job_name), str(run.partition_key)) for run in asked)


def months_again(
    kreis: OwnKreis, source: str, month: str, patch: pytest.MonkeyPatch
) -> list[str | None]:
    """List the months asked for after the newest intake of a source's month."""
    sensor = _sensor(MONTHS_AGAIN, kreis, patch)
    with open_instance(kreis.settings) as instance:
        wanted = dg.RunsFilter(job_name=intake_job_name(source), tags={MONTH_TAG: month})
        run = instance.get_runs(wanted, limit=1)[0]
        (entry,) = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.RUN_SUCCESS)
        context = dg.build_run_status_sensor_context(
            MONTHS_AGAIN, entry.get_dagster_event(), instance, run, resources=_hub()
        )
        asked: Iterable[dg.RunRequest] = sensor(context)
        return [request.partition_key for request in asked]


def _sensor(name: str, kreis: OwnKreis, patch: pytest.MonkeyPatch) -> Any:
    for variable, value in kreis.environment.items():
        patch.setenv(variable, value)
    return next(sensor for sensor in defs().sensors or [] if sensor.name == name)


def _hub() -> dict[str, object]:
    return {"hub": Hub()}
