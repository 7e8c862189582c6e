"""`kim dictionary`: what every table and column means, as pages and CSV."""

from pathlib import Path
from typing import Annotated

import typer

from assets.resources import Hub
from kim_pipeline.commands.output import say
from kim_pipeline.export.dictionary import write_dictionary


def dictionary(
    out: Annotated[
        Path | None, typer.Option(help="Folder; default the folder of this installation.")
    ] = None,
) -> None:
    """Write the data dictionary in German and English, as HTML and as CSV."""
    hub = Hub()
    with hub.reading("kim_analyst", "Reading the data dictionary") as connection:
        written = write_dictionary(connection, hub.kreis, out or hub.settings.home / "dictionary")
    for path in written:
        say(str(path))
