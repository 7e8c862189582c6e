"""`kim report`: the page anew, for the newest month or an earlier one, as known now or then."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from assets.resources import Hub
from kim_pipeline.commands.options import read_day, read_month
from kim_pipeline.commands.output import say
from kim_pipeline.disclosure.known_publication import as_published
from kim_pipeline.errors import ConfigError
from kim_pipeline.periods import format_month
from kim_pipeline.report.figures import newest_published
from kim_pipeline.report.page import write_page


def report(
    month: Annotated[
        date | None,
        typer.Option(parser=read_month, metavar="YYYY-MM", help="Month; default the newest."),
    ] = None,
    known_on: Annotated[
        date | None,
        typer.Option(
            parser=read_day,
            metavar="YYYY-MM-DD",
            help="As it was known at the end of this day, in a file of its own.",
        ),
    ] = None,
) -> None:
    """Write the steering report from the published tables."""
    hub = Hub()
    with hub.transaction("Reading figures") as connection:
        wanted = month or newest_published(connection)
    if wanted is None:
        raise ConfigError("Nothing has been published yet; run: kim run")
    if known_on is not None:
        say(str(_as_known(hub, wanted, known_on)))
        return
    target = hub.settings.report / "index.html"
    with hub.reading("kim_report", "Reading figures") as connection:
        write_page(connection, hub.kreis, wanted, target)
    say(str(target))


def _as_known(hub: Hub, month: date, known_on: date) -> Path:
    """Write the page of an earlier day beside the present one."""
    target = hub.settings.report / f"{format_month(month)}-known-on-{known_on}.html"
    with hub.transaction("Reading the ledger") as connection:
        write_page(as_published(connection, month, known_on), hub.kreis, month, target)
    return target
