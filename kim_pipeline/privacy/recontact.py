"""Re-contact: record numbers sealed to the authority that gave them; the hub cannot open them.

One HPKE encapsulation (RFC 9180) wraps a random key, the envelope; under it each number is
encrypted by AES-256-GCM with its record pseudonym as associated data. Blobs are random: they join
nothing.
"""

import base64
import binascii
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
from Crypto.Cipher import AES
from Crypto.Protocol import HPKE
from Crypto.Random import get_random_bytes

from kim_pipeline.errors import KeyFileError
from kim_pipeline.privacy.key_derivation import KEY_BYTES
from kim_pipeline.privacy.key_pairs import RAW_BYTES, PrivateKey, PublicKey

NONCE, TAG = 12, 16
ENVELOPE = RAW_BYTES + KEY_BYTES + TAG
# Numbers of one length look alike: their length could tell which office gave them.
BLOCK = 32
TEXT_START = "kim1:"
_FIELDS: list[tuple[str, pa.DataType]] = [
    ("record_pseudonym", pa.string()),
    ("kid", pa.string()),
    ("envelope", pa.binary()),
    ("blob", pa.binary()),
]
BLOBS = pa.schema(_FIELDS)


def seal_numbers(
    pseudonyms: Sequence[str], numbers: Sequence[str], source: str, public: PublicKey
) -> pa.Table:
    """Seal one number per pseudonym; the result has the columns of `BLOBS`, in this order."""
    box = HPKE.new(
        receiver_key=public.ecc, aead_id=HPKE.AEAD.AES256_GCM, info=_info(source, public.kid)
    )
    secret = get_random_bytes(KEY_BYTES)
    envelope = box.enc + box.seal(secret)
    blobs = [_sealed(secret, p, n) for p, n in zip(pseudonyms, numbers, strict=True)]
    count = len(blobs)
    columns: list[pa.Array[Any]] = [
        pa.array(list(pseudonyms), pa.string()),
        pa.array([public.kid] * count, pa.string()),
        pa.array([envelope] * count, pa.binary()),
        pa.array(blobs, pa.binary()),
    ]
    return pa.Table.from_arrays(columns, schema=BLOBS)


class Reopener:
    """Opens the blobs of one authority with its private key; one key agreement per envelope."""

    def __init__(self, source: str, private: PrivateKey) -> None:
        self._source, self._private = source, private
        self._secrets: dict[bytes, bytes] = {}

    def open(self, pseudonym: str, envelope: bytes, blob: bytes) -> str:
        """Return the record number behind a pseudonym.

        Raises KeyFileError when it was sealed to another key or for another record, or changed.
        """
        try:
            secret = self._secret(envelope)
            cipher = AES.new(secret, AES.MODE_GCM, nonce=blob[:NONCE])
            cipher.update(pseudonym.encode())
            padded = cipher.decrypt_and_verify(blob[NONCE:-TAG], blob[-TAG:])
            return padded[2 : 2 + int.from_bytes(padded[:2])].decode()
        except (ValueError, TypeError):
            raise KeyFileError(
                f"{self._source}: a number was not sealed to {self._private.kid} for this record; "
                "use the key that was valid then, and the file as it came."
            ) from None

    def _secret(self, envelope: bytes) -> bytes:
        if envelope not in self._secrets:
            box = HPKE.new(
                receiver_key=self._private.ecc,
                aead_id=HPKE.AEAD.AES256_GCM,
                enc=envelope[:RAW_BYTES],
                info=_info(self._source, self._private.kid),
            )
            self._secrets[envelope] = box.unseal(envelope[RAW_BYTES:])
        return self._secrets[envelope]


def as_text(envelope: bytes, blob: bytes) -> str:
    """Write envelope and blob as one text for a feedback file; it begins no formula."""
    return TEXT_START + base64.b64encode(envelope + blob).decode()


def from_text(text: str) -> tuple[bytes, bytes]:
    """Read envelope and blob back.

    Raises KeyFileError when the text is not one of `as_text`.
    """
    try:
        raw = base64.b64decode(text.removeprefix(TEXT_START), validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if not text.startswith(TEXT_START) or len(raw) < ENVELOPE + NONCE + TAG:
        raise KeyFileError("A re-contact entry is damaged; use the file as it came.")
    return raw[:ENVELOPE], raw[ENVELOPE:]


def _sealed(secret: bytes, pseudonym: str, number: str) -> bytes:
    content = number.encode()
    padded = len(content).to_bytes(2) + content
    padded += bytes(-len(padded) % BLOCK)
    nonce = get_random_bytes(NONCE)
    cipher = AES.new(secret, AES.MODE_GCM, nonce=nonce)
    cipher.update(pseudonym.encode())
    encrypted, tag = cipher.encrypt_and_digest(padded)
    return nonce + encrypted + tag


def _info(source: str, kid: str) -> bytes:
    return f"kim|recontact|1|{source}|{kid}".encode()
