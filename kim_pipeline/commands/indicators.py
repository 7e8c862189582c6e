"""`kim indicators`: what is measured, whether it is well defined, and how to check a figure."""

from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import sqlalchemy as sa
import typer

from assets.resources import Hub
from kim_pipeline.commands.options import read_month
from kim_pipeline.commands.output import AsJson, say, tell, tell_rows
from kim_pipeline.commands.true_records import read_true_records
from kim_pipeline.core.build import build_person_month, knowledge_of
from kim_pipeline.core.definitions import read_definitions
from kim_pipeline.errors import ConfigError
from kim_pipeline.indicators.analyst_sql import analyst_sql
from kim_pipeline.indicators.catalogue import Catalogue, problems, read_catalogue
from kim_pipeline.indicators.indicator import Indicator
from kim_pipeline.indicators.truth import Figures, exact_figures, figures_with_true_links
from kim_pipeline.kreis import read_kreis
from kim_pipeline.report.reading import newest_published
from kim_pipeline.settings import read_settings
from kim_pipeline.warehouse.schema.published import indicator_value
from sources.accepting.staging import feeds

indicators_app = typer.Typer(help="Indicators.", no_args_is_help=True)
Month = Annotated[
    date | None,
    typer.Option(parser=read_month, metavar="YYYY-MM", help="Month; default the newest."),
]


@indicators_app.callback()
def indicators() -> None:
    """Look at the catalogue of indicators."""


@indicators_app.command(name="list")
def list_indicators(as_json: AsJson = False) -> None:
    """Show all indicators, those of the Kreis included."""
    rows = [_row(one) for one in _catalogue().indicators]
    tell_rows(rows, as_json, headed=True)


@indicators_app.command()
def check(
    file: Annotated[
        Path | None, typer.Argument(help="Indicators to check; default those of the Kreis.")
    ] = None,
) -> None:
    """Say everything that is wrong with the indicators; exit 1 if something is."""
    kreis = read_kreis(read_settings().config)
    found = problems(file or kreis.indicators_file)
    for problem in found:
        say(problem)
    if found:
        raise ConfigError(f"{len(found)} indicators are not well defined.")
    catalogue = read_catalogue(kreis)
    say(f"{len(catalogue.indicators)} indicators are well defined")


@indicators_app.command()
def show(
    indicator_id: Annotated[str, typer.Argument(metavar="ID", help="Short name, e.g. S1.")],
    sql: Annotated[
        bool, typer.Option("--sql", help="Print the SQL that checks the figure, and nothing else.")
    ] = False,
    month: Month = None,
    as_json: AsJson = False,
) -> None:
    """Show one indicator: definition, sources, target, and the SQL that checks its exact figure."""
    catalogue = _catalogue()
    if indicator_id not in {one.id for one in catalogue.indicators}:
        raise ConfigError(f"There is no indicator {indicator_id}; see: kim indicators list")
    wanted = catalogue[indicator_id]
    query = analyst_sql(wanted, month or _newest_month())
    if sql:
        say(query)
        return
    tell(_facts(catalogue, wanted) | {"sql": query}, as_json)


@indicators_app.command()
def evaluate(
    truth: Annotated[Path, typer.Option(help="Folder with the true person of every record.")],
    month: Month = None,
    sql: Annotated[
        bool, typer.Option("--sql", help="Also print the SQL that checks the exact figure.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Compare every indicator with its value under the true links of a simulation."""
    hub = Hub()
    catalogue = read_catalogue(hub.kreis)
    true_records = read_true_records(hub, truth)
    with hub.transaction("Evaluating indicators") as connection:
        wanted = month or newest_published(connection)
        if wanted is None:
            raise ConfigError("Nothing has been published yet; run: kim run")
        found, true = _both_ways(connection, hub, catalogue, wanted, true_records)
        shown = _published(connection, wanted)
    rows = [
        _compared(one, shown, found, true) | ({"sql": analyst_sql(one, wanted)} if sql else {})
        for one in catalogue.indicators
    ]
    tell_rows(rows, as_json, headed=True)


def _both_ways(
    connection: sa.Connection, hub: Hub, catalogue: Catalogue, month: date, truth: pd.DataFrame
) -> tuple[Figures, Figures]:
    known = knowledge_of(connection, month)
    found = exact_figures(connection, catalogue, known)
    way = (connection, feeds(hub.contracts), known, read_definitions())
    build = partial(build_person_month, *way)
    return found, figures_with_true_links(connection, catalogue, known, truth, build)


def _published(connection: sa.Connection, month: date) -> Figures:
    v = indicator_value.c
    query = sa.select(v.indicator_id, v.value).where(v.month == month, v.breakdown == "total")
    return {row.indicator_id: row.value for row in connection.execute(query)}


def _compared(
    one: Indicator, shown: Figures, found: Figures, true: Figures
) -> dict[str, str | float | bool | None]:
    exact, right = found[one.id], true[one.id]
    differs = None if exact is None or right is None else exact - right
    return {
        "id": one.id,
        "unit": one.unit,
        "baustein": "+".join(one.baustein),
        "sources": "+".join(one.sources),
        "linked": "yes" if one.linked else "no",
        "published": _rounded(shown.get(one.id)),
        "exact": _rounded(exact),
        "true_links": _rounded(right),
        "difference": _rounded(differs),
    }


def _rounded(value: float | None) -> float | str:
    return "-" if value is None else round(value, 2)


def _row(one: Indicator) -> dict[str, str]:
    return {
        "id": one.id,
        "kind": one.kind,
        "unit": one.unit,
        "baustein": ", ".join(one.baustein),
        "linked": "yes" if one.linked else "no",
        "protection": one.protection,
        "name": one.name_de,
    }


def _facts(catalogue: Catalogue, one: Indicator) -> dict[str, Any]:
    target = catalogue.steering.target(one.id)
    measures = [m.title for m in catalogue.steering.measures if one.id in m.indicator_ids]
    aim = f"{target.direction} {target.value:g} by {target.by}, {target.set_by}" if target else "-"
    return {
        "name": one.name_de,
        "english name": one.name_en,
        "definition": one.definition_de,
        "english definition": one.definition_en,
        "kind": one.kind,
        "unit": one.unit,
        "baustein": ", ".join(one.baustein),
        "sources": ", ".join(one.sources),
        "linked": "yes" if one.linked else "no",
        "protection": one.protection,
        "breakdowns": ", ".join(b.name for b in one.breakdowns),
        "target": aim,
        "measures": "; ".join(measures) or "-",
    }


def _catalogue() -> Catalogue:
    return read_catalogue(read_kreis(read_settings().config))


def _newest_month() -> date:
    hub = Hub()
    with hub.reading("kim_report", "Reading figures") as connection:
        newest = newest_published(connection)
    return newest or hub.kreis.first_month
