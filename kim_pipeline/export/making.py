"""An export from asking to files: checked, entered in the ledger, and only then put in place."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import sqlalchemy as sa

from kim_pipeline.errors import DisclosureError, LegalError
from kim_pipeline.export.conference import read_holding
from kim_pipeline.export.conference_files import CONFERENCE_TABLES, write_packs
from kim_pipeline.export.described import Table, read_tables
from kim_pipeline.export.files import replaced_folder, write_descriptor, write_files
from kim_pipeline.export.microdata import SOURCE, count_rows, extract_package, read_extract
from kim_pipeline.export.output_check import check_ledger
from kim_pipeline.export.package import Package, describe
from kim_pipeline.export.published import (
    SCHEMA,
    Months,
    published_months,
    published_package,
    read_published,
)
from kim_pipeline.export.purposes import Purpose, read_offers
from kim_pipeline.kreis import Kreis
from kim_pipeline.privacy.keyring import Keyring
from kim_pipeline.warehouse.export_log import MICRODATA, PUBLISHED, Export, log_export

Bounds = tuple[date | None, date | None]


@dataclass(frozen=True)
class Place:
    """Where the files go, and in which formats."""

    folder: Path
    formats: Sequence[str]


class House(Protocol):
    """What an export needs of an installation."""

    @property
    def kreis(self) -> Kreis:
        """Which Kreis this is."""

    @property
    def keyring(self) -> Keyring:
        """The keys."""

    def transaction(self, doing: str) -> AbstractContextManager[sa.Connection]:
        """Run one transaction as the owner."""

    def reading(self, role: str, doing: str) -> AbstractContextManager[sa.Connection]:
        """Read as a role, which sees no more than it may."""


def export_published(house: House, bounds: Bounds, place: Place) -> Export:
    """Write the published tables of these months into a folder, as the ledger released them.

    Raises DisclosureError when a value is not protected or not the one released.
    """
    asked = Export(datetime.now(UTC), PUBLISHED, (), 0)
    licence = read_offers(house.kreis.exports_file).licence
    with house.reading("kim_report", "Reading published tables") as reader:
        months = published_months(reader, *bounds)
        asked = replace(asked, first_month=months.first, last_month=months.last)
        with _refusals(house, asked):
            tables = read_published(reader, months)
            _check_released(house, months)
        described = {table.name: table for table in read_tables(reader, SCHEMA)}
    named = tuple(f"{SCHEMA}.{name}" for name in tables)
    made = replace(asked, tables=named, rows=sum(t.num_rows for t in tables.values()))
    package = published_package(house.kreis, months, licence)
    pairs = [(described[name], table) for name, table in tables.items()]
    _put(house, made, package, pairs, place)
    return made


def export_conference(house: House, month: date | None, folder: Path, locale: str) -> Export:
    """Write the papers of every project group and town for a month, each in a folder of its own.

    Raises DisclosureError as `export_published` does.
    """
    asked = Export(datetime.now(UTC), PUBLISHED, CONFERENCE_TABLES, 0)
    with house.reading("kim_report", "Reading published tables") as reader:
        newest = published_months(reader).last
        asked = replace(asked, first_month=month or newest, last_month=month or newest)
        with _refusals(house, asked):
            holding = read_holding(reader, month or newest, locale)
            months = Months(holding.months[0], holding.months[-1])
            _check_released(house, months)
    made = replace(asked, first_month=months.first, rows=holding.values.num_rows)
    with replaced_folder(folder) as fresh:
        write_descriptor(fresh, write_packs(fresh, house.kreis, holding, locale))
        _enter(house, made)
    return made


def export_microdata(house: House, name: str, bounds: Bounds, place: Place) -> Export:
    """Write the person months of a declared purpose into a folder.

    Raises LegalError for a purpose that is not declared or has ended, DisclosureError when too much
    was asked for or too much would have to be left out; the ledger keeps these too.
    """
    purpose = _declared(house, name)
    asked = Export(
        datetime.now(UTC), MICRODATA, (SOURCE,), 0, purpose.columns, name, purpose.recipient
    )
    with house.reading("kim_analyst", "Reading person months") as reader:
        months = published_months(reader, *bounds)
        asked = replace(asked, first_month=months.first, last_month=months.last)
        with _refusals(house, asked):
            purpose.check_day(asked.at.date())
            count_rows(reader, purpose, months)
            key = house.keyring.extract_key(name)
            extract = read_extract(reader, purpose, months, key)
    withheld = extract.shared.withheld
    made = replace(asked, rows=extract.rows.num_rows, withheld=withheld)
    package = extract_package(house.kreis, purpose, months, extract.shared)
    _put(house, made, package, [(extract.described, extract.rows)], place)
    return made


def _declared(house: House, name: str) -> Purpose:
    """Find a purpose. What was typed instead of one is not kept: it could be anything."""
    offers = read_offers(house.kreis.exports_file)
    with _refusals(house, Export(datetime.now(UTC), MICRODATA, (SOURCE,), 0)):
        return offers.purpose(name)


def _check_released(house: House, months: Months) -> None:
    with house.transaction("Comparing with the ledger") as owner:
        check_ledger(owner, months.first, months.last)


def _put(
    house: House,
    made: Export,
    package: Package,
    tables: Sequence[tuple[Table, pa.Table]],
    place: Place,
) -> None:
    """Write the files; they take their place once the ledger has the export."""
    with replaced_folder(place.folder) as folder:
        sizes = write_files(folder, {table.name: rows for table, rows in tables}, place.formats)
        write_descriptor(folder, describe(package, tables, sizes))
        _enter(house, made)


def _enter(house: House, asked: Export) -> None:
    with house.transaction("Entering an export") as owner:
        log_export(owner, asked, house.keyring.audit_key.secret)


@contextmanager
def _refusals(house: House, asked: Export) -> Iterator[None]:
    """Enter what is refused, with the reason, before it is told."""
    try:
        yield
    except (DisclosureError, LegalError) as refused:
        _enter(house, replace(asked, reason=str(refused)))
        raise
