"""A delivery tried against a contract, by the code of the intake; nothing kept but counts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pyarrow as pa

from kim_pipeline.settings import Settings
from sources.authoring.laid import Laid, read_laid
from sources.contracts.contract import Contract
from sources.contracts.fields import Field
from sources.contracts.tables import Table
from sources.incoming.prepared import Prepared, prepare
from sources.incoming.pseudonymise import Incoming
from sources.incoming.table_counts import TableCounts
from sources.readers.delivered import Delivered

FATES = ("pseudonymise", "link", "coarsen", "open", "drop")


@dataclass(frozen=True)
class Trial:
    """What would become of one table.

    `fates` maps what happens to fields (the rules of a contract) to field and number of values;
    `padded` counts values whose lost leading zeros were put back.
    """

    table: Table
    counts: TableCounts
    fates: Mapping[str, Mapping[str, int]]
    padded: Mapping[str, int]

    @property
    def rejected(self) -> int:
        """Count the rows that would be refused."""
        return sum(rejection.count for rejection in self.counts.rejections)

    @property
    def too_many(self) -> bool:
        """Tell whether so many rows are refused that the whole delivery would be."""
        return self.rejected * 100 > self.table.max_rejected_percent * self.counts.rows_read


@dataclass(frozen=True)
class DryRun:
    """What came of a trial; `staged` and `incoming` are what the quality gate would look at."""

    contract: Contract
    trials: tuple[Trial, ...]
    staged: Mapping[str, pa.Table]
    incoming: Incoming


def dry_run(
    contract: Contract, path: Path, month: date, settings: Settings, table: str | None = None
) -> DryRun:
    """Take a file, or a folder of the contract's files, in as the intake does, and count.

    The keys are made up and forgotten. Raises DeliveryError where the intake would refuse the
    delivery, but not for too many refused rows: those are counted.
    """
    laid = read_laid(contract, path, month, settings, table)
    tried, known_on = laid.contract, laid.pulled.received_at.date()
    lenient = tuple(replace(entry, max_rejected_percent=100.0) for entry in tried.tables)
    key = laid.keyring.pseudonym_key(tried.source)
    prepared = prepare(replace(tried, tables=lenient), month, laid.tables, key, known_on)
    trials = tuple(
        Trial(
            table=entry,
            counts=prepared.counts[entry.name],
            fates=_fates(entry, laid.tables[entry.name]),
            padded=laid.tables[entry.name].padded,
        )
        for entry in tried.tables
    )
    return DryRun(tried, trials, prepared.staged, _incoming(laid, prepared))


def _incoming(laid: Laid, prepared: Prepared) -> Incoming:
    """Say what would wait for the quality gate."""
    return Incoming(
        source=laid.contract.source,
        month=laid.pulled.month,
        content_mac=laid.pulled.content_mac,
        received_at=laid.pulled.received_at,
        sequence=laid.pulled.sequence,
        contract_version=laid.contract.version,
        tables=prepared.counts,
        warned=prepared.warned,
    )


def _fates(table: Table, delivered: Delivered) -> dict[str, dict[str, int]]:
    """Count the delivered values of each field by what happens to them."""
    fates: dict[str, dict[str, int]] = {fate: {} for fate in FATES}
    for field in table.fields:
        column = delivered.rows[field.name]
        for fate in _names(field):
            fates[fate][field.name] = len(column) - column.null_count
    return {fate: fields for fate, fields in fates.items() if fields}


def _names(field: Field) -> set[str]:
    return {rule.name for rule in field.rules}
