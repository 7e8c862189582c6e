"""`kim link`: how good the links are, where the truth is known."""

from pathlib import Path
from typing import Annotated

import pandas as pd
import pyarrow as pa
import typer

from assets.resources import Hub
from kim_pipeline.commands.output import AsJson, tell
from kim_pipeline.errors import ConfigError
from kim_pipeline.linkage.evaluate import Agreement, Evaluation
from kim_pipeline.linkage.evaluate import evaluate as compare
from kim_pipeline.privacy.pseudonyms import pseudonyms
from kim_pipeline.warehouse.register import current_links
from sources.code_lists import nationality_groups

link_app = typer.Typer(help="Links between records of one person.", no_args_is_help=True)


@link_app.callback()
def links() -> None:
    """Look at links."""


@link_app.command()
def evaluate(
    truth: Annotated[Path, typer.Option(help="Folder with the true person of every record.")],
    as_json: AsJson = False,
) -> None:
    """Compare the register with the truth of a simulation: precision, recall, F1."""
    path = truth / "records.csv"
    if not path.exists():
        raise ConfigError(f"{path} is missing; kim simulate writes it beside the deliveries.")
    hub = Hub()
    known = _with_groups(truth, _pseudonymised(hub, pd.read_csv(path, dtype=str)))
    with hub.transaction("Reading the register") as connection:
        found = current_links(connection)
    tell(_facts(compare(found, known)), as_json)


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


def _pseudonymised(hub: Hub, truth: pd.DataFrame) -> pd.DataFrame:
    parts = []
    for source, rows in truth.groupby("source"):
        key = hub.keyring.pseudonym_key(str(source))
        numbers = pa.array(rows["person_number"].tolist(), pa.string())
        parts.append(
            pd.DataFrame(
                {
                    "source": str(source),
                    "record_pseudonym": pseudonyms(numbers, key, "person").to_pylist(),
                    "person": rows["person"].to_numpy(),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)
