"""Running the Dagster jobs from the command line: the same jobs the schedule runs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import dagster as dg

from kim_pipeline.definitions import defs
from kim_pipeline.errors import KimError
from kim_pipeline.periods import format_month

PARTITION_TAG = "dagster/partition"
# The console shows what the command says; everything else is in the UI.
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


class RunFailedError(KimError):
    """A run stopped; the message says at which step and why."""


@dataclass(frozen=True)
class Runner:
    """One code location and one instance, for many runs in this process."""

    location: dg.Definitions
    instance: dg.DagsterInstance

    def run(self, job: str, month: date) -> dg.ExecuteInProcessResult:
        """Run a job for one month.

        Raises RunFailedError with the reason of the first failed step or check.
        """
        result = self.location.resolve_job_def(job).execute_in_process(
            partition_key=format_month(month),
            instance=self.instance,
            run_config=_QUIET,
            raise_on_error=False,
        )
        if not result.success:
            raise RunFailedError(f"{job} {format_month(month)}: {_reason(result)}")
        return result

    def finished(self, job: str, month: date) -> bool:
        """Tell whether the last run of a job for one month came to its end."""
        last = dg.RunsFilter(job_name=job, tags={PARTITION_TAG: format_month(month)})
        runs = self.instance.get_runs(last, limit=1)
        return bool(runs) and runs[0].status == dg.DagsterRunStatus.SUCCESS


def runner(instance: dg.DagsterInstance) -> Runner:
    """Load the code location once."""
    return Runner(defs(), instance)


def warnings(result: dg.ExecuteInProcessResult) -> list[str]:
    """Name the checks of a run that failed without stopping it."""
    return [
        f"{check.asset_key.to_user_string()} {check.check_name}"
        for check in result.get_asset_check_evaluations()
        if not check.passed
    ]


def _reason(result: dg.ExecuteInProcessResult) -> str:
    blocking = [
        f"{check.asset_key.to_user_string()}: {check.check_name}"
        + (f" ({check.description})" if check.description else "")
        for check in result.get_asset_check_evaluations()
        if not check.passed and check.severity == dg.AssetCheckSeverity.ERROR
    ]
    if blocking:
        return f"stopped by quality checks ({', '.join(blocking)})"
    return next(_failures(result), "failed; see the run in the Dagster UI")


def _failures(result: dg.ExecuteInProcessResult) -> Iterator[str]:
    for event in result.all_events:
        if event.is_step_failure:
            failure = event.step_failure_data.user_failure_data
            yield (failure.description if failure else None) or f"step {event.step_key} failed"
