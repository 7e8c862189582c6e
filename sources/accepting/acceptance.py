"""Acceptance: an incoming delivery enters the history, once, in its place in both times."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version

import sqlalchemy as sa

from kim_pipeline.errors import DeliveryError
from kim_pipeline.periods import format_month
from kim_pipeline.settings import Settings
from kim_pipeline.warehouse import deliveries
from kim_pipeline.warehouse.deliveries import Outcome
from kim_pipeline.warehouse.erased import Erased
from kim_pipeline.warehouse.history import Difference, apply_delivery
from sources.accepting.approved_rows import approved_rows
from sources.accepting.reachable import keep_reachable
from sources.accepting.rejected_rows import record_rejections
from sources.accepting.staging import staging_tables
from sources.contracts.contract import Contract
from sources.contracts.leading import PERSON, pseudonym_columns
from sources.incoming.erased_rows import erased_in
from sources.incoming.pseudonymise import Incoming, read_incoming


@dataclass(frozen=True)
class Accepted:
    """What a delivery changed, by table; `new` is false when it had been accepted before."""

    new: bool
    rows: int
    changes: Mapping[str, Difference]

    def counts(self) -> dict[str, int | bool]:
        """Give the counts as plain metadata."""
        return {
            "new_delivery": self.new,
            "dagster/partition_row_count": self.rows,
            "rows_opened": sum(change.opened for change in self.changes.values()),
            "rows_closed": sum(change.closed for change in self.changes.values()),
        }


def accept(
    connection: sa.Connection,
    contract: Contract,
    incoming: Incoming,
    settings: Settings,
    erased: Erased | None = None,
) -> Accepted:
    """Enter every table of an incoming delivery into its history and the delivery into the book.

    A delivery that is the accepted one already changes nothing. Must run in one transaction.
    Raises DeliveryError for one that a newer delivery replaced, that was withdrawn, or that speaks
    of `erased` records: they were erased since it was made to wait.
    """
    arrival = _arrival(contract, incoming)
    rows = incoming.rows_accepted
    if deliveries.accepted_already(connection, arrival):
        return Accepted(False, rows, {})
    if erased is not None and erased.marks:
        _refuse_erased(contract, incoming, settings, erased)
    moment = deliveries.next_moment(connection, arrival)
    changes = {}
    for name, table in staging_tables(contract).items():
        waiting = read_incoming(settings, contract.source, incoming.month, name)
        delivered = approved_rows(contract.table(name), waiting)
        changes[name] = apply_delivery(connection, table, delivered, moment)
    keep_reachable(connection, settings, contract.source, incoming.month, moment.known_at)
    deliveries.record(connection, arrival, moment, Outcome("accepted", changes))
    record_rejections(connection, moment.delivery_id, incoming)
    return Accepted(True, rows, changes)


def _refuse_erased(
    contract: Contract, incoming: Incoming, settings: Settings, erased: Erased
) -> None:
    tables = {
        table.name: read_incoming(settings, contract.source, incoming.month, table.name)
        for table in contract.tables
        if PERSON in pseudonym_columns(table)
    }
    if found := erased_in(contract, tables, erased):
        raise DeliveryError(
            f"{contract.source} {format_month(incoming.month)}: {len(found)} of its records were "
            "erased since it was made to wait; run the month again."
        )


def refuse(connection: sa.Connection, contract: Contract, incoming: Incoming, reason: str) -> None:
    """Enter a delivery into the book as refused, with the reason; nothing else remains of it.

    The same content refused again stays one entry.
    """
    arrival = _arrival(contract, incoming)
    if deliveries.refused_already(connection, arrival, reason):
        return
    moment = deliveries.next_moment(connection, arrival)
    deliveries.record(connection, arrival, moment, Outcome("refused", {}, reason))


def _arrival(contract: Contract, incoming: Incoming) -> deliveries.Arrival:
    return deliveries.Arrival(
        source=contract.source,
        month=incoming.month,
        received_at=incoming.received_at,
        content_mac=incoming.content_mac,
        contract_version=contract.version,
        code_version=version("kim-pipeline"),
        rows_delivered=incoming.rows_read,
        rows_rejected=incoming.rows_rejected,
        pulled_at=incoming.pulled_at,
    )
