"""The names of the keys, one for each purpose; an installation holds those of its own part."""

from collections.abc import Sequence

LINK = "link"
RECEIVING = "receiving"
SHARED_DOMAINS = (LINK, "hub", "register", "cell", "landing", "audit", "extract")
PSEUDONYM, SENDER, RECONTACT = "pseudonym-", "sender-", "recontact-"


def hub_domains(sources: Sequence[str], sealed: bool = False) -> list[str]:
    """List the key domains of a hub."""
    if sealed:
        return [*(domain for domain in SHARED_DOMAINS if domain != LINK), RECEIVING]
    return [*map(pseudonym_domain, sources), *SHARED_DOMAINS]


def authority_domains(source: str) -> list[str]:
    """List the key domains that only an authority has; the link key comes on top."""
    return [pseudonym_domain(source), sender_domain(source), recontact_domain(source)]


def pseudonym_domain(source: str) -> str:
    """Return the key domain of a source's record pseudonyms."""
    return f"{PSEUDONYM}{source}"


def sender_domain(source: str) -> str:
    """Return the key domain by which a source's deliveries are known to be its own."""
    return f"{SENDER}{source}"


def recontact_domain(source: str) -> str:
    """Return the key domain of a source's sealed record numbers."""
    return f"{RECONTACT}{source}"


def purpose_domain(party: str, purpose: str) -> str:
    """Return the key domain of a party's key pair for a purpose."""
    return RECEIVING if purpose == RECEIVING else f"{purpose}-{party}"
