"""SQL deliveries: the contract's columns by name, all tables in one read-only transaction."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import NoneType
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from kim_pipeline.errors import DeliveryError
from kim_pipeline.periods import format_month
from kim_pipeline.privacy.private_file import read_private
from kim_pipeline.settings import Settings
from sources.contracts.contract import Contract
from sources.contracts.tables import Table
from sources.readers.delivered import Delivered

BATCH = 10_000


def read_sql(contract: Contract, settings: Settings, month: date) -> dict[str, Delivered]:
    """Read all tables as strings, ordered by primary key, from one state of the database.

    Raises DeliveryError when the database is missing or lacks a table or column.
    """
    url = _url(contract, settings, month)
    where = f"{contract.source} {format_month(month)}"
    with _snapshot(url, where) as connection:
        return {
            table.name: _read(connection, table, f"{where}, table {table.name}")
            for table in contract.tables
        }


def database_file(contract: Contract, settings: Settings, month: date) -> Path | None:
    """Give the file of a database that is one; None for a server."""
    url = sa.make_url(contract.location.resolve(settings, month))
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def _url(contract: Contract, settings: Settings, month: date) -> sa.URL:
    url = sa.make_url(contract.location.resolve(settings, month))
    if contract.location.transport.password_file:
        secret = read_private(settings.keys / contract.location.transport.password_file)
        url = url.set(password=secret.decode("utf-8").strip())
    file = database_file(contract, settings, month)
    if file is not None:
        if not file.is_file() or file.is_symlink():
            raise DeliveryError(
                f"{contract.source}: no delivery at {file}; ask the authority for it.",
                rule="missing",
            )
        url = url.set(database=f"file:{file}", query={"mode": "ro", "uri": "true"})
    return url


@contextmanager
def _snapshot(url: sa.URL, where: str) -> Iterator[sa.Connection]:
    """Open one read-only transaction that sees one state of the database."""
    sqlite = url.get_backend_name() == "sqlite"
    # SQLite's driver would begin only before a write; so the transaction is begun by hand.
    level = "AUTOCOMMIT" if sqlite else "REPEATABLE READ"
    engine = sa.create_engine(
        url,
        isolation_level=level,
        hide_parameters=True,
        poolclass=sa.NullPool,
        execution_options={"postgresql_readonly": True},
    )
    try:
        with engine.connect() as connection:
            if sqlite:
                # Sorting must not spill names into a temporary file.
                connection.exec_driver_sql("PRAGMA temp_store = MEMORY")
                connection.exec_driver_sql("BEGIN")
            yield connection
    except sa.exc.DBAPIError as error:
        kind = type(error.orig).__name__
        raise DeliveryError(
            f"{where}: the database cannot be read ({kind}); check that it can be reached and has "
            "the contract's tables and columns.",
            rule="unreadable" if sqlite else "transport",
        ) from None
    finally:
        engine.dispose()


def _read(connection: sa.Connection, table: Table, where: str) -> Delivered:
    names = [field.delivered for field in table.fields]
    source = sa.table(table.delivered, *map(sa.column, names))
    query = sa.select(*source.columns).order_by(*(source.c[f.delivered] for f in table.key_fields))
    try:
        # The server keeps the rows that are not asked for yet, so that memory stays flat.
        result = connection.execution_options(stream_results=True).execute(query)
    except (sa.exc.OperationalError, sa.exc.ProgrammingError):
        raise DeliveryError(
            f"{where}: the table or one of its columns is missing in the database; compare it with "
            "the contract.",
            rule="changed_header",
        ) from None
    schema = pa.schema([(field.name, pa.string()) for field in table.fields])
    batches = [_batch(rows, schema) for rows in result.partitions(BATCH)]
    return Delivered(pa.Table.from_batches(batches, schema))


def _batch(rows: Sequence[sa.Row[Any]], schema: pa.Schema) -> pa.RecordBatch:
    columns = zip(*rows, strict=True)
    arrays = [pa.array(_texts(column), pa.string()) for column in columns]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _texts(column: Sequence[object]) -> Sequence[Any]:
    """Write a column; most are texts already, which the database driver has made."""
    if set(map(type, column)) <= {str, NoneType}:
        return [value or None for value in column]
    return [_text(value) for value in column]


def _text(value: object) -> str | None:
    """Write a database value as the contract reads it; dates and times in ISO form."""
    if value is None or value == "":
        return None
    return value.isoformat() if isinstance(value, date) else str(value)
