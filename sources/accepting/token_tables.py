"""The token tables a link run works on: the newest accepted delivery of every source for a month.

Token tables live from intake to the link run and are then shredded, those that wait for older
months as well. When a month is linked again, or a delivery serves a later month than its own, they
are made anew from the sealed delivery, in memory, with the keys of the month that is linked.
"""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import sqlalchemy as sa

from kim_pipeline.errors import DeliveryError
from kim_pipeline.periods import format_month
from kim_pipeline.privacy.keyring import Keyring
from kim_pipeline.privacy.pseudonyms import content_mac
from kim_pipeline.privacy.token_sets import stamp
from kim_pipeline.settings import Settings
from kim_pipeline.warehouse.deliveries import Used, deliveries_for
from kim_pipeline.warehouse.erased import ERASED_RECORDS, Erased, read_erased
from sources.contracts.contract import Contract
from sources.incoming.erased_rows import tokens_without_erased
from sources.incoming.pseudonymise import discard_incoming, load_incoming, read_incoming
from sources.incoming.ready import TOKENS, delivered_tokens
from sources.receiving.landing import landed

# Longer than any delivery takes to write; a folder still hidden after it was abandoned.
WRITING_TAKES = timedelta(hours=1)


@dataclass(frozen=True)
class LinkInput:
    """The deliveries a month is linked from, and a keyed digest that names this very choice.

    `erased` names by source what they hold and may not be linked any more.
    """

    month: date
    used: tuple[Used, ...]
    digest: bytes
    erased: Mapping[str, Erased] = field(default_factory=dict)


def link_input(
    connection: sa.Connection, contracts: Sequence[Contract], month: date, keyring: Keyring
) -> LinkInput:
    """Choose, for every source that links people, its newest accepted delivery for the month."""
    people = {contract.source for contract in contracts if contract.person_table is not None}
    used = tuple(u for u in deliveries_for(connection, month) if u.source in people)
    parts = [f"{u.source}|{format_month(u.month)}|".encode() + u.content_mac for u in used]
    key = keyring.hub_key(ERASED_RECORDS)
    erased = {u.source: read_erased(connection, u.source, key) for u in used}
    return LinkInput(month, used, content_mac(keyring.hub_key("link-input"), parts), erased)


@contextmanager
def shredded_after(
    contracts: Sequence[Contract], chosen: LinkInput, settings: Settings, keyring: Keyring
) -> Iterator[dict[str, pa.Table]]:
    """Lend the token tables for one link run; they are shredded when it ends, however it ends.

    So are those that wait for older months and the folders that killed intakes left behind.
    """
    try:
        yield token_tables(contracts, chosen, settings, keyring)
    finally:
        shred(settings, chosen)


def token_tables(
    contracts: Sequence[Contract], chosen: LinkInput, settings: Settings, keyring: Keyring
) -> dict[str, pa.Table]:
    """Give the token table of every chosen delivery, by source, under the chosen month's keys.

    Raises DeliveryError when one was shredded and its sealed delivery is gone too.
    """
    by_source = {contract.source: contract for contract in contracts}
    tables = {}
    for used in chosen.used:
        made = _waiting(used, settings, chosen.month)
        if made is None:
            contract = by_source[used.source]
            made = _made_anew(contract, used, settings, keyring, chosen.month)
        erased = chosen.erased.get(used.source, Erased(used.source))
        tables[used.source] = tokens_without_erased(made, erased)
    return tables


def _made_anew(
    contract: Contract, used: Used, settings: Settings, keyring: Keyring, month: date
) -> pa.Table:
    before = landed(settings.landing, contract.source, used.month)
    sealed = [pulled for pulled in before if pulled.content_mac == used.content_mac]
    if not sealed:
        raise DeliveryError(
            f"{contract.source} {format_month(used.month)}: the sealed delivery is gone, its "
            "records cannot be linked again; ask the authority to deliver it once more."
        )
    return delivered_tokens(contract, sealed[0], keyring, month)


def _waiting(used: Used, settings: Settings, month: date) -> pa.Table | None:
    """Return the tokens made at intake, unless of another delivery, version or month."""
    if not _is_waiting(used, settings):
        return None
    try:
        tokens = read_incoming(settings, used.source, used.month, TOKENS)
    except DeliveryError:
        return None  # swept by the run of a later month
    return tokens if tokens.schema.metadata == stamp(month) else None


def shred(settings: Settings, chosen: LinkInput) -> None:
    """Delete the incoming tables of the chosen deliveries, token tables included.

    A later delivery that waits in the place of a chosen one keeps waiting for its gate. What was
    left behind by others goes as well, see `sweep`.
    """
    for used in chosen.used:
        if _is_waiting(used, settings):
            discard_incoming(settings, used.source, used.month)
    sweep(settings, chosen.month, datetime.now(UTC))


def sweep(settings: Settings, before: date, now: datetime) -> int:
    """Delete token tables that wait for older months, and what killed intakes left; count both.

    Waiting rows stay, for a gate may still have to accept them. A hidden folder goes when nothing
    was written into it for `WRITING_TAKES`: a younger one may belong to an intake that runs.
    """
    tokens = [
        path
        for path in settings.incoming.glob(f"*/[!.]*/{TOKENS}.parquet")
        if path.parent.name < format_month(before)
    ]
    hidden = settings.incoming.glob("*/.*")
    abandoned = [folder for folder in hidden if _is_abandoned(folder, now)]
    for path in tokens:
        path.unlink(missing_ok=True)
    for folder in abandoned:
        shutil.rmtree(folder, ignore_errors=True)
    return len(tokens) + len(abandoned)


def _is_abandoned(folder: Path, now: datetime) -> bool:
    try:
        written = datetime.fromtimestamp(folder.stat().st_mtime, now.tzinfo)
    except FileNotFoundError:
        return False  # its intake has just given it its name
    return now - written > WRITING_TAKES


def _is_waiting(used: Used, settings: Settings) -> bool:
    try:
        waiting = load_incoming(settings, used.source, used.month)
    except DeliveryError:
        return False
    return waiting.content_mac == used.content_mac
