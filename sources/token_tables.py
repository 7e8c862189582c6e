"""The token tables a link run works on: the newest accepted delivery of every source for a month.

Token tables live from intake to the link run and are then shredded. When a month is linked again,
they are made anew from the sealed delivery.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import sqlalchemy as sa

from kim_pipeline.errors import DeliveryError
from kim_pipeline.periods import format_month
from kim_pipeline.privacy.keyring import Keyring
from kim_pipeline.privacy.pseudonyms import content_mac
from kim_pipeline.settings import Settings
from kim_pipeline.warehouse.deliveries import Used, deliveries_for
from sources.contract import Contract
from sources.landing import landed
from sources.pseudonymise import (
    TOKENS,
    discard_incoming,
    load_incoming,
    pseudonymise,
    read_incoming,
)


@dataclass(frozen=True)
class LinkInput:
    """The deliveries a month is linked from, and a keyed digest that names this very choice."""

    month: date
    used: tuple[Used, ...]
    digest: bytes


def link_input(
    connection: sa.Connection, contracts: Sequence[Contract], month: date, keyring: Keyring
) -> LinkInput:
    """Choose, for every source that links people, its newest accepted delivery for the month."""
    people = {contract.source for contract in contracts if contract.person_table is not None}
    used = tuple(u for u in deliveries_for(connection, month) if u.source in people)
    parts = [f"{u.source}|{format_month(u.month)}|".encode() + u.content_mac for u in used]
    return LinkInput(month, used, content_mac(keyring.hub_key("link-input"), parts))


def token_tables(
    contracts: Sequence[Contract], chosen: LinkInput, settings: Settings, keyring: Keyring
) -> dict[str, pa.Table]:
    """Read the token table of every chosen delivery, by source.

    Raises DeliveryError when one was shredded and its sealed delivery is gone too.
    """
    by_source = {contract.source: contract for contract in contracts}
    return {u.source: _tokens(by_source[u.source], u, settings, keyring) for u in chosen.used}


def _tokens(contract: Contract, used: Used, settings: Settings, keyring: Keyring) -> pa.Table:
    if not _waits(contract, used, settings):
        before = landed(settings.landing, contract.source, used.month)
        sealed = [pulled for pulled in before if pulled.content_mac == used.content_mac]
        if not sealed:
            raise DeliveryError(
                f"{contract.source} {format_month(used.month)}: the sealed delivery is gone, its "
                "records cannot be linked again; ask the authority to deliver it once more."
            )
        pseudonymise(contract, sealed[0], settings, keyring)
    return read_incoming(settings, contract.source, used.month, TOKENS)


def _waits(contract: Contract, used: Used, settings: Settings) -> bool:
    try:
        waiting = load_incoming(settings, contract.source, used.month)
    except DeliveryError:
        return False
    return waiting.content_mac == used.content_mac


def shred(settings: Settings, chosen: LinkInput) -> None:
    """Delete the incoming tables of the chosen deliveries, token tables included."""
    for used in chosen.used:
        discard_incoming(settings, used.source, used.month)
