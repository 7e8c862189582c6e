"""Which reader reads a delivery, and of which files one consists."""

import io
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import date
from typing import BinaryIO

import pyarrow as pa

from kim_pipeline.errors import DeliveryError
from sources.contracts.contract import Contract
from sources.contracts.location import WORKBOOKS
from sources.readers.archive import Archive
from sources.readers.csv_reader import read_csv
from sources.readers.delivered import Delivered
from sources.readers.workbook_reader import MOST_BYTES, read_workbook
from sources.readers.xml_reader import read_xml

WHOLE = "delivery"


def roles(contract: Contract) -> tuple[str, ...]:
    """Name the files of one delivery, or of one town's: the tables', or one for the whole."""
    location = contract.location
    if location.archive is None and location.format in ("csv", "sql"):
        return tuple(table.name for table in contract.tables)
    return (WHOLE,)


def read_tables(
    contract: Contract, streams: Mapping[str, BinaryIO], month: date, where: str
) -> dict[str, Delivered]:
    """Read all tables as strings from streams, by role, that can be wound back to their start.

    The streams of archives and workbooks must be seekable to any place. Raises DeliveryError,
    whose `rule` says what was found.
    """
    if contract.location.archive is None:
        return _read(contract, streams, month, where)
    with ExitStack() as opened:
        members = _members(contract, Archive(streams[WHOLE], where), where)
        inside = {role: opened.enter_context(stream) for role, stream in members.items()}
        return _read(contract, inside, month, where)


def _read(
    contract: Contract, streams: Mapping[str, BinaryIO], month: date, where: str
) -> dict[str, Delivered]:
    location = contract.location
    if location.format == "xml":
        return read_xml(streams[WHOLE], contract, month, where)
    if location.format in WORKBOOKS:
        return read_workbook(streams[WHOLE], contract, where)
    if location.format == "sql":
        return {name: Delivered(_from_arrow(stream)) for name, stream in streams.items()}
    return {
        table.name: read_csv(streams[table.name], table, location, f"{where}, table {table.name}")
        for table in contract.tables
    }


def _members(contract: Contract, archive: Archive, where: str) -> dict[str, BinaryIO]:
    """Find the files in an archive: those of the tables by name, the whole by being the only one.

    Other members are left alone.
    """
    form = contract.location.format
    if form == "csv":
        names = {table.name: table.delivered for table in contract.tables}
    else:
        fitting = [name for name in archive.names if name.lower().endswith(f".{form}")]
        names = {WHOLE: fitting[0]} if len(fitting) == 1 else {WHOLE: ""}
    if not set(names.values()) <= set(archive.names):
        wanted = ", ".join(names.values()) if form == "csv" else f"exactly one .{form} file"
        raise DeliveryError(
            f"{where}: the zip archive does not hold {wanted}; ask for the agreed files.",
            rule="wrong_file",
        )
    if form in WORKBOOKS:
        with archive.open(names[WHOLE], nested=True) as stream:
            return {WHOLE: io.BytesIO(stream.read(MOST_BYTES + 1))}
    return {role: archive.open(name) for role, name in names.items()}


def _from_arrow(stream: BinaryIO) -> pa.Table:
    with pa.ipc.open_stream(stream.read()) as reader:
        return reader.read_all()
