"""Whose keys lie in a folder, told by their names, and what each party may hold.

The table of docs/sealed.md as code: a party is asked for no key of another one, and is not to
restore what it must never have.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from kim_pipeline.errors import KeyFileError
from kim_pipeline.privacy.key_domains import (
    LINK,
    PSEUDONYM,
    RECEIVING,
    RECONTACT,
    SENDER,
    SHARED_DOMAINS,
    authority_domains,
    hub_domains,
)
from kim_pipeline.privacy.key_file import SUFFIX, key_paths

OFFICE, HUB, TRUST_OFFICE, AUTHORITY = "office", "hub", "trust office", "authority"
_TITLES = {
    OFFICE: "an office that reads deliveries itself",
    HUB: "a hub of sealed deliveries",
    TRUST_OFFICE: "the trust office",
}


@dataclass(frozen=True)
class Holder:
    """The party whose keys lie in a folder; `source` where it is an authority."""

    kind: str
    source: str = ""

    @property
    def is_hub(self) -> bool:
        """Tell whether runs happen here, and the Kreis configuration names the keys they need."""
        return self.kind in {OFFICE, HUB}

    @property
    def title(self) -> str:
        """Name the party in messages."""
        return _TITLES.get(self.kind, f"the authority {self.source}")

    def may_hold(self, domain: str) -> bool:
        """Tell whether a key is for this party to have."""
        if self.kind == OFFICE:
            return domain in SHARED_DOMAINS or domain.startswith(PSEUDONYM)
        if self.kind == HUB:
            return domain in hub_domains([], sealed=True)
        if self.kind == TRUST_OFFICE:
            return domain == LINK
        return domain in {*authority_domains(self.source), LINK}


def domains_in(folder: Path) -> list[str]:
    """List the domains whose key files lie in a folder."""
    return [path.name.removesuffix(SUFFIX) for path in key_paths(folder)]


def holder_of(folder: Path) -> Holder | None:
    """Tell whose keys lie in a folder; None without any.

    Raises KeyFileError when they are those of several authorities.
    """
    present = domains_in(folder)
    authorities = [name.removeprefix(SENDER) for name in present if name.startswith(SENDER)]
    if RECEIVING in present:
        return Holder(HUB)
    if len(authorities) > 1:
        raise KeyFileError(
            f"{folder} holds the keys of {len(authorities)} authorities; use a folder for each."
        )
    if authorities:
        return Holder(AUTHORITY, authorities[0])
    return _without_pair(present)


def _without_pair(present: Collection[str]) -> Holder | None:
    """Tell the parties apart that have, or still have, no key pair."""
    if not present:
        return None
    if set(present) == {LINK}:
        return Holder(TRUST_OFFICE)
    opened = LINK in present or any(name.startswith(PSEUDONYM) for name in present)
    return Holder(OFFICE if opened else HUB)


def check_held(folder: Path, domains: Sequence[str]) -> None:
    """Refuse before a key is read that another party holds, and say who.

    Raises KeyFileError. A key that only got lost is left to whoever reads it.
    """
    holder, present = holder_of(folder), domains_in(folder)
    for domain in domains:
        if holder is None or domain in present:
            continue
        if not holder.may_hold(domain):
            raise KeyFileError(
                f"{folder} holds the keys of {holder.title}; {domain} is a key of "
                f"{_owner(domain)}: {_remedy(holder, domain)}"
            )
        if domain == LINK and holder.kind == AUTHORITY:
            raise KeyFileError(
                "The link key of the trust office is missing; run: kim keys take FILE"
            )


def check_own_only(folder: Path) -> Holder:
    """Refuse a folder with a key that its party must not have; return the party.

    Raises KeyFileError naming it, and when there is no key at all.
    """
    holder = holder_of(folder)
    if holder is None:
        raise KeyFileError(f"{folder} holds no keys; run: kim keys init")
    strange = [domain for domain in domains_in(folder) if not holder.may_hold(domain)]
    if strange:
        raise KeyFileError(
            f"{folder} holds the keys of {holder.title}; {', '.join(strange)} must not lie there: "
            f"hand it to {_owner(strange[0])} if it is needed, and remove it here."
        )
    return holder


def _owner(domain: str) -> str:
    for start in (PSEUDONYM, SENDER, RECONTACT):
        if domain.startswith(start):
            return f"the authority {domain.removeprefix(start)}"
    return "the trust office and the authorities" if domain == LINK else "the hub"


def _remedy(holder: Holder, domain: str) -> str:
    if holder.kind == OFFICE and domain == RECEIVING:
        return "run: kim keys init --hub --add-missing"
    if holder.kind == HUB and (domain == LINK or domain.startswith(PSEUDONYM)):
        return (
            "seal there; here the Kreis configuration must say that deliveries come so "
            "(deliveries: sealed)."
        )
    return "run this there."
