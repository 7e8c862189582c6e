"""`kim contract diff` and `kim contract docs`: what changed, and what contracts say on paper."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from kim_pipeline.commands.output import AsJson, say, tell_rows
from kim_pipeline.errors import ContractError
from kim_pipeline.kreis import read_kreis
from kim_pipeline.settings import read_settings
from sources.authoring.documents import write_documents
from sources.contracts.contract import Contract, load_contract, load_contracts
from sources.contracts.differences import BREAKING, EFFECTS, differences, next_version


def diff(
    old: Annotated[Path, typer.Argument(help="The contract as it was.")],
    new: Annotated[Path, typer.Argument(help="The contract as it will be.")],
    fail_on_breaking: Annotated[
        bool, typer.Option("--fail-on-breaking", help="Exit with 1 on a breaking change.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Compare two versions of a contract: breaking, additive or neutral changes."""
    before, after = _load(old), _load(new)
    found = differences(before, after)
    rows = [{"effect": d.effect, "where": d.where, "what": d.what} for d in found]
    tell_rows(rows, as_json)
    if not as_json:
        counts = Counter(entry.effect for entry in found)
        said = ", ".join(f"{counts[effect]} {effect}" for effect in EFFECTS if counts[effect])
        say(said or "no difference")
        due = next_version(before.version, found)
        if found and after.version != due:
            say(f"version {before.version} → {after.version}; these changes deserve {due}")
    if fail_on_breaking and any(entry.effect == BREAKING for entry in found):
        raise ContractError(f"{new.name} breaks with {old.name}.")


def docs(
    out: Annotated[Path, typer.Option(help="Folder to write into.")],
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Contract files; all in the box if none.")
    ] = None,
) -> None:
    """Write the data dictionary and drafts of processing record (VVT) and DSFA, in German."""
    contracts = [_load(path) for path in paths] if paths else list(load_contracts())
    for path in write_documents(contracts, out, read_kreis(read_settings().config)):
        say(str(path))


def _load(path: Path) -> Contract:
    if not path.exists():
        raise ContractError(f"{path} does not exist.")
    return load_contract(path)
