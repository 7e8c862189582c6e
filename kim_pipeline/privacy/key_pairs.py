"""HPKE key pairs (RFC 9180, X25519): the private half follows from a root key and never travels."""

from dataclasses import dataclass, field

from Crypto.Hash import HMAC, SHA256
from Crypto.Protocol.DH import import_x25519_public_key
from Crypto.PublicKey import ECC
from Crypto.PublicKey.ECC import EccKey

from kim_pipeline.errors import KeyFileError
from kim_pipeline.privacy.key_derivation import subkey
from kim_pipeline.privacy.key_file import RootKey

CURVE = "Curve25519"
RAW_BYTES = 32


@dataclass(frozen=True)
class PublicKey:
    """The public half of a pair: 32 bytes, and the id of the root key it belongs to."""

    kid: str
    raw: bytes

    @property
    def ecc(self) -> EccKey:
        """The key as the library wants it.

        Raises KeyFileError when these bytes are no public key.
        """
        try:
            return import_x25519_public_key(self.raw)
        except ValueError:
            raise KeyFileError(f"{self.kid}: not a public key; ask its owner for it.") from None

    @property
    def fingerprint(self) -> str:
        """Twenty hex digits to be compared by telephone."""
        digits = HMAC.new(b"kim public key", self.raw, SHA256).hexdigest()[:20]
        return " ".join(digits[place : place + 4] for place in range(0, 20, 4))


@dataclass(frozen=True)
class PrivateKey:
    """The private half of a pair; never shown."""

    kid: str
    ecc: EccKey = field(repr=False, compare=False)

    @property
    def public(self) -> PublicKey:
        """The public half."""
        return PublicKey(self.kid, self.ecc.public_key().export_key(format="raw"))


def private_key(root: RootKey) -> PrivateKey:
    """Derive the pair of a root key: its HKDF sub-key `x25519` is the private scalar's seed."""
    seed = subkey(root.secret, root.domain, "x25519", root.kid).secret
    return PrivateKey(root.kid, ECC.construct(curve=CURVE, seed=seed))
