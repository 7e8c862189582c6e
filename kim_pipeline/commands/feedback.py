"""`kim feedback`: what each authority gets back, written anew or listed."""

from datetime import date
from typing import Annotated

import typer

from assets.resources import Hub
from kim_pipeline.commands.options import read_month
from kim_pipeline.commands.output import AsJson, tell_rows
from kim_pipeline.errors import ConfigError
from kim_pipeline.periods import format_month
from kim_pipeline.warehouse.deliveries import newest_month
from sources.feedback.feedback import write_feedback, written

feedback_app = typer.Typer(no_args_is_help=True)


@feedback_app.callback()
def feedback() -> None:
    """Tell authorities what to mend in their own records."""


@feedback_app.command("write")
def write(
    source: Annotated[
        str | None, typer.Option(metavar="SOURCE", help="One source; default all.")
    ] = None,
    month: Annotated[
        date | None,
        typer.Option(parser=read_month, metavar="YYYY-MM", help="Month; default the newest."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the feedback of a month anew, from what each source delivered itself."""
    hub = Hub()
    contracts = [c for c in hub.contracts if source in {None, c.source}]
    if not contracts:
        raise ConfigError(f"There is no source of that name; one of {_names(hub)} is meant.")
    made = []
    with hub.transaction("Writing feedback") as connection:
        wanted = month or newest_month(connection)
        if wanted is None:
            raise ConfigError("Nothing was delivered yet; run: kim run")
        for contract in contracts:
            folder, zone = hub.settings.feedback, hub.kreis.time_zone
            made.append(write_feedback(connection, contract, wanted, folder, zone))
    told = [
        {"source": one.source, "month": format_month(one.month), **one.counts(), "path": one.path}
        for one in made
    ]
    tell_rows(told, as_json)


@feedback_app.command("list")
def show(as_json: AsJson = False) -> None:
    """List the feedback files that lie ready."""
    tell_rows(written(Hub().settings.feedback), as_json)


def _names(hub: Hub) -> str:
    return ", ".join(contract.source for contract in hub.contracts)
