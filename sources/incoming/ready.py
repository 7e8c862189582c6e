"""A delivery made ready to wait: its tables, tokens under hub keys, and sealed record numbers.

Open deliveries are prepared here and now; sealed ones were prepared by the authority.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from kim_pipeline.periods import format_month, last_day
from kim_pipeline.privacy.epochs import epochs_of
from kim_pipeline.privacy.key_pairs import PublicKey
from kim_pipeline.privacy.keyring import Keyring
from kim_pipeline.privacy.recontact import seal_numbers
from kim_pipeline.privacy.token_sets import encode, rekey, stamp
from kim_pipeline.warehouse.erased import Erased
from sources.contracts.contract import Contract
from sources.incoming.erased_rows import counts_without, without_erased
from sources.incoming.prepared import link_fields, prepare
from sources.incoming.table_counts import TableCounts
from sources.incoming.unsealed import (
    RECONTACT,
    blobs,
    link_tokens,
    open_delivery,
    staged_tables,
    table_counts,
    warned_rules,
)
from sources.receiving.intake import read_pulled_tables
from sources.receiving.landing import Pulled
from sources.sealed.content import Content
from sources.sealed.place import is_sealed

TOKENS = "tokens"


@dataclass(frozen=True)
class Ready:
    """Tables by name, `tokens` and `recontact` among them; counts; rules that only warned."""

    tables: Mapping[str, pa.Table]
    counts: Mapping[str, TableCounts]
    warned: tuple[str, ...]


def make_ready(
    contract: Contract,
    pulled: Pulled,
    keyring: Keyring,
    reachable: Collection[str],
    erased: Erased,
) -> Ready:
    """Make all tables of a delivery of the landing zone, in memory, without erased records.

    Raises DeliveryError when it is not what the contract says.
    """
    make = _opened if is_sealed(contract) else _made
    made = make(contract, pulled, keyring, reachable)
    kept = without_erased(contract, made.tables, erased)
    return Ready(kept, counts_without(made.counts, made.tables, kept), made.warned)


def delivered_tokens(contract: Contract, pulled: Pulled, keyring: Keyring, month: date) -> pa.Table:
    """Make the token table of a delivery in the landing zone anew, for a month it serves.

    Writes nothing. Raises DeliveryError when the contract links no people, the delivery is not what
    it says, or was sealed without the tokens of that month's link epoch.
    """
    if is_sealed(contract):
        content = open_delivery(contract, pulled, keyring)
        return _rekeyed(contract, content, pulled, keyring, month)
    delivered = read_pulled_tables(contract, pulled, keyring)
    key = keyring.pseudonym_key(contract.source)
    known_on = max(last_day(month), pulled.received_at.date())
    fields = link_fields(contract, pulled.month, delivered, key, known_on)
    return encode(fields, keyring, month)


def _made(
    contract: Contract, pulled: Pulled, keyring: Keyring, reachable: Collection[str]
) -> Ready:
    """Make everything here, where names are known for a moment."""
    delivered = read_pulled_tables(contract, pulled, keyring)
    key = keyring.pseudonym_key(contract.source)
    prepared = prepare(contract, pulled.month, delivered, key, pulled.received_at.date())
    tables = dict(prepared.staged)
    if prepared.link_fields is not None:
        tables[TOKENS] = encode(prepared.link_fields, keyring, pulled.month)
    public = keyring.recontact_key(contract.source)
    if public is not None and prepared.numbers is not None:
        tables[RECONTACT] = _sealed_numbers(prepared.numbers, contract.source, public, reachable)
    return Ready(tables, prepared.counts, prepared.warned)


def _opened(
    contract: Contract, pulled: Pulled, keyring: Keyring, reachable: Collection[str]
) -> Ready:
    """Open what the authority made."""
    where = f"{contract.source} {format_month(pulled.month)}"
    content = open_delivery(contract, pulled, keyring)
    tables = staged_tables(contract, content, where)
    counts = table_counts(contract, content, tables, where)
    if contract.person_table is not None:
        tables[TOKENS] = _rekeyed(contract, content, pulled, keyring, pulled.month)
        tables[RECONTACT] = _without(blobs(contract, content, keyring, where), reachable)
    return Ready(tables, counts, warned_rules(content, where))


def _rekeyed(
    contract: Contract, content: Content, pulled: Pulled, keyring: Keyring, month: date
) -> pa.Table:
    epochs, where = epochs_of(month), f"{contract.source} {format_month(pulled.month)}"
    tokens = rekey(link_tokens(contract, content, epochs.link, where), keyring, epochs)
    return tokens.replace_schema_metadata(stamp(month))


def _sealed_numbers(
    numbers: pa.Table, source: str, public: PublicKey, reachable: Collection[str]
) -> pa.Table:
    new = _without(numbers, reachable).to_pydict()
    return seal_numbers(new["record_pseudonym"], new["number"], source, public)


def _without(table: pa.Table, reachable: Collection[str]) -> pa.Table:
    known = pa.array(list(reachable), pa.string())
    return table.filter(pc.invert(pc.is_in(table["record_pseudonym"], known)))
