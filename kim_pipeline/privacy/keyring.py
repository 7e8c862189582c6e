"""All root keys of one process, opened together, and the sub-keys each step takes from them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from kim_pipeline.errors import KeyFileError
from kim_pipeline.privacy.holders import check_held
from kim_pipeline.privacy.key_derivation import Key, subkey
from kim_pipeline.privacy.key_domains import (
    LINK,
    RECEIVING,
    hub_domains,
    pseudonym_domain,
    purpose_domain,
    sender_domain,
)
from kim_pipeline.privacy.key_file import RootKey, key_paths, read_key
from kim_pipeline.privacy.key_info import KeyInfo, key_info
from kim_pipeline.privacy.key_pairs import PrivateKey, PublicKey, private_key
from kim_pipeline.privacy.parties import HUB, Party, read_parties
from kim_pipeline.privacy.private_file import check_folder, check_outside, read_private
from kim_pipeline.settings import Settings

DEMO_PASSPHRASE = b"public demo passphrase: protects nothing"


@dataclass(frozen=True)
class Keyring:
    """The opened root keys by domain, and what is known of other parties; shows key ids only."""

    roots: Mapping[str, RootKey] = field(repr=False)
    demo: bool
    parties: Mapping[str, Party] = field(default_factory=dict)

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

    def extract_key(self, purpose: str) -> Key:
        """Return the key of persons' pseudonyms in the extracts of one purpose."""
        return self._subkey("extract", purpose)

    def private_key(self, domain: str) -> PrivateKey:
        """Return the private half of a key pair: `receiving`, `sender-…` or `recontact-…`."""
        if domain not in self.roots:
            raise KeyFileError(f"The key of domain {domain} is not loaded; run: kim keys check")
        return private_key(self.roots[domain])

    def party(self, name: str) -> Party:
        """Return what is known of the hub or of an authority.

        Raises KeyFileError when nothing is.
        """
        if name not in self.parties:
            raise KeyFileError(f"{name}.public.json is not among the keys; run: kim keys take FILE")
        return self.parties[name]

    def recontact_key(self, source: str) -> PublicKey | None:
        """Return the public key for a source's record numbers; None when it gave none."""
        party = self.parties.get(source)
        return party.public.get("recontact") if party else None

    def key_infos(self) -> list[KeyInfo]:
        """Describe every key for the warehouse's key registry, sorted by domain.

        Keys that authorities alone hold are described as they did themselves.
        """
        known = {info.domain: info for party in self.parties.values() for info in party.known}
        own = {domain: key_info(root) for domain, root in self.roots.items()}
        infos = known | own
        return [infos[domain] for domain in sorted(infos)]

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
    sealed: bool = False,
) -> Keyring:
    """Open the keys of the hub for these sources.

    Where deliveries are `sealed`, that is neither the pseudonym keys nor the link key, and every
    source must have given its public file. Keys in `settings.keys` always win. Demo keys are used
    only when there are none, and only when `demo_allowed` says that all data are invented. Without
    `passphrase` it is read from `settings.passphrase_file`. Raises KeyFileError naming file and
    remedy; never makes a key.
    """
    keyring = open_keys(settings, hub_domains(sources, sealed), demo_allowed, passphrase)
    if sealed:
        _check_parties(sources, keyring.parties)
        return keyring
    # What an authority holds itself is of no concern where the hub makes the pseudonyms.
    parties = {name: replace(party, known=()) for name, party in keyring.parties.items()}
    return replace(keyring, parties=parties)


def open_keys(
    settings: Settings,
    domains: Sequence[str],
    demo_allowed: bool,
    passphrase: bytes | None = None,
) -> Keyring:
    """Open the keys of these domains and the public files beside them; see `load_keyring`."""
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
    if not demo:
        check_held(folder, domains)
    secret = DEMO_PASSPHRASE if demo else passphrase or read_passphrase(settings)
    roots = {domain: read_key(folder, domain, secret) for domain in domains}
    parties = read_parties(folder)
    _check_kind(folder, roots.values(), parties.values(), demo)
    _check_own_files(roots, parties.values())
    return Keyring(roots, demo, parties)


def _check_parties(sources: Sequence[str], parties: Mapping[str, Party]) -> None:
    """Refuse to start while an authority is unknown, or makes tokens under a key of its own."""
    missing = [source for source in sources if source not in parties]
    if missing:
        raise KeyFileError(
            f"The public file of {', '.join(missing)} is missing; run: kim keys take FILE"
        )
    for source in sources:
        domains = {info.domain for info in parties[source].known}
        if not {LINK, pseudonym_domain(source)} <= domains:
            raise KeyFileError(
                f"{source}.public.json does not describe its pseudonym and link keys; have it "
                "written again, once the link key is there: kim keys share"
            )
    links = {i.kid for source in sources for i in parties[source].known if i.domain == LINK}
    if len(links) > 1:
        raise KeyFileError(
            f"The authorities use {len(links)} different link keys; give all the one of the trust "
            "office."
        )


def read_passphrase(settings: Settings) -> bytes:
    """Read the passphrase of the keys from its file.

    Raises KeyFileError when no file is named, or it holds none.
    """
    path = settings.passphrase_file
    if path is None:
        raise KeyFileError("The keys need their passphrase; set KIM_PASSPHRASE_FILE.")
    check_outside(path, [settings.home])
    passphrase = read_private(path).rstrip(b"\r\n")
    if not passphrase or passphrase == DEMO_PASSPHRASE:
        raise KeyFileError(f"{path} holds no passphrase of your own; write one.")
    return passphrase


def _check_kind(
    folder: Path, roots: Iterable[RootKey], parties: Iterable[Party], demo: bool
) -> None:
    """Refuse a demo key among real ones, and the other way round."""
    marks = {root.demo for root in roots} | {party.demo for party in parties}
    if not marks <= {demo}:
        raise KeyFileError(f"{folder} mixes demo and real keys; use a folder for each.")


def _check_own_files(roots: Mapping[str, RootKey], parties: Iterable[Party]) -> None:
    """Refuse a public file of this very party that tells of other keys than those here."""
    for party in parties:
        own = RECEIVING if party.name == HUB else sender_domain(party.name)
        pairs = {purpose_domain(party.name, p): key for p, key in party.public.items()}
        known = [info for info in party.known if info.domain in roots]
        told = [key_info(roots[i.domain]).identity == i.identity for i in known]
        public = [key == private_key(roots[d]).public for d, key in pairs.items() if d in roots]
        if own in roots and not all([*told, *public]):
            raise KeyFileError(
                f"{party.name}.public.json tells of other keys than those here; remove it, run: "
                "kim keys share, and hand the new one over."
            )
