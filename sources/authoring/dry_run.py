"""A delivery tried against a contract: everything in memory, nothing kept but counts."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import BinaryIO

from Crypto.Random import get_random_bytes

from kim_pipeline.errors import DeliveryError
from kim_pipeline.periods import last_day
from kim_pipeline.privacy.key_derivation import KEY_BYTES, Key
from kim_pipeline.settings import Settings
from sources.contracts.contract import Contract
from sources.contracts.fields import Field
from sources.contracts.tables import Table
from sources.incoming.prepared import prepare
from sources.incoming.table_counts import TableCounts
from sources.readers.delivered import Delivered
from sources.readers.reading import read_tables, roles
from sources.readers.sql_reader import read_sql

WHERE = "The file"
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


def dry_run(
    contract: Contract, path: Path, month: date, settings: Settings, table: str | None = None
) -> tuple[Trial, ...]:
    """Read a file, or a folder of the contract's files, and count what would become of it.

    The key is made up and forgotten. Raises DeliveryError when the file is not what the contract
    says, but not for too many refused rows: those are counted.
    """
    tried = _narrowed(contract, path, table)
    delivered = _read(tried, path, month, settings)
    lenient = tuple(replace(entry, max_rejected_percent=100.0) for entry in tried.tables)
    key = Key("dry-run", get_random_bytes(KEY_BYTES))
    prepared = prepare(replace(tried, tables=lenient), month, delivered, key, last_day(month))
    return tuple(
        Trial(
            table=entry,
            counts=prepared.counts[entry.name],
            fates=_fates(entry, delivered[entry.name]),
            padded=delivered[entry.name].padded,
        )
        for entry in tried.tables
    )


def _narrowed(contract: Contract, path: Path, table: str | None) -> Contract:
    """Keep the one table a single file holds; rules that look at other tables rest then."""
    if path.is_dir() or roles(contract) != tuple(entry.name for entry in contract.tables):
        return contract
    if contract.location.format == "sql":
        return contract
    named = [e for e in contract.tables if table in (e.name, None)]
    fitting = [e for e in named if e.delivered == path.name] or named
    if len(fitting) != 1:
        known = ", ".join(entry.name for entry in contract.tables)
        raise DeliveryError(f"{WHERE}: which table is it? Say --table, one of {known}.")
    own = [f for f in fitting[0].findings if not any("." in name for name in f.references)]
    return replace(contract, tables=(replace(fitting[0], findings=tuple(own)),), consent=None)


def _read(
    contract: Contract, path: Path, month: date, settings: Settings
) -> Mapping[str, Delivered]:
    if contract.location.format == "sql":
        location = replace(contract.location, template=f"sqlite:///{path.absolute()}")
        return read_sql(replace(contract, location=location), settings, month)
    with ExitStack() as opened:
        streams: dict[str, BinaryIO] = {
            role: opened.enter_context(place.open("rb"))
            for role, place in _files(contract, path).items()
        }
        return read_tables(contract, streams, month, WHERE)


def _files(contract: Contract, path: Path) -> dict[str, Path]:
    names = roles(contract)
    if not path.is_dir():
        return {names[0]: path}
    tables = {entry.name: entry for entry in contract.tables}
    files = {role: path / tables[role].delivered for role in names if role in tables}
    missing = sorted(role for role, place in files.items() if not place.is_file())
    if missing or len(files) < len(names):
        raise DeliveryError(
            f"The folder: no file for table {', '.join(missing) or 'of this contract'}; name the "
            "file itself.",
            rule="missing",
        )
    return files


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
