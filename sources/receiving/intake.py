"""Pull: find a delivery, seal it into the landing zone at once, and know it again."""

import io
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from kim_pipeline.errors import DeliveryError
from kim_pipeline.periods import format_month
from kim_pipeline.privacy.keyring import Keyring
from kim_pipeline.privacy.sealed_file import read_sealed
from kim_pipeline.settings import Settings
from sources.contracts.contract import Contract
from sources.readers.csv_reader import read_csv
from sources.readers.delivered import Delivered
from sources.readers.sql_reader import database_file, read_sql
from sources.readers.xml_reader import read_xml
from sources.receiving.announcement import FILE_NAME, Announcement, read_announcement
from sources.receiving.landing import (
    Pulled,
    Sealed,
    landed,
    month_folder,
    seal_files,
    write_manifest,
)

WHOLE = "delivery"


def pull(contract: Contract, month: date, settings: Settings, keyring: Keyring) -> Pulled:
    """Seal the delivery of a month; the same content pulled again gives the earlier result.

    Raises DeliveryError when it is missing, speaks of another month, is older than one already
    there, or is not marked as invented while only demo keys are loaded.
    """
    where = f"{contract.source} {format_month(month)}"
    files = _files(contract, settings, month)
    before = landed(settings.landing, contract.source, month)
    if (
        before
        and contract.location.transport.delete_after_pull
        and not any(map(Path.exists, files.values()))
    ):
        return before[-1]
    _check_present(where, files.values())
    folder = _folder(contract, settings, month)
    announced = read_announcement(folder, contract.source, month)
    _refuse_real_data_under_demo_keys(where, announced, keyring)
    _refuse_older(where, announced, before)
    parent = month_folder(settings.landing, contract.source, month)
    with ExitStack() as opened:
        streams = _streams(contract, settings, month, files, opened)
        sealed = seal_files(parent, streams, keyring.landing_key, keyring.content_key)
    pulled = _keep(_describe(contract, month, sealed, announced), sealed.folder, before)
    if files and folder and contract.location.transport.delete_after_pull:
        for path in (*files.values(), folder / FILE_NAME):
            path.unlink(missing_ok=True)
    return pulled


def read_pulled_tables(
    contract: Contract, pulled: Pulled, keyring: Keyring
) -> dict[str, Delivered]:
    """Decrypt a sealed delivery in memory and read its tables as strings.

    Raises DeliveryError when it is not what the contract or the authority's own counts say.
    """
    key = keyring.landing_key
    streams = {role: read_sealed(pulled.folder / name, key) for role, name in pulled.files.items()}
    where = f"{contract.source} {format_month(pulled.month)}"
    tables = _read(contract, streams, pulled.month, where)
    for name, rows in pulled.announced_rows.items():
        if name in tables and tables[name].count != rows:
            raise DeliveryError(
                f"{where}, table {name}: {tables[name].count} rows read, {rows} announced; the "
                "file is cut off or the wrong one. Ask for the delivery again."
            )
    return tables


def _read(
    contract: Contract, streams: Mapping[str, BinaryIO], month: date, where: str
) -> dict[str, Delivered]:
    if contract.location.format == "xml":
        return read_xml(streams[WHOLE], contract, month, where)
    if contract.location.format == "sql":
        return {name: Delivered(_from_arrow(stream)) for name, stream in streams.items()}
    return {
        table.name: read_csv(
            streams[table.name], table, contract.location, f"{where}, table {table.name}"
        )
        for table in contract.tables
    }


def _files(contract: Contract, settings: Settings, month: date) -> dict[str, Path]:
    """Say which files to expect where, by role; a database server has none."""
    place = Path(contract.location.resolve(settings, month))
    if contract.location.format == "sql":
        database = database_file(contract, settings, month)
        return {WHOLE: database} if database else {}
    if contract.location.format == "xml":
        return {WHOLE: place}
    return {table.name: place / table.delivered for table in contract.tables}


def _check_present(where: str, paths: Iterable[Path]) -> None:
    for path in paths:
        if path.is_symlink() or not path.is_file():
            raise DeliveryError(f"{where}: no delivery at {path}; ask the authority for it.")


def _folder(contract: Contract, settings: Settings, month: date) -> Path | None:
    """Give the folder in which the authority's manifest would lie."""
    if contract.location.format == "sql":
        database = database_file(contract, settings, month)
        return database.parent if database else None
    place = Path(contract.location.resolve(settings, month))
    return place.parent if contract.location.format == "xml" else place


def _streams(
    contract: Contract,
    settings: Settings,
    month: date,
    files: Mapping[str, Path],
    opened: ExitStack,
) -> Iterator[tuple[str, BinaryIO | Iterable[bytes]]]:
    if contract.location.format == "sql":
        for name, table in read_sql(contract, settings, month).items():
            yield name, _to_arrow(table.rows)
        return
    for role, path in files.items():
        yield role, opened.enter_context(path.open("rb"))


def _refuse_real_data_under_demo_keys(
    where: str, announced: Announcement, keyring: Keyring
) -> None:
    if keyring.demo and not announced.invented:
        raise DeliveryError(
            f"{where}: demo keys are for deliveries marked as invented only; run: kim keys init"
        )


def _refuse_older(where: str, announced: Announcement, before: tuple[Pulled, ...]) -> None:
    known = [pulled.sequence for pulled in before if pulled.sequence is not None]
    if announced.sequence is not None and known and announced.sequence < max(known):
        raise DeliveryError(
            f"{where}: delivery number {announced.sequence} is older than number {max(known)}, "
            "which is already here; ask for a new one with a higher number."
        )


def _describe(contract: Contract, month: date, sealed: Sealed, announced: Announcement) -> Pulled:
    now = datetime.now(UTC)
    return Pulled(
        source=contract.source,
        month=month,
        folder=sealed.folder.parent / sealed.content_mac.hex()[:32],
        content_mac=sealed.content_mac,
        received_at=min(announced.created or now, now),
        sequence=announced.sequence,
        size=sealed.size,
        files=sealed.files,
        announced_rows=announced.rows,
    )


def _keep(pulled: Pulled, sealed_in: Path, before: tuple[Pulled, ...]) -> Pulled:
    """Give the sealed folder its name, or drop it when the same content is already there."""
    same = [earlier for earlier in before if earlier.content_mac == pulled.content_mac]
    if same:
        shutil.rmtree(sealed_in)
        return replace(same[0], announced_rows=pulled.announced_rows or same[0].announced_rows)
    write_manifest(pulled, sealed_in)
    sealed_in.rename(pulled.folder)
    return pulled


def _to_arrow(table: pa.Table) -> BinaryIO:
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    sink.seek(0)
    return sink


def _from_arrow(stream: BinaryIO) -> pa.Table:
    with pa.ipc.open_stream(stream.read()) as reader:
        return reader.read_all()
