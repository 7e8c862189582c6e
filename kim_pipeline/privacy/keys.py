"""The key domains of an installation and the one act that makes their keys."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from Crypto.Random import get_random_bytes

from kim_pipeline.errors import KeyFileError
from kim_pipeline.privacy.key_derivation import KEY_BYTES, subkey
from kim_pipeline.privacy.key_domains import hub_domains
from kim_pipeline.privacy.key_file import (
    SUFFIX,
    RootKey,
    Stretching,
    key_path,
    key_paths,
    read_key,
    read_stretching,
    write_key,
)
from kim_pipeline.privacy.key_info import KeyInfo, key_info
from kim_pipeline.privacy.keyring import DEMO_PASSPHRASE
from kim_pipeline.privacy.private_file import check_folder, check_outside

REAL_COST = 1 << 17
DEMO_COST = 1 << 14
MIN_PASSPHRASE = 12


def init_keys(
    folder: Path,
    sources: Sequence[str],
    passphrase: bytes,
    demo: bool = False,
    add_missing: bool = False,
) -> list[KeyInfo]:
    """Make the root keys of an office that holds all keys itself; see `make_keys`."""
    return make_keys(folder, hub_domains(sources), passphrase, demo, add_missing)


def make_keys(
    folder: Path,
    domains: Sequence[str],
    passphrase: bytes,
    demo: bool = False,
    add_missing: bool = False,
) -> list[KeyInfo]:
    """Make the root keys of these domains in a folder of mode 0700 and describe the new ones.

    Demo keys are marked, follow from the public demo passphrase (whatever passphrase is given) and
    are the same everywhere; they protect nothing. `add_missing` keeps existing keys and makes the
    others. Raises KeyFileError when keys exist, the folder is lax or the passphrase too short.
    """
    secret = DEMO_PASSPHRASE if demo else passphrase
    _check_place(folder, demo)
    if not demo and (len(secret) < MIN_PASSPHRASE or secret == DEMO_PASSPHRASE):
        raise KeyFileError(f"The passphrase must be your own and have {MIN_PASSPHRASE} characters.")
    present = key_paths(folder)
    if present and not add_missing:
        raise KeyFileError(f"{folder} holds {len(present)} keys; ask to add the missing ones.")
    stretching = _shared_stretching(folder, present, secret, demo)
    missing = [domain for domain in domains if not key_path(folder, domain).exists()]
    made = [_new_key(domain, stretching, demo) for domain in missing]
    for key in made:
        write_key(folder, key, secret)
    return [key_info(key) for key in made]


def take_key(folder: Path, file: Path, its_passphrase: bytes, passphrase: bytes) -> KeyInfo:
    """Put a key that another office made among the own ones, under the own passphrase.

    Raises KeyFileError when the file is not whole, or a key of its domain is there already.
    """
    given = read_key(file.parent, file.name.removesuffix(SUFFIX), its_passphrase)
    _check_place(folder, given.demo)
    stretching = _shared_stretching(folder, key_paths(folder), passphrase, given.demo)
    key = replace(given, stretching=stretching)
    write_key(folder, key, passphrase)
    return key_info(key)


def _check_place(folder: Path, demo: bool) -> None:
    if not demo:
        check_outside(folder, [])
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    check_folder(folder)


def _shared_stretching(
    folder: Path, present: Sequence[Path], passphrase: bytes, demo: bool
) -> Stretching:
    """Return the parameters of the keys already there, once the passphrase is known to fit."""
    if not present:
        cost = DEMO_COST if demo else REAL_COST
        return Stretching(cost, 8, 1, get_random_bytes(16))
    key = read_key(folder, present[0].name.removesuffix(SUFFIX), passphrase)
    if key.demo != demo:
        raise KeyFileError(f"{folder} mixes demo and real keys; use a folder for each.")
    return read_stretching(present[0])


def _new_key(domain: str, stretching: Stretching, demo: bool) -> RootKey:
    created = datetime.now(UTC).replace(microsecond=0).isoformat()
    if demo:
        secret = subkey(DEMO_PASSPHRASE, domain, "demo", "demo").secret
        return RootKey(domain, f"{domain}.demo", created, True, stretching, secret)
    kid = f"{domain}.{get_random_bytes(6).hex()}"
    return RootKey(domain, kid, created, False, stretching, get_random_bytes(KEY_BYTES))
