"""`kim report`: the page anew, for the newest month or an earlier one."""

from datetime import date
from typing import Annotated

import typer

from assets.resources import Hub
from kim_pipeline.commands.options import read_month
from kim_pipeline.commands.output import say
from kim_pipeline.errors import ConfigError
from kim_pipeline.report.figures import newest_published
from kim_pipeline.report.page import write_page


def report(
    month: Annotated[
        date | None,
        typer.Option(parser=read_month, metavar="YYYY-MM", help="Month; default the newest."),
    ] = None,
) -> None:
    """Write the steering report from the published tables."""
    hub = Hub()
    with hub.transaction("Reading figures") as connection:
        wanted = month or newest_published(connection)
    if wanted is None:
        raise ConfigError("Nothing has been published yet; run: kim run")
    target = hub.settings.report / "index.html"
    with hub.reading("kim_report", "Reading figures") as connection:
        write_page(connection, hub.kreis, wanted, target)
    say(str(target))
