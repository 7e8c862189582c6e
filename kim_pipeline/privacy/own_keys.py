"""All keys that lie here, opened for a check: those of the party they belong to, and no other."""

from kim_pipeline.errors import KeyFileError
from kim_pipeline.privacy.holders import TRUST_OFFICE, Holder, check_own_only
from kim_pipeline.privacy.key_domains import LINK, authority_domains
from kim_pipeline.privacy.key_file import key_paths
from kim_pipeline.privacy.keyring import Keyring, open_keys
from kim_pipeline.privacy.parties import HUB, party_path
from kim_pipeline.settings import Settings


def own_holder(settings: Settings) -> Holder | None:
    """Tell whose keys lie here, and that no other's do; None where only demo keys may.

    Raises KeyFileError naming a key that this party must not have.
    """
    return check_own_only(settings.keys) if key_paths(settings.keys) else None


def open_office(settings: Settings, holder: Holder) -> Keyring:
    """Open the keys of an authority, with the public files it seals by, or of the trust office.

    Raises KeyFileError naming what is missing.
    """
    if holder.kind == TRUST_OFFICE:
        return open_keys(settings, [LINK], demo_allowed=False)
    domains = [*authority_domains(holder.source), LINK]
    keyring = open_keys(settings, domains, demo_allowed=False)
    for name, remedy in ((HUB, "take FILE"), (holder.source, "share --out DIR")):
        if name not in keyring.parties:
            path = party_path(settings.keys, name)
            raise KeyFileError(f"{path.name} is not among the keys; run: kim keys {remedy}")
    return keyring
