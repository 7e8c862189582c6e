"""`kim run`: take in what the sources delivered and process it, month by month."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated

import typer

from assets.jobs import MONTH_JOB, intake_job_name
from assets.resources import Hub
from kim_pipeline.commands.instance import open_instance
from kim_pipeline.commands.jobs import Runner, runner, warnings
from kim_pipeline.commands.output import say
from kim_pipeline.commands.progress import is_accepted, is_published
from kim_pipeline.errors import ConfigError, DeliveryError
from kim_pipeline.periods import format_month, months_between, parse_month
from kim_pipeline.settings import Settings, read_settings
from sources.arrivals import delivered_months
from sources.contract import load_contracts

Again = Annotated[bool, typer.Option("--again", help="Process months that are up to date as well.")]


def run(
    month: Annotated[str | None, typer.Option(help="One month, YYYY-MM.")] = None,
    first: Annotated[str | None, typer.Option("--from", help="First month.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last month.")] = None,
    again: Again = False,
) -> None:
    """Pull and process what is in the sources, through the same jobs as the schedule."""
    settings = read_settings()
    run_months(settings, _months(settings, month, first, last), again=again)


def run_months(settings: Settings, months: Iterable[date], *, again: bool = False) -> None:
    """Run intake and month job for every month, in order, in this process.

    Raises KimError at the first run that fails; what was done before stays.
    """
    hub = Hub()
    with open_instance(settings) as instance:
        jobs = runner(instance)
        for month in months:
            _run_month(jobs, hub, month, again=again)


def _run_month(jobs: Runner, hub: Hub, month: date, *, again: bool) -> None:
    name = format_month(month)
    notes: list[str] = []
    for contract in hub.contracts:
        if again or not is_accepted(hub, contract, month):
            notes += warnings(jobs.run(intake_job_name(contract.source), month))
    if not again and jobs.finished(MONTH_JOB, month) and is_published(hub, month):
        say(f"{name}  up to date")
        return
    notes += warnings(jobs.run(MONTH_JOB, month))
    say(f"{name}  done" + (f", {len(notes)} quality warnings" if notes else ""))


def _months(
    settings: Settings, month: str | None, first: str | None, last: str | None
) -> list[date]:
    if month and (first or last):
        raise ConfigError("Give either --month, or --from and --to.")
    if month:
        return [parse_month(month)]
    delivered = delivered_months(load_contracts(), settings)
    if not delivered and not (first and last):
        raise DeliveryError(
            f"{settings.inbox} holds no deliveries; put them there, or say --month."
        )
    start = parse_month(first) if first else delivered[0]
    return list(months_between(start, parse_month(last) if last else delivered[-1]))
