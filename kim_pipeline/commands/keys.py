"""`kim keys`: make the keys once, hand over what others need, check them before every run."""

import os
import sys
from dataclasses import replace
from getpass import getpass
from pathlib import Path
from typing import Annotated

import typer

from kim_pipeline.commands.output import AsJson, say, tell
from kim_pipeline.errors import KeyFileError
from kim_pipeline.kreis import read_kreis
from kim_pipeline.privacy.key_domains import LINK, authority_domains, hub_domains
from kim_pipeline.privacy.key_file import SUFFIX
from kim_pipeline.privacy.key_info import key_info
from kim_pipeline.privacy.keyring import DEMO_PASSPHRASE, Keyring, load_keyring
from kim_pipeline.privacy.keys import init_keys, make_keys, take_key
from kim_pipeline.privacy.own_keys import open_office, own_holder
from kim_pipeline.privacy.parties import HUB, party_path, read_handed_over, write_party
from kim_pipeline.privacy.private_file import check_outside, read_private
from kim_pipeline.privacy.sharing import own_party, share_demo_keys
from kim_pipeline.settings import Settings, read_settings
from sources.contracts.contract import load_contracts

keys_app = typer.Typer(help="Make, hand over and check the keys.", no_args_is_help=True)
Source = Annotated[
    str | None, typer.Option("--authority", metavar="SOURCE", help="Keys of one authority.")
]
Hub = Annotated[bool, typer.Option("--hub", help="Keys of a hub that gets sealed deliveries.")]


@keys_app.command()
def init(
    add_missing: Annotated[
        bool, typer.Option("--add-missing", help="Only add keys that new sources need.")
    ] = False,
    demo: Annotated[
        bool, typer.Option("--demo", help="Make the marked keys of the demo instead.")
    ] = False,
    authority: Source = None,
    hub: Hub = False,
    trust_office: Annotated[
        bool, typer.Option("--trust-office", help="The link key alone, to be handed over.")
    ] = False,
) -> None:
    """Make the keys of this installation; never over existing ones."""
    settings = read_settings()
    if demo:
        init_demo_keys(settings)
        say(f"Demo keys of all sources in {settings.demo_keys}.")
        return
    domains = _domains(authority, hub, trust_office)
    check_outside(settings.keys, [settings.home])
    made = make_keys(settings.keys, domains, _passphrase(settings), add_missing=add_missing)
    for info in made:
        say(f"{info.domain}: {info.kid}")
    say(f"{len(made)} keys in {settings.keys}. Keep a copy of folder and passphrase apart.")


def init_demo_keys(settings: Settings) -> None:
    """Make the marked keys of the demo, of all its parties, if they are not there."""
    sources = [contract.source for contract in load_contracts()]
    init_keys(settings.demo_keys, sources, DEMO_PASSPHRASE, demo=True, add_missing=True)
    share_demo_keys(settings, sources)


@keys_app.command()
def share(out: Annotated[Path, typer.Option(help="Folder for the public file.")]) -> None:
    """Write what the other parties need of these keys: public keys and check values."""
    settings = read_settings()
    party = own_party(settings, _passphrase(settings))
    if party.name == HUB:
        party = replace(party, recipient=read_kreis(settings.config).name)
    out.mkdir(parents=True, exist_ok=True)
    write_party(party, party_path(out, party.name))
    write_party(party, party_path(settings.keys, party.name))
    for purpose, key in party.public.items():
        say(f"{party.name} {purpose}: {key.fingerprint}")
    say(f"{party_path(out, party.name)}: hand it over, and read these digits out by telephone.")


@keys_app.command()
def take(
    file: Annotated[Path, typer.Argument(help="A public file, or the link key's file.")],
    passphrase_file: Annotated[
        Path | None, typer.Option(help="Passphrase of the office that made the key.")
    ] = None,
) -> None:
    """Put what another party handed over among the keys."""
    settings = read_settings()
    if file.name.endswith(SUFFIX):
        if passphrase_file is None:
            raise KeyFileError(f"{file.name} opens with its maker's passphrase: --passphrase-file")
        its = read_private(passphrase_file).rstrip(b"\r\n")
        say(f"taken: {take_key(settings.keys, file, its, _passphrase(settings)).kid}")
        return
    party = read_handed_over(file)
    write_party(party, party_path(settings.keys, party.name))
    if party.recipient:
        say(f"{party.name} of {party.recipient}")
    for purpose, key in party.public.items():
        say(f"{party.name} {purpose}: {key.fingerprint}  (compare by telephone)")


@keys_app.command()
def check(as_json: AsJson = False) -> None:
    """Open the keys of this party and show their check values, and what it knows of others."""
    keyring = _opened(read_settings())
    own = {info.domain: f"{info.kid} {info.kcv}" for info in map(key_info, keyring.roots.values())}
    served = {
        f"{party.name}.public.json serves": party.recipient
        for party in keyring.parties.values()
        if party.recipient
    }
    given = {
        f"{party.name}.public.json {purpose}": key.fingerprint
        for party in keyring.parties.values()
        for purpose, key in party.public.items()
    }
    tell({**dict(sorted(own.items())), **given, **served}, as_json)


def _opened(settings: Settings) -> Keyring:
    holder = own_holder(settings)
    if holder is not None and not holder.is_hub:
        return open_office(settings, holder)
    sources = [contract.source for contract in load_contracts()]
    kreis = read_kreis(settings.config)
    return load_keyring(settings, sources, demo_allowed=kreis.demo, sealed=kreis.sealed)


def _domains(authority: str | None, hub: bool, trust_office: bool) -> list[str]:
    if sum((authority is not None, hub, trust_office)) > 1:
        raise typer.BadParameter("Give one of --authority, --hub and --trust-office.")
    if authority is not None:
        return authority_domains(authority)
    if trust_office:
        return [LINK]
    return hub_domains([contract.source for contract in load_contracts()], sealed=hub)


def _passphrase(settings: Settings) -> bytes:
    if settings.passphrase_file is not None:
        return read_private(settings.passphrase_file).rstrip(b"\r\n")
    if not os.isatty(sys.stdin.fileno()):
        raise KeyFileError("No passphrase: set KIM_PASSPHRASE_FILE, or run this in a terminal.")
    first, second = getpass("Passphrase: "), getpass("Once more: ")
    if first != second or not first:
        raise KeyFileError("The two passphrases differ or are empty; nothing was made.")
    return first.encode()
