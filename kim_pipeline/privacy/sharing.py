"""What a party tells the others of its keys, made from the keys it holds."""

from collections.abc import Sequence

from kim_pipeline.errors import KeyFileError
from kim_pipeline.privacy import holders
from kim_pipeline.privacy.key_domains import (
    LINK,
    RECEIVING,
    authority_domains,
    pseudonym_domain,
    recontact_domain,
    sender_domain,
)
from kim_pipeline.privacy.key_file import read_key
from kim_pipeline.privacy.key_info import key_info
from kim_pipeline.privacy.keyring import DEMO_PASSPHRASE, Keyring, open_keys
from kim_pipeline.privacy.keys import make_keys
from kim_pipeline.privacy.parties import HUB, Party, party_path, write_party
from kim_pipeline.settings import Settings


def own_party(settings: Settings, passphrase: bytes | None = None) -> Party:
    """Describe the party whose keys lie in the key folder: a hub or one authority.

    Raises KeyFileError when it is neither, or the authority has no link key yet.
    """
    holder = holders.holder_of(settings.keys)
    if holder is not None and holder.kind == holders.HUB:
        return hub_party(open_keys(settings, [RECEIVING], False, passphrase))
    if holder is None or holder.kind != holders.AUTHORITY:
        raise KeyFileError(
            f"{settings.keys} holds the keys of neither a hub nor one authority; "
            "run: kim keys init --hub, or --authority SOURCE"
        )
    domains = [*authority_domains(holder.source), LINK]
    return authority_party(holder.source, open_keys(settings, domains, False, passphrase))


def hub_party(keyring: Keyring) -> Party:
    """Describe a hub."""
    return Party(HUB, keyring.demo, {RECEIVING: keyring.private_key(RECEIVING).public})


def authority_party(source: str, keyring: Keyring) -> Party:
    """Describe an authority, check values of the keys of pseudonyms and tokens included."""
    keys = {
        "sender": keyring.private_key(sender_domain(source)).public,
        "recontact": keyring.private_key(recontact_domain(source)).public,
    }
    known = tuple(key_info(keyring.roots[d]) for d in (pseudonym_domain(source), LINK))
    return Party(source, keyring.demo, keys, known)


def share_demo_keys(settings: Settings, sources: Sequence[str]) -> None:
    """Make the marked keys of all parties of the demo, and their public files."""
    folder = settings.demo_keys
    domains = [RECEIVING, *(d for source in sources for d in authority_domains(source))]
    make_keys(folder, domains, DEMO_PASSPHRASE, demo=True, add_missing=True)
    authorities = [
        authority_party(source, _demo(settings, [*authority_domains(source), LINK]))
        for source in sources
    ]
    for party in (hub_party(_demo(settings, [RECEIVING])), *authorities):
        write_party(party, party_path(folder, party.name))


def _demo(settings: Settings, domains: Sequence[str]) -> Keyring:
    folder = settings.demo_keys
    return Keyring({d: read_key(folder, d, DEMO_PASSPHRASE) for d in domains}, demo=True)
