"""One root key at rest: JSON with the key wrapped (AES-KWP) under a passphrase (scrypt)."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from Crypto.Cipher import AES
from Crypto.Protocol.KDF import scrypt

from kim_pipeline.errors import KeyFileError
from kim_pipeline.privacy.key_derivation import KEY_BYTES, check_value
from kim_pipeline.privacy.private_file import read_private

FORMAT = "kim-key-1"
ALGORITHM = "HKDF-SHA256"
SUFFIX = ".key.json"
MODE = 0o400
MAX_MEMORY_COST = 1 << 20


@dataclass(frozen=True)
class Stretching:
    """The scrypt parameters (RFC 7914) that all key files of one folder share."""

    n: int
    r: int
    p: int
    salt: bytes

    def wrapping_key(self, passphrase: bytes) -> bytes:
        """Stretch a passphrase; the result is kept for the life of the process."""
        return _stretch(passphrase, self.salt, self.n, self.r, self.p)


@dataclass(frozen=True)
class RootKey:
    """A root key of one domain with what its file says about it; the secret is never shown."""

    domain: str
    kid: str
    created: str
    demo: bool
    stretching: Stretching = field(repr=False)
    secret: bytes = field(repr=False)

    @property
    def check_value(self) -> str:
        """The key check value under the key's own id."""
        return check_value(self.secret, self.kid)


def key_path(folder: Path, domain: str) -> Path:
    """Return where the key of a domain lies."""
    return folder / f"{domain}{SUFFIX}"


def key_paths(folder: Path) -> list[Path]:
    """Return the key files of a folder, sorted by name; a missing folder has none."""
    return sorted(folder.glob(f"*{SUFFIX}"))


def write_key(folder: Path, key: RootKey, passphrase: bytes) -> None:
    """Write a new key file with mode 0400; raise KeyFileError when there is one already."""
    wrapping = key.stretching.wrapping_key(passphrase)
    content = {
        "fmt": FORMAT,
        "kid": key.kid,
        "domain": key.domain,
        "alg": ALGORITHM,
        "created": key.created,
        "state": "active",
        "kcv": key.check_value,
        "demo": key.demo,
        "kdf": {
            "name": "scrypt",
            "n": key.stretching.n,
            "r": key.stretching.r,
            "p": key.stretching.p,
            "salt": key.stretching.salt.hex(),
        },
        "wrapped": AES.new(wrapping, AES.MODE_KWP).seal(key.secret).hex(),
    }
    _write_new(key_path(folder, key.domain), json.dumps(content, indent=1).encode())


def read_key(folder: Path, domain: str, passphrase: bytes) -> RootKey:
    """Read, unwrap and check the key of a domain.

    Raises KeyFileError for a lax, missing, broken, inactive or renamed file and for a wrong
    passphrase; never creates a key.
    """
    path = key_path(folder, domain)
    content = _parse(path)
    stretching = _stretching(path, content)
    secret = _unwrap(path, content, stretching.wrapping_key(passphrase))
    key = RootKey(domain, content["kid"], content["created"], content["demo"], stretching, secret)
    if key.check_value != content["kcv"]:
        raise KeyFileError(f"{path} does not hold the key it names; restore it from escrow.")
    return key


def read_stretching(path: Path) -> Stretching:
    """Read only the scrypt parameters of a key file."""
    return _stretching(path, _parse(path))


def _parse(path: Path) -> Mapping[str, Any]:
    broken = KeyFileError(f"{path} is not a whole key file; restore it from escrow.")
    try:
        content = json.loads(read_private(path))
    except ValueError:
        raise broken from None
    texts = ("fmt", "kid", "domain", "alg", "created", "state", "kcv", "wrapped")
    if not isinstance(content, dict) or not isinstance(content.get("demo"), bool):
        raise broken
    if any(not isinstance(content.get(name), str) for name in texts):
        raise broken
    domain = path.name.removesuffix(SUFFIX)
    if content["domain"] != domain or content["kid"].rpartition(".")[0] != domain:
        raise KeyFileError(f"{path} holds the key of another domain; undo the renaming.")
    if (content["fmt"], content["alg"]) != (FORMAT, ALGORITHM):
        raise KeyFileError(f"{path} has an unknown format; use the version that wrote it.")
    if content["state"] != "active":
        raise KeyFileError(f"{path} is not active; put the active key in its place.")
    return content


def _stretching(path: Path, content: Mapping[str, Any]) -> Stretching:
    try:
        kdf = content["kdf"]
        found = Stretching(int(kdf["n"]), int(kdf["r"]), int(kdf["p"]), bytes.fromhex(kdf["salt"]))
    except (KeyError, TypeError, ValueError):
        raise KeyFileError(f"{path} lacks its scrypt parameters; restore it.") from None
    if not 1 < found.n * found.r <= MAX_MEMORY_COST or found.n & found.n - 1 or found.p != 1:
        raise KeyFileError(f"{path} asks for unusual scrypt parameters; restore it.")
    return found


def _unwrap(path: Path, content: Mapping[str, Any], wrapping_key: bytes) -> bytes:
    try:
        secret = AES.new(wrapping_key, AES.MODE_KWP).unseal(bytes.fromhex(content["wrapped"]))
    except ValueError:
        raise KeyFileError(
            f"{path} does not open with this passphrase; check KIM_PASSPHRASE_FILE."
        ) from None
    if len(secret) != KEY_BYTES:
        raise KeyFileError(f"{path} holds a key of the wrong length; restore it from escrow.")
    return secret


@lru_cache(maxsize=8)
def _stretch(passphrase: bytes, salt: bytes, n: int, r: int, p: int) -> bytes:
    stretched = scrypt(passphrase, salt, KEY_BYTES, n, r, p)
    if not isinstance(stretched, bytes):
        raise TypeError("scrypt returns one key when one is asked for")
    return stretched


def _write_new(path: Path, content: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags, MODE)
    except FileExistsError:
        raise KeyFileError(f"{path} exists; a key is never overwritten.") from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)
