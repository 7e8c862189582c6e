"""The landing zone's file: a raw delivery encrypted at once and opened only into memory.

`KIM1 ‖ length ‖ header ‖ chunks`: AES-256-GCM in 64 KiB chunks (STREAM construction, Hoang et al.
2015) under a random key per file, which the landing key wraps (AES-KW, RFC 3394).
"""

import io
import json
import os
import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from Crypto.Cipher import AES
from Crypto.Hash import SHA256
from Crypto.Random import get_random_bytes

from kim_pipeline.errors import DeliveryError, KeyFileError
from kim_pipeline.privacy.key_derivation import Key, check_value

MAGIC = b"KIM1"
CHUNK = 1 << 16
TAG = 16
MAX_HEADER = 1 << 16
MAX_CHUNKS = (1 << 32) - 1


@dataclass(frozen=True)
class _Body:
    """What encrypts the chunks of one file."""

    file_key: bytes = field(repr=False)
    prefix: bytes
    header_digest: bytes

    def cipher(self, index: int, last: bool) -> Any:
        """Return the cipher of one chunk; its nonce says where it stands and whether it ends."""
        nonce = self.prefix + struct.pack(">IB", index, last)
        cipher: Any = AES.new(self.file_key, AES.MODE_GCM, nonce=nonce)
        return cipher.update(self.header_digest)


def seal(
    source: BinaryIO | Iterable[bytes], target: Path, key: Key, meta: Mapping[str, Any]
) -> None:
    """Encrypt a stream into a new file of mode 0600 that appears whole or not at all.

    `meta` is readable without the key, though protected against change: no name goes there.
    Raises DeliveryError when the target exists or the stream is longer than 2^32 chunks.
    """
    header, body = _new_header(key, meta)
    with appearing(target) as file:
        file.write(MAGIC + struct.pack(">I", len(header)) + header)
        _write_chunks(file, whole_chunks(source), body)


@contextmanager
def appearing(target: Path) -> Iterator[BinaryIO]:
    """Lend a new file of mode 0600 that appears whole or not at all.

    Raises DeliveryError when the target exists.
    """
    if target.exists():
        raise DeliveryError(f"Sealed file {target.name} exists; seal under a new name.")
    partial = target.with_name(f".{target.name}.{get_random_bytes(6).hex()}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        with os.fdopen(os.open(partial, flags, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.rename(target)
    finally:
        partial.unlink(missing_ok=True)
    _sync_folder(target.parent)


def open_sealed(path: Path, key: Key) -> Iterator[bytes]:
    """Yield the plaintext, each chunk after its check; only the end proves that nothing is missing.

    Raises KeyFileError for another key, before anything is decrypted, and DeliveryError for every
    manipulation, naming the file and nothing inside it.
    """
    with os.fdopen(_descriptor(path), "rb") as file:
        _, body = _read_header(file, path, key)
        chunk = file.read(CHUNK + TAG)
        for index in range(MAX_CHUNKS):
            following = file.read(CHUNK + TAG)
            yield _opened(path, body.cipher(index, not following), chunk)
            if not following:
                return
            chunk = following


def read_sealed(path: Path, key: Key) -> io.BytesIO:
    """Return the whole plaintext as a seekable file in memory, after every check has passed."""
    return io.BytesIO(b"".join(open_sealed(path, key)))


def sealed_meta(path: Path, key: Key) -> dict[str, Any]:
    """Return the header's `meta` once the first chunk has proved the header genuine."""
    next(open_sealed(path, key))
    with os.fdopen(_descriptor(path), "rb") as file:
        meta: dict[str, Any] = _read_header(file, path, key)[0]["meta"]
        return meta


class SealedReader(io.RawIOBase):
    """The plaintext of a sealed file as a forward-only file for parsers."""

    def __init__(self, path: Path, key: Key) -> None:
        self._chunks = open_sealed(path, key)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        """Say that this file can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer with at most one chunk; 0 bytes mean the checked end."""
        view = memoryview(buffer).cast("B")
        if not self._rest:
            self._rest = memoryview(next(self._chunks, b""))
        count = min(len(view), len(self._rest))
        view[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


def _new_header(key: Key, meta: Mapping[str, Any]) -> tuple[bytes, _Body]:
    file_key, prefix = get_random_bytes(32), get_random_bytes(7)
    content = {
        "kid": key.kid,
        "kcv": check_value(key.secret, key.kid),
        "wrapped": AES.new(key.secret, AES.MODE_KW).seal(file_key).hex(),
        "prefix": prefix.hex(),
        "chunk": CHUNK,
        "meta": dict(meta),
    }
    header = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    if len(header) > MAX_HEADER:
        raise DeliveryError("The header of a landing file is too long; shorten its meta.")
    return header, _Body(file_key, prefix, _digest(header))


def _read_header(file: BinaryIO, path: Path, key: Key) -> tuple[dict[str, Any], _Body]:
    broken = DeliveryError(f"Landing file {path.name} is damaged in its header; pull it again.")
    start = file.read(8)
    length = int.from_bytes(start[4:])
    if len(start) != 8 or start[:4] != MAGIC or length > MAX_HEADER:
        raise broken
    header = file.read(length)
    try:
        content = json.loads(header)
        if (content["kid"], content["kcv"]) != (key.kid, check_value(key.secret, key.kid)):
            raise KeyFileError(_other_key(path, key, str(content["kid"])))
        file_key = AES.new(key.secret, AES.MODE_KW).unseal(bytes.fromhex(content["wrapped"]))
        prefix = bytes.fromhex(content["prefix"])
    except (ValueError, TypeError, KeyError):
        raise broken from None
    if len(header) != length or len(prefix) != 7 or content.get("chunk") != CHUNK:
        raise broken
    return content, _Body(file_key, prefix, _digest(header))


def _other_key(path: Path, key: Key, kid: str) -> str:
    named = kid if re.fullmatch(r"[a-z_.-]{1,40}[.][0-9a-z]{1,20}", kid) else "another key"
    return f"Landing file {path.name} is sealed under {named}, not {key.kid}; load that key."


def _opened(path: Path, cipher: Any, chunk: bytes) -> bytes:
    try:
        plain: bytes = cipher.decrypt_and_verify(chunk[:-TAG], chunk[-TAG:])
    except ValueError:
        raise DeliveryError(
            f"Landing file {path.name} was cut or changed after it was sealed; pull it again."
        ) from None
    return plain


def _write_chunks(file: BinaryIO, chunks: Iterator[bytes], body: _Body) -> None:
    chunk = next(chunks, b"")
    for index in range(MAX_CHUNKS):
        following = next(chunks, b"")
        for part in body.cipher(index, not following).encrypt_and_digest(chunk):
            file.write(part)
        if not following:
            return
        chunk = following
    raise DeliveryError("The delivery is too long for one landing file; deliver it in parts.")


def whole_chunks(source: BinaryIO | Iterable[bytes]) -> Iterator[bytes]:
    """Cut a file or an iterable of bytes into pieces of exactly CHUNK bytes, the last shorter."""
    reader = getattr(source, "read", None)
    pieces = iter(lambda: reader(CHUNK), b"") if reader else iter(source)
    waiting = bytearray()
    for piece in pieces:
        waiting += piece
        while len(waiting) >= CHUNK:
            yield bytes(waiting[:CHUNK])
            del waiting[:CHUNK]
    if waiting:
        yield bytes(waiting)


def _digest(header: bytes) -> bytes:
    return SHA256.new(MAGIC + header).digest()


def _descriptor(path: Path) -> int:
    try:
        return os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        raise DeliveryError(f"Landing file {path.name} is not there; pull it again.") from None


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
