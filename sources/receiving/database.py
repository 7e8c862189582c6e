"""A database as a delivery: what was read in one transaction, written as bytes to be sealed."""

import io
from collections.abc import Iterable, Iterator
from datetime import date

import pyarrow as pa

from kim_pipeline.settings import Settings
from sources.contracts.contract import Contract
from sources.readers.sql_reader import read_sql


def read_database(
    contract: Contract, settings: Settings, month: date
) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Yield each table of the contract as an Arrow stream."""
    for name, table in read_sql(contract, settings, month).items():
        yield name, _as_stream(table.rows)


def _as_stream(table: pa.Table) -> Iterable[bytes]:
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return [sink.getvalue()]
