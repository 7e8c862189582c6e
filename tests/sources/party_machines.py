"""The machines of trust office, hub and authority, with keys made as the manual says."""

from pathlib import Path

import pytest
from small_deliveries import OFFICE

from kim_pipeline.commands.keys import init, share, take
from kim_pipeline.errors import KeyFileError

KREIS = """name: Kreis Muster
ags: "05994"
first_month: 2026-10
time_zone: Europe/Berlin
deliveries: sealed
towns:
  - {ags: "05994004", name: T}
"""


def at(machine: pytest.MonkeyPatch, folder: Path, name: str) -> Path:
    """Sit down at the machine of a party; return its folder."""
    place = folder / name
    place.mkdir(exist_ok=True)
    passphrase = place / "passphrase"
    passphrase.touch(0o600)
    passphrase.write_text(f"a passphrase of {name}\n")
    machine.setenv("KIM_HOME", str(place / "home"))
    machine.setenv("KIM_KEYS", str(place / "keys"))
    machine.setenv("KIM_CONFIG", str(place / "kreis.yaml"))
    machine.setenv("KIM_PASSPHRASE_FILE", str(passphrase))
    return place


def post(folder: Path) -> Path:
    """Let the parties make their keys and hand over what the others need; return the folder."""
    with pytest.MonkeyPatch.context() as machine:
        trust = at(machine, folder, "trust")
        init(trust_office=True)
        hub = at(machine, folder, "hub")
        init(hub=True)
        (hub / "kreis.yaml").write_text(KREIS, "utf-8")
        share(folder / "post")
        at(machine, folder, "office")
        init(authority=OFFICE.source)
        with pytest.raises(KeyFileError, match="link key of the trust office is missing"):
            share(folder / "post")
        take(trust / "keys" / "link.key.json", trust / "passphrase")
        take(folder / "post" / "hub.public.json")
        share(folder / "post")
        at(machine, folder, "hub")
        take(folder / "post" / f"{OFFICE.source}.public.json")
    return folder
