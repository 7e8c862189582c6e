"""Keyed pseudonyms of source numbers, and keyed digests of files; no names, no linkage."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Callable, Iterable
from typing import TypeAlias

import pyarrow as pa
from Crypto.Hash import HMAC, SHA256

from kim_pipeline.privacy.columns import Column, one_array
from kim_pipeline.privacy.key_derivation import Key

CANON_VERSION = 1
_NO_DIGIT = re.compile("[^0-9]")
Digest: TypeAlias = Callable[[bytes], bytes]


def canon(number: str, digits_only: bool = False) -> str:
    """Bring a source number to its one spelling: NFC, trimmed, upper case, or its digits alone.

    `digits_only` is for AZR numbers, which are written with and without spaces and dashes.
    """
    text = unicodedata.normalize("NFC", number).strip().upper()
    return _NO_DIGIT.sub("", text) if digits_only else text


def pseudonyms(
    values: Column | list[Column], key: Key, domain: str, digits_only: bool = False
) -> pa.StringArray:
    """Return one pseudonym per row as lower-case uuid text.

    `values` is one column, or several that form a compound key. HMAC-SHA256 over version, domain
    and canonical fields, each with its length, cut to 16 bytes. Null or blank in any field gives
    null. Equal numbers in two domains or under two keys give unrelated pseudonyms.
    """
    columns = values if isinstance(values, list) else [values]
    rows = list(zip(*(_texts(column) for column in columns), strict=True))
    digest = hmac_sha256(key.secret)
    known: dict[tuple[str | None, ...], str | None] = dict.fromkeys(rows)
    for row in known:
        fields = [canon(text or "", digits_only) for text in row]
        if all(fields):
            known[row] = str(uuid.UUID(bytes=digest(message(domain, *fields))[:16]))
    return pa.array([known[row] for row in rows], pa.string())


def message(domain: str, *fields: str) -> bytes:
    """Join version, domain and fields, each field after its 2-byte length, without ambiguity."""
    parts = [part.encode() for part in (domain, *fields)]
    return bytes([CANON_VERSION]) + b"".join(len(part).to_bytes(2) + part for part in parts)


def content_mac(key: Key, chunks: Iterable[bytes]) -> bytes:
    """Return the HMAC-SHA256 of a file's content; a plain hash of a small file can be guessed."""
    mac = HMAC.new(key.secret, digestmod=SHA256)
    for chunk in chunks:
        mac.update(chunk)
    return mac.digest()


def _texts(column: Column) -> list[str | None]:
    texts: list[str | None] = one_array(column).cast(pa.string()).to_pylist()
    return texts


def hmac_sha256(secret: bytes) -> Digest:
    """Prepare HMAC-SHA256 (RFC 2104) as two midstates, five times as fast as `HMAC.new`."""
    block = (SHA256.new(secret).digest() if len(secret) > 64 else secret).ljust(64, b"\0")
    inner = SHA256.new(bytes(byte ^ 0x36 for byte in block))
    outer = SHA256.new(bytes(byte ^ 0x5C for byte in block))

    def digest(text: bytes) -> bytes:
        first, second = inner.copy(), outer.copy()
        first.update(text)
        second.update(first.digest())
        return second.digest()

    return digest
