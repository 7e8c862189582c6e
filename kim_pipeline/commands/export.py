"""`kim export`: published tables and microdata as files, each entered in the export ledger."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from assets.resources import Hub
from kim_pipeline.commands.options import read_month
from kim_pipeline.commands.output import AsJson, say, tell_rows
from kim_pipeline.export.files import FORMATS
from kim_pipeline.export.making import (
    Place,
    export_conference,
    export_microdata,
    export_published,
)
from kim_pipeline.periods import format_month
from kim_pipeline.warehouse.export_log import Export, exports

export_app = typer.Typer(help="Published tables and microdata as files.")
First = Annotated[
    date | None,
    typer.Option("--from", parser=read_month, metavar="YYYY-MM", help="First month."),
]
Last = Annotated[
    date | None, typer.Option("--to", parser=read_month, metavar="YYYY-MM", help="Last month.")
]
Out = Annotated[Path | None, typer.Option(help="Folder; default one in the state folder.")]
Formats = Annotated[list[str] | None, typer.Option("--format", help="csv or parquet; or both.")]


@export_app.callback(invoke_without_command=True)
def published(
    context: typer.Context,
    first: First = None,
    last: Last = None,
    out: Out = None,
    formats: Formats = None,
) -> None:
    """Write the published tables as CSV and Parquet with a datapackage.json."""
    if context.invoked_subcommand is not None:
        return
    hub = Hub()
    folder = out or hub.settings.home / "export" / "published"
    _told(export_published(hub, (first, last), Place(folder, _known(formats))), folder)


@export_app.command()
def microdata(
    purpose: Annotated[str, typer.Option(help="A purpose the Kreis configuration declares.")],
    first: First = None,
    last: Last = None,
    out: Out = None,
    formats: Formats = None,
) -> None:
    """Write the person months of a declared purpose, under person numbers of its own."""
    hub = Hub()
    hub.permitted_contracts  # noqa: B018 - an extract is processing too: every source is approved
    folder = out or hub.settings.home / "export" / "microdata"
    _told(export_microdata(hub, purpose, (first, last), Place(folder, _known(formats))), folder)


@export_app.command()
def conference(
    month: Annotated[
        date | None,
        typer.Option(parser=read_month, metavar="YYYY-MM", help="Month; default the newest."),
    ] = None,
    out: Out = None,
) -> None:
    """Write the papers of each project group and town: figures, targets, 13 months, measures."""
    hub = Hub()
    folder = out or hub.settings.home / "export" / "conference"
    _told(export_conference(hub, month, folder, hub.settings.locale), folder)


@export_app.command(name="list")
def list_exports(
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Show the export ledger: what left, for whom, and what was refused."""
    with Hub().transaction("Reading the export ledger") as connection:
        rows = exports(connection, limit)
    if as_json:
        tell_rows(rows, as_json)
        return
    tell_rows([_shown(row) for row in rows], as_json, headed=True)


def _known(formats: list[str] | None) -> list[str]:
    chosen = list(dict.fromkeys(formats or FORMATS))
    if not set(chosen) <= set(FORMATS):
        raise typer.BadParameter(f"write one of {', '.join(FORMATS)}", param_hint="--format")
    return chosen


def _told(made: Export, folder: Path) -> None:
    withheld = f", of {made.withheld} rows something was withheld" if made.withheld else ""
    say(f"{folder}: {made.rows} rows{withheld}")


def _shown(facts: Mapping[str, Any]) -> dict[str, object]:
    months = [format_month(facts[end]) for end in ("first_month", "last_month") if facts[end]]
    return {
        "position": facts["position"],
        "at": f"{facts['at']:%Y-%m-%d %H:%M}",
        "account": facts["account"],
        "kind": facts["kind"],
        "purpose": facts["purpose"] or "",
        "months": " – ".join(dict.fromkeys(months)),
        "rows": facts["rows"],
        "outcome": facts["outcome"],
        "reason": facts["reason"] or "",
    }
