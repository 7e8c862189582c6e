"""`kim contract`: check what sources promise."""

from pathlib import Path
from typing import Annotated

import typer

from kim_pipeline.commands.output import say
from kim_pipeline.errors import ContractError
from sources.accepting.staging import feeds
from sources.contracts.contract import check_contract, load_contracts

contract_app = typer.Typer(help="Source contracts.", no_args_is_help=True)


@contract_app.callback()
def contracts() -> None:
    """Work with source contracts."""


@contract_app.command()
def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Contract files; all in the box if none.")
    ] = None,
) -> None:
    """Check contracts against the standard and our own rules."""
    for path in paths or []:
        if not path.exists():
            raise ContractError(f"{path} does not exist.")
    found = [check_contract(path) for path in paths] if paths else list(load_contracts())
    feeds(found)
    for contract in found:
        columns = sum(len(table.columns) for table in contract.tables)
        size = f"{len(contract.tables)} tables, {columns} columns"
        say(f"{contract.source} {contract.version}: {size}")
