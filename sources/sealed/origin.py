"""By what a delivery is known again that is sealed anew: a digest that only its authority can make.

Sealing the same files twice gives nothing in common. Who has no key of the authority learns from
two digests whether the files were the same, and can test no guess.
"""

from kim_pipeline.privacy.key_derivation import Key, subkey
from kim_pipeline.privacy.key_domains import pseudonym_domain
from kim_pipeline.privacy.keyring import Keyring
from sources.contracts.contract import Contract
from sources.receiving.landing import Pulled, digest_of

ORIGIN = "origin_mac"


def origin(contract: Contract, pulled: Pulled, keyring: Keyring) -> dict[str, str]:
    """Make the entry of the manifests; none for a database, which may rightly not change."""
    if contract.location.format == "sql":
        return {}
    return {ORIGIN: digest_of(pulled, keyring.landing_key, _key(contract, keyring)).hex()}


def _key(contract: Contract, keyring: Keyring) -> Key:
    domain = pseudonym_domain(contract.source)
    root = keyring.roots[domain]
    return subkey(root.secret, domain, f"{contract.source}|origin", root.kid)
