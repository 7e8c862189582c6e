"""`kim erase`: records taken out of everything that is held, with a receipt; figures stay."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import pyarrow as pa
import typer

from assets.resources import Hub
from kim_pipeline.commands.output import AsJson, tell
from kim_pipeline.core.definitions import read_definitions
from kim_pipeline.errors import ConfigError, DeliveryError
from kim_pipeline.privacy.columns import Column
from kim_pipeline.privacy.private_file import read_private
from kim_pipeline.privacy.pseudonyms import pseudonyms
from kim_pipeline.warehouse import audit_log
from kim_pipeline.warehouse.audit_log import Event
from kim_pipeline.warehouse.engine import warehouse_errors
from kim_pipeline.warehouse.erased import ERASED_RECORDS
from kim_pipeline.warehouse.erasure import Records, clear_space, linked_with
from kim_pipeline.warehouse.withdrawals import LONGEST_REASON
from sources.accepting.erasing import Erasing, Receipt
from sources.accepting.erasing import erase as erase_records
from sources.accepting.outdated import Outdated, everything_of
from sources.contracts.contract import Contract
from sources.contracts.leading import PERSON
from sources.incoming.prepared import TOWN_MARK

FILES = {"sealed": "deliveries sealed here", "waiting": "waiting", "feedback": "feedback"}


def erase(
    source: Annotated[str, typer.Option(help="Source whose records they are.")],
    id_file: Annotated[
        Path,
        typer.Option(
            help="The authority's own numbers, one a line; where they hold in one town only, "
            "with the town before: 05158004/A17. Readable by you alone."
        ),
    ],
    because: Annotated[str, typer.Option(help="Why; without personal data.")],
    whole_person: Annotated[
        bool, typer.Option("--whole-person", help="And the records of other sources linked to it.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Erase records everywhere and for good, and print the receipt; published figures stay."""
    hub, now, reason = Hub(), datetime.now(UTC), _reason(because)
    contract = _contract(hub, source)
    named: Records = {contract.source: _named(hub, contract, id_file)}
    key = hub.keyring.hub_key(ERASED_RECORDS)
    with hub.transaction("Erasing", alone=True) as connection:
        records = linked_with(connection, named) if whole_person else named
        done = erase_records(
            connection, Erasing(records, now, hub.contracts, read_definitions(), key)
        )
        files = [everything_of(name, hub.settings, reason) for name in records]
        counts = {**done.counts(), **_file_counts(files)}
        happened = Event(audit_log.ERASED, now, reason, contract.source, counts=counts)
        audit_log.log(connection, happened, hub.keyring.audit_key.secret)
        for one in files:
            one.delete()
        entry = audit_log.events(connection, 1)[-1].position
    with warehouse_errors("Clearing the space of erased rows"):
        engine = hub.engine.execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            clear_space(connection, done.rows)
    tell({"receipt": f"entry {entry} of the audit log", **_told(done, files)}, as_json)


def _reason(because: str) -> str:
    reason = " ".join(because.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise ConfigError(
            f"Say why records are erased, in 1 to {LONGEST_REASON} letters and without personal "
            "data: everybody who reads the audit log sees it."
        )
    return reason


def _contract(hub: Hub, source: str) -> Contract:
    known = {contract.source: contract for contract in hub.contracts}
    if source not in known:
        raise ConfigError(f"There is no such source; choose of {', '.join(known)}.")
    return known[source]


def _named(hub: Hub, contract: Contract, id_file: Path) -> frozenset[str]:
    """Turn the numbers of a file into pseudonyms.

    Raises DeliveryError naming a line, never what stands in it; ConfigError where all authorities
    seal their deliveries.
    """
    if hub.kreis.sealed:
        raise ConfigError(
            f"Pseudonyms of {contract.source} are made by the authority alone, so that nothing "
            "here can find a record by its number; have the authority leave it out."
        )
    lines = read_private(id_file).decode("utf-8-sig").splitlines()
    numbers = {number: text.strip() for number, text in enumerate(lines, start=1) if text.strip()}
    if not numbers:
        raise DeliveryError("The file of numbers is empty; write one number a line.")
    parts = [_parts(contract, number, text) for number, text in numbers.items()]
    columns: list[Column] = [pa.array(list(c), pa.string()) for c in zip(*parts, strict=True)]
    named = pseudonyms(columns, hub.keyring.pseudonym_key(contract.source), PERSON)
    return frozenset(filter(None, named.to_pylist()))


def _parts(contract: Contract, line: int, text: str) -> tuple[str, ...]:
    if not contract.by_town:
        return (text,)
    town, mark, number = text.partition(TOWN_MARK)
    if not (mark and town and number):
        raise DeliveryError(
            f"Line {line} of the file names no town; numbers of {contract.source} hold in one "
            f"town only: write town{TOWN_MARK}number."
        )
    return town, number


def _file_counts(files: list[Outdated]) -> dict[str, int]:
    return {f"files_{name}": sum(len(getattr(one, name)) for one in files) for name in FILES}


def _told(done: Receipt, files: list[Outdated]) -> Mapping[str, object]:
    return {
        "records named": done.named,
        "records found": done.found,
        "persons gone": len(done.persons.gone),
        "persons that keep other records": len(done.persons.remaining),
        "months rebuilt for these": done.months,
        **{f"rows erased in {name}": count for name, count in sorted(done.rows.items())},
        **{
            f"deleted: {words}": _file_counts(files)[f"files_{name}"]
            for name, words in FILES.items()
        },
    }
