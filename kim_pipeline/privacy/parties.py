"""Who takes part in sealed deliveries, as far as the others know: `<party>.public.json`.

Public keys, and check values of secret keys by which a foreign one is noticed. A wrong file here
would lead data to a stranger: it lies among the keys and is compared by telephone before.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from kim_pipeline.errors import KeyFileError
from kim_pipeline.privacy.key_info import KeyInfo
from kim_pipeline.privacy.key_pairs import RAW_BYTES, PublicKey
from kim_pipeline.privacy.private_file import MAX_BYTES, read_private

FORMAT = "kim-public-1"
SUFFIX = ".public.json"
HUB = "hub"
PURPOSES = ("receiving", "sender", "recontact")


@dataclass(frozen=True)
class Party:
    """The hub, or one authority by its source: its public keys by purpose.

    `known` describes the secret keys by which an authority makes pseudonyms and tokens;
    `recipient` is the Kreis that a hub serves, as approvals name it.
    """

    name: str
    demo: bool
    public: Mapping[str, PublicKey]
    known: tuple[KeyInfo, ...] = field(default=())
    recipient: str = ""

    def key(self, purpose: str) -> PublicKey:
        """Return the key for a purpose.

        Raises KeyFileError when the party has none.
        """
        if purpose not in self.public:
            raise KeyFileError(f"{self.name}{SUFFIX} holds no {purpose} key; ask for a new one.")
        return self.public[purpose]


def party_path(folder: Path, name: str) -> Path:
    """Return where the public file of a party lies."""
    return folder / f"{name}{SUFFIX}"


def read_parties(folder: Path) -> dict[str, Party]:
    """Read all public files of a key folder, by party.

    Raises KeyFileError for a lax, broken or renamed file.
    """
    parties = {}
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        party = parse_party(read_private(path), path.name)
        if party.name != path.name.removesuffix(SUFFIX):
            raise KeyFileError(f"{path} is the file of another party; undo the renaming.")
        parties[party.name] = party
    return parties


def parse_party(content: bytes, name: str) -> Party:
    """Read a public file.

    Raises KeyFileError naming the file when it is not whole.
    """
    try:
        raw = json.loads(content)
        party = _party(raw)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise KeyFileError(f"{name} is not a whole public file; ask for it again.") from None
    return party


def write_party(party: Party, path: Path) -> None:
    """Write a public file of mode 0400; raise KeyFileError where another one lies."""
    content = json.dumps(_content(party), indent=1, sort_keys=True).encode()
    if path.exists():
        if read_private(path) != content:
            raise KeyFileError(f"{path} holds another key; remove it once you know why.")
        return
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags, 0o400), "wb") as file:
        file.write(content)


def read_handed_over(path: Path) -> Party:
    """Read a public file as it came from another office, whatever its mode."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES)
    except OSError:
        raise KeyFileError(f"{path} cannot be opened; ask for the public file.") from None
    return parse_party(content, path.name)


def _content(party: Party) -> dict[str, Any]:
    return {
        "fmt": FORMAT,
        "party": party.name,
        "demo": party.demo,
        "keys": {
            purpose: {"kid": key.kid, "public": key.raw.hex()}
            for purpose, key in party.public.items()
        },
        "known": [asdict(info) for info in party.known],
        **({"recipient": party.recipient} if party.recipient else {}),
    }


def _party(raw: Mapping[str, Any]) -> Party:
    keys = {
        purpose: PublicKey(str(entry["kid"]), bytes.fromhex(entry["public"]))
        for purpose, entry in raw["keys"].items()
    }
    whole = raw["fmt"] == FORMAT and isinstance(raw["demo"], bool)
    fitting = set(keys) <= {*PURPOSES} and all(len(key.raw) == RAW_BYTES for key in keys.values())
    if not whole or not fitting or not str(raw["party"]).isidentifier():
        raise ValueError("not a public file")
    known = tuple(KeyInfo(**entry) for entry in raw["known"])
    return Party(str(raw["party"]), raw["demo"], keys, known, str(raw.get("recipient", "")))
