"""At the hub: what a sealed delivery holds, checked by the same contract, its tokens keyed again.

The authority that sealed it is known, yet nothing it says is taken on trust that can be checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from kim_pipeline.errors import DeliveryError, KeyFileError, LegalError
from kim_pipeline.periods import format_month
from kim_pipeline.privacy.key_domains import RECEIVING
from kim_pipeline.privacy.key_info import KeyInfo
from kim_pipeline.privacy.keyring import Keyring
from kim_pipeline.privacy.sealed_file import read_sealed
from sources.contracts.contract import Contract
from sources.contracts.delivery_rules import RULES
from sources.incoming.sealed_counts import checked_counts
from sources.incoming.sealed_tables import check_blobs, check_staged, check_tokens
from sources.incoming.table_counts import TableCounts
from sources.incoming.token_scope import check_tokens_approved
from sources.receiving.landing import Pulled
from sources.sealed.content import Addressed, Content, read_content
from sources.sealed.origin import ORIGIN

RECONTACT = "recontact"
# Clocks of two offices may differ.
CLOCKS = timedelta(hours=1)


def tokens_name(epoch: str) -> str:
    """Name the table of tokens under the link keys of an epoch."""
    return f"tokens-{epoch}"


def open_delivery(contract: Contract, pulled: Pulled, keyring: Keyring) -> Content:
    """Open a sealed delivery of the landing zone in memory and check who, what and when.

    Raises DeliveryError, KeyFileError or LegalError when it is not the one that was announced, not
    made by the contract and keys known here, or goes beyond the approval.
    """
    addressed = Addressed(contract.source, pulled.month)
    (name,) = pulled.files.values()
    stream = read_sealed(pulled.folder / name, keyring.landing_key)
    to, by = keyring.private_key(RECEIVING), keyring.party(contract.source)
    content = read_content(stream, addressed, to, by.key("sender"))
    try:
        _check_origin(content.manifest, contract, pulled, keyring)
        _check_approved(content.manifest["approved"], contract)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise DeliveryError(
            f"{addressed.where}: the manifest in the sealed delivery is not whole; seal it again.",
            "manifest",
        ) from None
    return content


def staged_tables(contract: Contract, content: Content, where: str) -> dict[str, pa.Table]:
    """Give the staged tables, each checked against the contract.

    Raises DeliveryError naming table and column.
    """
    tables = {table.name: content.table(table.name, where) for table in contract.tables}
    for table in contract.tables:
        check_staged(tables[table.name], table, f"{where}, table {table.name}")
    return tables


def table_counts(
    contract: Contract, content: Content, staged: Mapping[str, pa.Table], where: str
) -> dict[str, TableCounts]:
    """Give the counts that the authority made, checked against contract and tables."""
    given = content.manifest["tables"]
    return {
        table.name: checked_counts(
            given.get(table.name), table, staged[table.name], f"{where}, table {table.name}"
        )
        for table in contract.tables
    }


def warned_rules(content: Content, where: str) -> tuple[str, ...]:
    """Name the delivery rules that only warned at the authority.

    Raises DeliveryError when one is no rule.
    """
    named = content.manifest.get("warned", ())
    if not all(isinstance(rule, str) and rule in RULES for rule in named):
        raise DeliveryError(
            f"{where}: the sealed manifest names an unknown rule; seal it again.", "manifest"
        )
    return tuple(named)


def link_tokens(contract: Contract, content: Content, epoch: str, where: str) -> pa.Table:
    """Give the tokens under the link keys of an epoch.

    Raises DeliveryError when the authority did not make them for this epoch, LegalError when they
    tell of fields that no approval covers.
    """
    if tokens_name(epoch) not in content.tables:
        raise DeliveryError(
            f"{where}: sealed without the tokens of {epoch}, in which it would have to stand in; "
            "ask the authority for a newer delivery."
        )
    tokens = content.tables[tokens_name(epoch)]
    if contract.person_table is not None:
        check_tokens_approved(tokens, contract.person_table, where)
    check_tokens(tokens, _persons(contract, content, where), f"{where}, tokens")
    return tokens


def blobs(contract: Contract, content: Content, keyring: Keyring, where: str) -> pa.Table:
    """Give the sealed record numbers, as they came; the hub cannot open them."""
    found = content.table(RECONTACT, where)
    kid = keyring.party(contract.source).key("recontact").kid
    check_blobs(found, _persons(contract, content, where), kid, f"{where}, re-contact")
    return found


def _persons(contract: Contract, content: Content, where: str) -> pa.ChunkedArray[Any]:
    if contract.person_table is None:
        raise DeliveryError(f"{where}: the contract links no people; leave it out of the link run.")
    persons: pa.ChunkedArray[Any] = content.table(contract.person_table.name, where)[
        "record_pseudonym"
    ]
    return persons


def _check_origin(
    manifest: Mapping[str, Any], contract: Contract, pulled: Pulled, keyring: Keyring
) -> None:
    where = Addressed(contract.source, pulled.month).where
    inside = (*(manifest[n] for n in ("source", "period", "sequence")), manifest.get(ORIGIN))
    known_by = pulled.origin_mac.hex() if pulled.origin_mac else None
    if inside != (contract.source, format_month(pulled.month), pulled.sequence, known_by):
        raise DeliveryError(
            f"{where}: the manifest beside the sealed delivery is not the one inside; ask for "
            "both again.",
            rule="manifest",
        )
    created = datetime.fromisoformat(manifest["created"]).astimezone(UTC)
    if abs(created - pulled.received_at) > CLOCKS:
        raise DeliveryError(
            f"{where}: the sealed delivery was made at another time than its manifest says.",
            rule="manifest",
        )
    if manifest["contract_version"] != contract.version:
        raise DeliveryError(
            f"{where}: sealed by another version of the contract than {contract.version}; give "
            "the authority the same one.",
            rule="manifest",
        )
    if keyring.demo and manifest["invented"] is not True:
        raise DeliveryError(
            f"{where}: demo keys are for deliveries marked as invented only.", "real_data"
        )
    _check_keys(manifest["keys"], contract, keyring, where)


def _check_keys(
    given: list[Mapping[str, Any]], contract: Contract, keyring: Keyring, where: str
) -> None:
    """Refuse pseudonyms or tokens under keys that the authority did not use before."""
    known = {info.domain: info.identity for info in keyring.party(contract.source).known}
    used = {info.domain: info.identity for info in (KeyInfo(**entry) for entry in given)}
    other = sorted(domain for domain in known if used.get(domain) != known[domain])
    if other:
        raise KeyFileError(
            f"{where}: sealed with another key of domain {', '.join(other)} than the authority "
            "told; have it put its key back."
        )


def _check_approved(given: Mapping[str, list[str]], contract: Contract) -> None:
    for table in contract.tables:
        covered = {f.name for f in table.fields if f.approved} if table.approved else set()
        beyond = len({*given.get(table.name, [])} - covered)
        if beyond:
            raise LegalError(
                f"{contract.source}, table {table.name}: sealed with {beyond} fields beyond its "
                "approval; give the authority the approval: kim seal --approvals FILE"
            )
