"""`kim contract`: draft, check, try, compare and document what sources promise."""

from pathlib import Path
from typing import Annotated

import typer

from kim_pipeline.commands.contract_drafts import new
from kim_pipeline.commands.contract_papers import diff, docs
from kim_pipeline.commands.contract_trials import try_delivery
from kim_pipeline.commands.output import AsJson, say, tell_rows
from kim_pipeline.errors import ConfigError, ContractError
from kim_pipeline.settings import LOCALES, read_settings
from sources.accepting.staging import feeds
from sources.contracts.contract import IN_THE_BOX, Contract, inspect_contract
from sources.contracts.gaps import gaps, is_draft
from sources.contracts.lines import line_of
from sources.contracts.problems import Problem, RefusedContract
from sources.contracts.schema import read_document

WORDS = {
    "de": {
        "line": "Zeile",
        "one": "Problem",
        "many": "Probleme",
        "draft": "Entwurf, nimmt an keinem Lauf teil",
        "open": "noch auszufüllen",
        "lines": "Zeilen",
        "size": "Tabellen: {}, Spalten: {}",
    },
    "en": {
        "line": "line",
        "one": "problem",
        "many": "problems",
        "draft": "draft, takes part in no run",
        "open": "still to fill in",
        "lines": "lines",
        "size": "tables: {}, columns: {}",
    },
}

contract_app = typer.Typer(help="Source contracts.", no_args_is_help=True)


@contract_app.callback()
def contracts() -> None:
    """Work with source contracts."""


contract_app.command()(new)
contract_app.command(name="test")(try_delivery)
contract_app.command()(diff)
contract_app.command()(docs)


@contract_app.command()
def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Contract files; all in the box if none.")
    ] = None,
    locale: Annotated[str | None, typer.Option(help="de or en; else KIM_LOCALE.")] = None,
    as_json: AsJson = False,
) -> None:
    """Check contracts against the standard and our own rules; tell every problem at once."""
    locale = _locale(locale)
    found: dict[Path, tuple[Contract | None, tuple[Problem, ...]]] = {}
    for path in paths or sorted(IN_THE_BOX.glob("*.odcs.yaml")):
        if not path.exists():
            raise ContractError(f"{path} does not exist.")
        found[path] = _inspect(path)
    good = [contract for contract, problems in found.values() if contract and not problems]
    good = [contract for contract in good if not contract.draft]
    feeds(good)
    if as_json:
        tell_rows([row for path, (_, p) in found.items() for row in _rows(path, p, locale)], True)
    else:
        for path, (contract, problems) in found.items():
            _tell(path, contract, problems, locale)
    bad = [f"{path.name} ({len(problems)})" for path, (_, problems) in found.items() if problems]
    if bad:
        raise ContractError(f"{len(bad)} of {len(found)} contracts have problems: {', '.join(bad)}")
    _check_ids(good)


def _locale(locale: str | None) -> str:
    locale = locale or read_settings().locale
    if locale not in LOCALES:
        raise ConfigError(f"--locale must be one of {', '.join(LOCALES)}.")
    return locale


def _inspect(path: Path) -> tuple[Contract | None, tuple[Problem, ...]]:
    try:
        return inspect_contract(path)
    except RefusedContract as refused:
        return None, refused.problems


def _check_ids(good: list[Contract]) -> None:
    sources = [contract.source for contract in good]
    if len(set(sources)) < len(sources):
        raise ContractError("Two contracts have the same id; give each source its own.")


def _rows(path: Path, problems: tuple[Problem, ...], locale: str) -> list[dict[str, object]]:
    return [
        {
            "file": path.name,
            "line": _line(path, problem),
            "path": problem.where,
            "problem": problem.what(locale),
            "remedy": problem.remedy(locale),
        }
        for problem in problems
    ]


def _line(path: Path, problem: Problem) -> int | None:
    # A file that is no YAML has no paths, and its problem says the line itself.
    return None if problem.kind.startswith("not_") else line_of(path, problem.where)


def _tell(
    path: Path, contract: Contract | None, problems: tuple[Problem, ...], locale: str
) -> None:
    words = WORDS[locale]
    if contract is not None and not problems:
        columns = sum(len(table.columns) for table in contract.tables)
        size = words["size"].format(len(contract.tables), columns)
        say(f"{contract.source} {contract.version}: {size}{_draft_note(path, locale)}")
        return
    count = f"{len(problems)} {words['one' if len(problems) == 1 else 'many']}"
    say(f"{path.name}: {count}{_draft_note(path, locale)}")
    for problem in problems:
        line = _line(path, problem)
        place = f"{words['line']} {line}: " if line else ""
        say(f"  {place}{problem.where or path.name}")
        say(f"    {problem.what(locale)}")
        say(f"    → {problem.remedy(locale)}")


def _draft_note(path: Path, locale: str) -> str:
    """Say that a contract is a draft, and on which lines something is still to be filled in."""
    try:
        document = read_document(path)
    except RefusedContract:
        return ""
    if not is_draft(document):
        return ""
    words = WORDS[locale]
    lines = [str(line_of(path, gap.where)) for gap in gaps(document)]
    still_open = f"; {words['open']}: {len(lines)} ({words['lines']} {', '.join(lines)})"
    return f" – {words['draft']}{still_open if lines else ''}"
