"""`kim keys`: make the keys once, check them before every run."""

import os
import sys
from getpass import getpass
from typing import Annotated

import typer

from kim_pipeline.commands.output import AsJson, say, tell
from kim_pipeline.errors import KeyFileError
from kim_pipeline.kreis import read_kreis
from kim_pipeline.privacy.keyring import DEMO_PASSPHRASE, load_keyring
from kim_pipeline.privacy.keys import init_keys
from kim_pipeline.privacy.private_file import check_outside, read_private
from kim_pipeline.settings import Settings, read_settings
from sources.contracts.contract import load_contracts

keys_app = typer.Typer(help="Make and check the keys.", no_args_is_help=True)


@keys_app.command()
def init(
    add_missing: Annotated[
        bool, typer.Option("--add-missing", help="Only add keys that new sources need.")
    ] = False,
    demo: Annotated[
        bool, typer.Option("--demo", help="Make the marked keys of the demo instead.")
    ] = False,
) -> None:
    """Make the keys of this installation; never over existing ones."""
    settings = read_settings()
    if demo:
        init_demo_keys(settings)
        return
    check_outside(settings.keys, [settings.home])
    sources = [contract.source for contract in load_contracts()]
    made = init_keys(settings.keys, sources, _passphrase(settings), add_missing=add_missing)
    for info in made:
        say(f"{info.domain}: {info.kid}")
    say(f"{len(made)} keys in {settings.keys}. Keep a copy of folder and passphrase apart.")


def init_demo_keys(settings: Settings) -> None:
    """Make the marked keys of the demo, if they are not there."""
    sources = [contract.source for contract in load_contracts()]
    init_keys(settings.demo_keys, sources, DEMO_PASSPHRASE, demo=True, add_missing=True)


@keys_app.command()
def check(as_json: AsJson = False) -> None:
    """Open every key and show its name and check value."""
    settings = read_settings()
    sources = [contract.source for contract in load_contracts()]
    demo = read_kreis(settings.config).demo
    keyring = load_keyring(settings, sources, demo_allowed=demo)
    tell({info.domain: f"{info.kid} {info.kcv}" for info in keyring.key_infos()}, as_json)


def _passphrase(settings: Settings) -> bytes:
    if settings.passphrase_file is not None:
        return read_private(settings.passphrase_file).rstrip(b"\r\n")
    if not os.isatty(sys.stdin.fileno()):
        raise KeyFileError("No passphrase: set KIM_PASSPHRASE_FILE, or run this in a terminal.")
    first, second = getpass("Passphrase: "), getpass("Once more: ")
    if first != second or not first:
        raise KeyFileError("The two passphrases differ or are empty; nothing was made.")
    return first.encode()
