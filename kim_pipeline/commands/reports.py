"""`kim report`: the page anew, for the newest month or an earlier one."""

from typing import Annotated

import typer

from assets.resources import Hub
from kim_pipeline.commands.output import say
from kim_pipeline.errors import ConfigError
from kim_pipeline.periods import parse_month
from kim_pipeline.report.page import write_page
from kim_pipeline.warehouse.deliveries import newest_month
from kim_pipeline.warehouse.engine import role_engine, warehouse_errors


def report(
    month: Annotated[str | None, typer.Option(help="Month, YYYY-MM; default the newest.")] = None,
) -> None:
    """Write the steering report from the published tables."""
    hub = Hub()
    with hub.transaction("Reading deliveries") as connection:
        wanted = parse_month(month) if month else newest_month(connection)
    if wanted is None:
        raise ConfigError("Nothing has been published yet; run: kim run")
    target = hub.settings.report / "index.html"
    reader = role_engine(hub.settings, "kim_report")
    with warehouse_errors("Reading figures"), reader.connect() as connection:
        write_page(connection, hub.kreis, wanted, target)
    reader.dispose()
    say(str(target))
