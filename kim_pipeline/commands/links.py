"""`kim link`: how good the links are, where the truth is known; a new link model."""

from itertools import pairwise
from pathlib import Path
from typing import Annotated

import pandas as pd
import sqlalchemy as sa
import typer

from assets.linking import train_anew
from assets.resources import Hub
from kim_pipeline.commands.output import AsJson, tell
from kim_pipeline.commands.true_records import read_true_records
from kim_pipeline.linkage.churn import churn
from kim_pipeline.linkage.evaluate import Agreement, Evaluation
from kim_pipeline.linkage.evaluate import evaluate as compare
from kim_pipeline.periods import format_month
from kim_pipeline.warehouse.register import current_links, links_at, runs
from sources.contracts.code_lists import nationality_groups

link_app = typer.Typer(help="Links between records of one person.", no_args_is_help=True)


@link_app.callback()
def links() -> None:
    """Look at links."""


@link_app.command()
def evaluate(
    truth: Annotated[Path, typer.Option(help="Folder with the true person of every record.")],
    as_json: AsJson = False,
) -> None:
    """Compare the register with the truth of a simulation: precision, recall, F1, id churn."""
    hub = Hub()
    known = _with_groups(truth, read_true_records(hub, truth))
    with hub.transaction("Reading the register") as connection:
        found = current_links(connection)
        steady = _churn(connection, known)
    tell({**_facts(compare(found, known)), **steady}, as_json)


@link_app.command()
def train(
    force: Annotated[
        bool, typer.Option(help="Take the new model even if its weights moved far.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Learn a new link model from the newest month; it is used from the next month on."""
    found = train_anew(Hub(), force)
    shift = found.shift
    facts = {
        "model": found.model.version,
        "largest change of a weight": f"{shift.bits:.2f} bits  {shift.comparison} {shift.level}",
        "in use": "yes" if found.taken else "no, it moved too far: look at both, then --force",
    }
    tell(facts, as_json)


def _churn(connection: sa.Connection, truth: pd.DataFrame) -> dict[str, str]:
    """Compare the links of every run with those of the run before."""
    facts: dict[str, str] = {}
    for last, run in pairwise(runs(connection)):
        before, now = (links_at(connection, at) for at in (last.known_at, run.known_at))
        found = churn(before, now, truth)
        line = f"{found.rate:.4%}  ({found.changed} of {found.persons})"
        name = f"id churn {format_month(run.month)}"
        again = "" if run.month > last.month else f", again {run.known_at:%Y-%m-%d %H:%M:%S.%f}"
        facts[name + again] = line
    return facts


def _facts(evaluation: Evaluation) -> dict[str, str | int]:
    rows = {
        "pairs": evaluation.pairs,
        **{f"pairs {name}": found for name, found in evaluation.by_source_pair.items()},
        **{f"pairs {name}": found for name, found in evaluation.by_nationality_group.items()},
        "persons with several records": evaluation.persons,
    }
    facts: dict[str, str | int] = {name: _line(found) for name, found in rows.items()}
    return {**facts, "ids that mix people": evaluation.false_merges}


def _line(found: Agreement) -> str:
    shares = f"precision {found.precision:.4f}  recall {found.recall:.4f}  F1 {found.f1:.4f}"
    return f"{shares}  ({found.true} true)"


def _with_groups(truth: Path, records: pd.DataFrame) -> pd.DataFrame:
    persons = pd.read_csv(truth / "persons.csv", dtype=str)[["person", "nationality"]]
    groups = persons.assign(nationality_group=persons["nationality"].map(nationality_groups()))
    return records.merge(groups[["person", "nationality_group"]], on="person", how="left")
