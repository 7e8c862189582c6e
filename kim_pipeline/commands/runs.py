"""`kim run`: take in what the sources delivered and process it, month by month."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any

import typer

from assets.jobs import MONTH_JOB, intake_job_name
from assets.months import months_of
from assets.progress import is_accepted, is_published, is_withdrawn, stand_in
from assets.refusals import noted
from assets.resources import Hub
from assets.retention import delete_outdated
from kim_pipeline.commands.deliveries import changed_rows
from kim_pipeline.commands.instance import open_instance
from kim_pipeline.commands.jobs import Runner, runner, warnings
from kim_pipeline.commands.options import read_month
from kim_pipeline.commands.output import say
from kim_pipeline.errors import ConfigError, DeliveryError
from kim_pipeline.kreis import Kreis
from kim_pipeline.periods import format_month, months_between
from kim_pipeline.settings import Settings, read_settings
from kim_pipeline.warehouse.delivery_book import Entry, read_entries
from sources.contracts.contract import Contract
from sources.receiving.arrivals import delivered_months, has_delivered

_MONTH: dict[str, Any] = {"parser": read_month, "metavar": "YYYY-MM"}
Again = Annotated[bool, typer.Option("--again", help="Process months that are up to date as well.")]


def run(
    month: Annotated[date | None, typer.Option(**_MONTH, help="One month.")] = None,
    first: Annotated[date | None, typer.Option("--from", **_MONTH, help="First month.")] = None,
    last: Annotated[date | None, typer.Option("--to", **_MONTH, help="Last month.")] = None,
    again: Again = False,
) -> None:
    """Pull and process what is in the sources, through the same jobs as the schedule."""
    settings = read_settings()
    run_months(settings, _months(settings, month, first, last), again=again)


def run_months(settings: Settings, months: Iterable[date], *, again: bool = False) -> None:
    """Run intake and month job for every month, in order, in this process.

    Raises KimError at the first run that fails; what was done before stays.
    """
    hub, wanted = Hub(), list(months)
    check_months(hub.kreis, wanted)
    with open_instance(settings) as instance:
        jobs = runner(instance)
        for month in wanted:
            _run_month(jobs, hub, month, again=again)
    for outdated in delete_outdated(hub, datetime.now(UTC)):
        say(f"{outdated.source}  files deleted ({outdated.reason}); see: kim audit list")


def check_months(kreis: Kreis, months: Iterable[date]) -> None:
    """Refuse months before the first of the Kreis, and months that have not ended yet.

    Raises ConfigError naming the first such month.
    """
    known = months_of(kreis).get_partition_keys()
    for name in map(format_month, months):
        if name not in known:
            raise ConfigError(
                f"{name} is no month of {kreis.name}: those run from {known[0]} (first_month in "
                f"its configuration) to {known[-1]}, the last that has ended."
            )


def _run_month(jobs: Runner, hub: Hub, month: date, *, again: bool) -> None:
    name = format_month(month)
    notes: list[str] = []
    for contract in hub.permitted_contracts:
        with noted(hub, contract.source, month):
            if _is_gap(hub, contract, month) or _is_taken_back(hub, contract, month):
                continue
            due = again or not is_accepted(hub, contract, month)
        if due:
            known = _entries(hub, contract, month)
            notes += warnings(jobs.run(intake_job_name(contract.source), month))
            _tell_restated(_entries(hub, contract, month)[len(known) :], contract)
    if not again and jobs.finished(MONTH_JOB, month) and is_published(hub, month):
        say(f"{name}  up to date")
        return
    notes += warnings(jobs.run(MONTH_JOB, month))
    count = f", {len(notes)} quality warning{'s' if len(notes) > 1 else ''}" if notes else ""
    say(f"{name}  done{count}")


def _is_gap(hub: Hub, contract: Contract, month: date) -> bool:
    """Tell, and say, that a source left a month out which an earlier delivery of it can serve.

    Only where later months were delivered: the newest month waits for all its sources, for its
    figures would have to be revised when the late one comes.
    """
    if has_delivered(contract, month, hub.settings):
        return False
    if month >= max(delivered_months(hub.contracts, hub.settings), default=month):
        return False
    # A month that was made before the source came is left as it is.
    return _serves(hub, contract, month, "nothing from") or is_published(hub, month)


def _is_taken_back(hub: Hub, contract: Contract, month: date) -> bool:
    """Tell, and say, that what lies there was withdrawn and an earlier delivery can serve."""
    return is_withdrawn(hub, contract, month) and _serves(hub, contract, month, "withdrawn:")


def _serves(hub: Hub, contract: Contract, month: date, why: str) -> bool:
    earlier = stand_in(hub, contract, month)
    if earlier is None:
        return False
    name = format_month(month)
    say(f"{name}  {why} {contract.source}; its delivery of {format_month(earlier)} serves")
    return True


def _entries(hub: Hub, contract: Contract, month: date) -> Sequence[Entry]:
    with hub.transaction("Reading deliveries") as connection:
        return read_entries(connection, contract.source, month)


def _tell_restated(entered: Sequence[Entry], contract: Contract) -> None:
    """Say what new deliveries changed of a month that was told before; nothing for a new month."""
    for entry in entered:
        if entry.restates:
            name = format_month(entry.month)
            say(f"{name}  {contract.source} delivery {entry.sequence} restates the month")
            for table, change in entry.changes.items():
                say(changed_rows(table, change))


def _months(
    settings: Settings, month: date | None, first: date | None, last: date | None
) -> list[date]:
    if month and (first or last):
        raise typer.BadParameter("Give either --month, or --from and --to.")
    if month:
        return [month]
    delivered = delivered_months(Hub().contracts, settings)
    if not delivered and not (first and last):
        raise DeliveryError(
            f"{settings.inbox} holds no deliveries; put them there, or say --month."
        )
    start = first or delivered[0]
    return list(months_between(start, last or delivered[-1]))
