"""The `kim` command: its groups, and one clear line when something is refused."""

import sys

import typer

from kim_pipeline.commands.contracts import contract_app
from kim_pipeline.commands.demo import demo
from kim_pipeline.commands.keys import keys_app
from kim_pipeline.commands.links import link_app
from kim_pipeline.commands.reports import report
from kim_pipeline.commands.review import review_app
from kim_pipeline.commands.runs import run
from kim_pipeline.commands.server import sql, ui, warehouse_app
from kim_pipeline.commands.simulate import simulate
from kim_pipeline.errors import KimError, place_of

app = typer.Typer(
    name="kim",
    help="Data integration for Kommunales Integrationsmanagement: run it, look at it, check it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in (demo, simulate, run, report, sql, ui):
    app.command()(command)
app.add_typer(contract_app, name="contract")
app.add_typer(keys_app, name="keys")
app.add_typer(link_app, name="link")
app.add_typer(review_app, name="review")
app.add_typer(warehouse_app, name="warehouse")


def main() -> None:
    """Run the command; a refusal is one line on stderr and exit code 1."""
    try:
        app()
    except KimError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
    except Exception as error:  # noqa: BLE001 - no text of an unknown error may reach a log
        print(place_of(error), file=sys.stderr)
        sys.exit(1)
