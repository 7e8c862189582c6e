"""A hub, a trust office and two authorities, each with real keys in a folder of its own."""

from dataclasses import dataclass, replace
from pathlib import Path

from small_deliveries import JOBS, OFFICE

from kim_pipeline.privacy.key_domains import LINK, authority_domains, hub_domains
from kim_pipeline.privacy.keyring import Keyring, load_keyring, open_keys
from kim_pipeline.privacy.keys import make_keys, take_key
from kim_pipeline.privacy.parties import party_path, write_party
from kim_pipeline.privacy.sharing import own_party
from kim_pipeline.settings import Settings, read_settings

SOURCES = (OFFICE.source, JOBS.source)
PASSPHRASES = {name: f"passphrase of {name}".encode() for name in ("trust", "hub", *SOURCES)}


@dataclass(frozen=True)
class Parties:
    """The opened keys of everybody; `open` is the office that holds all of them."""

    hub: Keyring
    authorities: dict[str, Keyring]
    open: Keyring


def settings_of(folder: Path, name: str) -> Settings:
    return read_settings(
        {"KIM_HOME": str(folder / name / "home"), "KIM_KEYS": str(folder / name / "keys")}
    )


def meet(folder: Path) -> Parties:
    """Let every party make its keys and hand over what the others need."""
    settings = {name: settings_of(folder, name) for name in PASSPHRASES}
    make_keys(settings["trust"].keys, [LINK], PASSPHRASES["trust"])
    make_keys(settings["hub"].keys, hub_domains(SOURCES, sealed=True), PASSPHRASES["hub"])
    link = settings["trust"].keys / "link.key.json"
    for source in SOURCES:
        make_keys(settings[source].keys, authority_domains(source), PASSPHRASES[source])
        take_key(settings[source].keys, link, PASSPHRASES["trust"], PASSPHRASES[source])
    for giver in ("hub", *SOURCES):
        party = own_party(settings[giver], PASSPHRASES[giver])
        for taker in {giver, "hub"} | (set(SOURCES) if giver == "hub" else set()):
            write_party(party, party_path(settings[taker].keys, party.name))
    return opened(folder)


def opened(folder: Path) -> Parties:
    settings = {name: settings_of(folder, name) for name in PASSPHRASES}
    hub = load_keyring(settings["hub"], SOURCES, False, PASSPHRASES["hub"], sealed=True)
    authorities = {
        s: open_keys(settings[s], [*authority_domains(s), LINK], False, PASSPHRASES[s])
        for s in SOURCES
    }
    shared = {d: r for keyring in authorities.values() for d, r in keyring.roots.items()}
    known = {name: replace(party, known=()) for name, party in hub.parties.items()}
    return Parties(hub, authorities, Keyring({**hub.roots, **shared}, False, known))
