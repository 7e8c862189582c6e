"""`kim report`: the report anew, for the newest month or an earlier one, as known now or then."""

from collections.abc import Sequence
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
from kim_pipeline.report.editions import KINDS, Edition, edition_of, editions_of
from kim_pipeline.report.reading import newest_published
from kim_pipeline.report.site import LOCALES, write_site


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
            help="As it was known at the end of this day, in a folder of its own.",
        ),
    ] = None,
    edition: Annotated[
        str | None,
        typer.Option(
            metavar="|".join(KINDS),
            help="This edition alone; default the month's and those of quarter and year it ends.",
        ),
    ] = None,
    locale: Annotated[
        str | None,
        typer.Option(
            metavar="|".join(LOCALES),
            help="Language of the first pages; the other one lies in a folder beside them.",
        ),
    ] = None,
) -> None:
    """Write the steering report from the published tables."""
    hub = Hub()
    with hub.transaction("Reading figures") as connection:
        wanted = month or newest_published(connection)
    if wanted is None:
        raise ConfigError("Nothing has been published yet; run: kim run")
    spoken = _spoken(locale or hub.settings.locale)
    editions = (edition_of(edition, wanted),) if edition else editions_of(wanted)
    if known_on is not None:
        say(str(_as_known(hub, wanted, known_on, spoken, editions)))
        return
    folder = hub.settings.report
    with hub.reading("kim_report", "Reading figures") as connection:
        write_site(connection, hub.kreis, editions, folder, spoken)
    say(str(folder / editions[0].folder / "index.html"))


def _as_known(
    hub: Hub, month: date, known_on: date, locale: str, editions: Sequence[Edition]
) -> Path:
    """Write the report of an earlier day beside the present one."""
    folder = hub.settings.report / f"{format_month(month)}-known-on-{known_on}"
    with hub.transaction("Reading the ledger") as connection:
        read = as_published(connection, month, known_on)
        write_site(read, hub.kreis, editions, folder, locale)
    return folder / editions[0].folder / "index.html"


def _spoken(locale: str) -> str:
    if locale not in LOCALES:
        raise ConfigError(f"The report does not speak {locale!r}; write {' or '.join(LOCALES)}.")
    return locale
