"""How one key follows from another: HKDF sub-keys, check values, and what carries a key."""

from dataclasses import dataclass, field

from Crypto.Hash import HMAC, SHA256
from Crypto.Protocol.KDF import HKDF

KEY_BYTES = 32
_CHECK = b"kcv"


@dataclass(frozen=True)
class Key:
    """32 secret bytes and the id of the root key they come from; the secret is never shown."""

    kid: str
    secret: bytes = field(repr=False)


def subkey(root: bytes, domain: str, source: str, kid: str) -> Key:
    """Derive a key for one use: HKDF-SHA256 (RFC 5869) without salt.

    The context is `kim|v1|domain|source|kid`; `source` names the authority, the field or the
    purpose within the domain.
    """
    context = f"kim|v1|{domain}|{source}|{kid}".encode()
    return Key(kid, _hkdf(root, context))


def check_value(root: bytes, kid: str) -> str:
    """Return 16 hex digits that tell whether this is the key called `kid`, and no more."""
    key = _hkdf(root, _CHECK + b"|" + kid.encode())
    return HMAC.new(key, _CHECK, SHA256).digest()[:8].hex()


def _hkdf(root: bytes, context: bytes) -> bytes:
    derived = HKDF(root, KEY_BYTES, b"", SHA256, 1, context)
    if not isinstance(derived, bytes):
        raise TypeError("HKDF returns one key when one is asked for")
    return derived
