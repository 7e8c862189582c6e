"""All root keys of one process, opened together, and the sub-keys each step takes from them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from Crypto.Hash import HMAC, SHA256

from kim_pipeline.errors import KeyFileError
from kim_pipeline.privacy.key_derivation import Key, subkey
from kim_pipeline.privacy.key_file import RootKey, key_paths, read_key
from kim_pipeline.privacy.private_file import check_folder, check_outside, read_private
from kim_pipeline.settings import Settings

DEMO_PASSPHRASE = b"public demo passphrase: protects nothing"
SHARED_DOMAINS = ("link", "hub", "register", "cell", "landing", "audit")
SENTINEL = b"Mustermann, Erika; invented"


@dataclass(frozen=True)
class KeyInfo:
    """What the warehouse may know of a key to recognise it: nothing that opens anything."""

    domain: str
    kid: str
    kcv: str
    sentinel: str
    created: str
    demo: bool


@dataclass(frozen=True)
class Keyring:
    """The opened root keys by domain; shows their ids only."""

    roots: Mapping[str, RootKey] = field(repr=False)
    demo: bool

    def pseudonym_key(self, source: str) -> Key:
        """Return the key of one source's record pseudonyms."""
        return self._subkey(pseudonym_domain(source), source)

    def link_key(self, label: str, epoch: str) -> Key:
        """Return the key of one token field in a link epoch; used where names are known."""
        return self._subkey("link", f"{label}|{epoch}")

    def hub_key(self, label: str, epoch: str | None = None) -> Key:
        """Return the key that re-keys one token field in a hub epoch, or a lasting key."""
        return self._subkey("hub", label if epoch is None else f"{label}|{epoch}")

    @property
    def register_key(self) -> Key:
        """The key of person ids."""
        return self._subkey("register", "person")

    @property
    def record_key_key(self) -> Key:
        """The key K_rec of the persons' noise keys; never rotated within a series."""
        return self._subkey("cell", "record")

    @property
    def cell_key(self) -> Key:
        """The key K_cell of cell keys; never rotated within a series."""
        return self._subkey("cell", "cell")

    @property
    def landing_key(self) -> Key:
        """The key that wraps the file keys of the landing zone."""
        return self._subkey("landing", "file")

    @property
    def content_key(self) -> Key:
        """The key of the deliveries' keyed digests (`content_mac`)."""
        return self._subkey("landing", "content")

    @property
    def audit_key(self) -> Key:
        """The key of the audit log's chain."""
        return self._subkey("audit", "chain")

    def key_infos(self) -> list[KeyInfo]:
        """Describe every key for the warehouse's key registry, sorted by domain."""
        return [key_info(self.roots[domain]) for domain in sorted(self.roots)]

    def check_registry(self, known: Mapping[str, tuple[str, str, str]]) -> None:
        """Compare with the registered (kid, kcv, sentinel) by domain before anything is read.

        Raises KeyFileError when a loaded key is not the one this warehouse was built with.
        """
        for info in self.key_infos():
            registered = known.get(info.domain)
            if registered and registered != (info.kid, info.kcv, info.sentinel):
                raise KeyFileError(
                    f"The key of domain {info.domain} is not the one this warehouse was built "
                    f"with ({registered[0]}); put that key back."
                )

    def _subkey(self, domain: str, label: str) -> Key:
        if domain not in self.roots:
            raise KeyFileError(f"The key of domain {domain} is not loaded; run: kim keys check")
        root = self.roots[domain]
        return subkey(root.secret, domain, label, root.kid)


def load_keyring(
    settings: Settings,
    sources: Sequence[str],
    demo_allowed: bool,
    passphrase: bytes | None = None,
) -> Keyring:
    """Open the keys of all domains of these sources.

    Keys in `settings.keys` always win. Demo keys are used only when there are none, and only when
    `demo_allowed` says that all data are invented. Without `passphrase` it is read from
    `settings.passphrase_file`. Raises KeyFileError naming file and remedy; never makes a key.
    """
    demo = not key_paths(settings.keys) and bool(key_paths(settings.demo_keys))
    if demo and not demo_allowed:
        raise KeyFileError(
            f"{settings.keys} holds no keys, and demo keys are for invented data only; "
            "run: kim keys init"
        )
    folder = settings.demo_keys if demo else settings.keys
    if not demo:
        check_outside(folder, [settings.home])
    check_folder(folder)
    secret = DEMO_PASSPHRASE if demo else passphrase or _read_passphrase(settings)
    domains = [*map(pseudonym_domain, sources), *SHARED_DOMAINS]
    roots = {domain: read_key(folder, domain, secret) for domain in domains}
    _check_kind(folder, roots.values(), demo)
    return Keyring(roots, demo)


def pseudonym_domain(source: str) -> str:
    """Return the key domain of a source's pseudonyms."""
    return f"pseudonym-{source}"


def key_info(root: RootKey) -> KeyInfo:
    """Describe a root key; the sentinel is the pseudonym of a fixed invented person."""
    key = subkey(root.secret, root.domain, "sentinel", root.kid)
    sentinel = HMAC.new(key.secret, SENTINEL, SHA256).digest()[:16].hex()
    return KeyInfo(root.domain, root.kid, root.check_value, sentinel, root.created, root.demo)


def _read_passphrase(settings: Settings) -> bytes:
    path = settings.passphrase_file
    if path is None:
        raise KeyFileError("The keys need their passphrase; set KIM_PASSPHRASE_FILE.")
    check_outside(path, [settings.home])
    passphrase = read_private(path).rstrip(b"\r\n")
    if not passphrase or passphrase == DEMO_PASSPHRASE:
        raise KeyFileError(f"{path} holds no passphrase of your own; write one.")
    return passphrase


def _check_kind(folder: Path, roots: Iterable[RootKey], demo: bool) -> None:
    """Refuse a demo key among real ones, and the other way round."""
    if any(root.demo != demo for root in roots):
        raise KeyFileError(f"{folder} mixes demo and real keys; use a folder for each.")
