"""What others may know of a root key to recognise it: nothing that opens anything."""

from dataclasses import dataclass

from Crypto.Hash import HMAC, SHA256

from kim_pipeline.privacy.key_derivation import subkey
from kim_pipeline.privacy.key_file import RootKey

SENTINEL = b"Mustermann, Erika; invented"


@dataclass(frozen=True)
class KeyInfo:
    """Name, check value and sentinel of a key; a candidate can be tested with it, none found."""

    domain: str
    kid: str
    kcv: str
    sentinel: str
    created: str
    demo: bool

    @property
    def identity(self) -> tuple[str, str, str]:
        """What tells this key from any other."""
        return self.kid, self.kcv, self.sentinel


def key_info(root: RootKey) -> KeyInfo:
    """Describe a root key; the sentinel is the pseudonym of a fixed invented person."""
    key = subkey(root.secret, root.domain, "sentinel", root.kid)
    sentinel = HMAC.new(key.secret, SENTINEL, SHA256).digest()[:16].hex()
    return KeyInfo(root.domain, root.kid, root.check_value, sentinel, root.created, root.demo)
