"""The `kim` command: its groups, and one clear line when something is refused."""

import sys

import typer

from kim_pipeline.commands.lazy_group import Lazy, lazy_group
from kim_pipeline.errors import KimError, place_of

COMMANDS = {
    "demo": Lazy("demo:demo", "Invent a small Kreis and run the whole pipeline on it."),
    "simulate": Lazy("simulate:simulate", "Invent the deliveries of all authorities."),
    "run": Lazy("runs:run", "Pull and process what is in the sources."),
    "seal": Lazy("seal:seal", "Pseudonymise and seal a delivery at the authority."),
    "reopen": Lazy("reopen:reopen", "Put an authority's own record numbers into its feedback."),
    "revise": Lazy("revise:revise", "Publish the small changes of a year, once."),
    "report": Lazy("reports:report", "Write the steering report from the published tables."),
    "export": Lazy("export:export_app", "Published tables and microdata as files."),
    "dictionary": Lazy("dictionary:dictionary", "What every table and column means."),
    "sql": Lazy("server:sql", "Open psql on the warehouse as an analyst."),
    "ui": Lazy("server:ui", "Serve the Dagster UI on this machine."),
    "codelist": Lazy("codelists:codelist_app", "Official code lists that contracts name."),
    "contract": Lazy("contracts:contract_app", "Source contracts."),
    "delivery": Lazy("deliveries:delivery_app", "Deliveries: what came, what was taken back."),
    "audit": Lazy("audit:audit_app", "The audit log."),
    "erase": Lazy("erase:erase", "Erase records everywhere, with a receipt."),
    "feedback": Lazy("feedback:feedback_app", "What authorities should mend in their records."),
    "indicators": Lazy("indicators:indicators_app", "Indicators: list, check, evaluate."),
    "keys": Lazy("keys:keys_app", "Make and check the keys."),
    "link": Lazy("links:link_app", "Links between records of one person."),
    "review": Lazy("review:review_app", "Pairs of records that need a decision."),
    "warehouse": Lazy("server:warehouse_app", "The embedded PostgreSQL server."),
}

app = typer.Typer(
    name="kim",
    cls=lazy_group(COMMANDS),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def kim() -> None:
    """Data integration for Kommunales Integrationsmanagement: run it, look at it, check it."""


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
