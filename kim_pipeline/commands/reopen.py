"""`kim reopen`: at the authority, sealed record numbers in a feedback file become readable."""

from pathlib import Path
from typing import Annotated

import typer

from kim_pipeline.commands.output import say
from kim_pipeline.commands.reopened_file import reopen_csv, reopen_json
from kim_pipeline.errors import ConfigError
from kim_pipeline.privacy.key_domains import recontact_domain
from kim_pipeline.privacy.keyring import open_keys
from kim_pipeline.privacy.recontact import Reopener
from kim_pipeline.settings import read_settings


def reopen(
    source: Annotated[str, typer.Option(help="The authority's source.")],
    given: Annotated[Path, typer.Option("--in", help="Feedback file, .csv or .json.")],
    out: Annotated[
        Path | None, typer.Option(help="File to write; default beside, with `.own`.")
    ] = None,
) -> None:
    """Write the authority's own record numbers into its feedback file."""
    if not given.is_file():
        raise ConfigError(f"{given} does not exist.")
    readers = {".csv": reopen_csv, ".json": reopen_json}
    if given.suffix not in readers:
        raise ConfigError(f"{given.name}: a feedback file ends in .csv or .json.")
    domain = recontact_domain(source)
    keyring = open_keys(read_settings(), [domain], demo_allowed=True)
    target = out or given.with_suffix(f".own{given.suffix}")
    count = readers[given.suffix](given, target, Reopener(source, keyring.private_key(domain)))
    say(f"{target}: {count} rows with their record number")
