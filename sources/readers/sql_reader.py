"""SQL deliveries: the contract's columns by name, all tables in one read-only transaction."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from kim_pipeline.errors import DeliveryError
from kim_pipeline.periods import format_month
from kim_pipeline.privacy.private_file import read_private
from kim_pipeline.settings import Settings
from sources.contracts.contract import Contract
from sources.contracts.location import Watermark
from sources.contracts.tables import Table
from sources.readers.delivered import Delivered

BATCH = 10_000
Batches: TypeAlias = Iterator[pa.RecordBatch]


def read_sql(contract: Contract, settings: Settings, month: date) -> dict[str, Delivered]:
    """Read all tables as strings, ordered by primary key, from one state of the database.

    Raises DeliveryError when the database is missing or lacks a table or column.
    """
    with closing(stream_sql(contract, settings, month)) as tables:
        return {
            table.name: Delivered(pa.Table.from_batches(batches, schema_of(table)))
            for table, batches in tables
        }


def stream_sql(
    contract: Contract, settings: Settings, month: date
) -> Generator[tuple[Table, Batches], None, None]:
    """Yield each table with its rows, batch by batch; read each to its end before the next.

    Raises DeliveryError as `read_sql`, also while batches are taken.
    """
    where = f"{contract.source} {format_month(month)}"
    with _snapshot(_url(contract, settings, month), where) as connection:
        for table in contract.tables:
            yield table, _batches(connection, table, f"{where}, table {table.name}")


def read_watermark(contract: Contract, settings: Settings, month: date) -> tuple[str, ...] | None:
    """Read the highest value of each watermark of the contract; None when one has none yet.

    Raises DeliveryError when the database cannot be read, or a watermark is not there.
    """
    where = f"{contract.source} {format_month(month)}"
    with _snapshot(_url(contract, settings, month), where) as connection:
        found = [_highest(connection, mark, where) for mark in contract.location.watermark]
    known = tuple(str(value) for value in found if value is not None)
    return known if found and len(known) == len(found) else None


def schema_of(table: Table) -> pa.Schema:
    """Describe the rows of a table as they are delivered: a text per field."""
    return pa.schema([(field.name, pa.string()) for field in table.fields])


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
        with _refusing(where, sqlite), engine.connect() as connection:
            if sqlite:
                # Sorting must not spill names into a temporary file.
                connection.exec_driver_sql("PRAGMA temp_store = MEMORY")
                connection.exec_driver_sql("BEGIN")
            yield connection
    finally:
        engine.dispose()


@contextmanager
def _refusing(where: str, sqlite: bool) -> Iterator[None]:
    """Turn errors of a database, whose text may quote a value, into a refusal.

    A damaged file of SQLite makes its driver fail at decoding its own message.
    """
    try:
        yield
    except (sa.exc.DBAPIError, UnicodeDecodeError) as error:
        kind = type(getattr(error, "orig", error)).__name__
        raise DeliveryError(
            f"{where}: the database cannot be read ({kind}); check that it can be reached and has "
            "the contract's tables and columns.",
            rule="unreadable" if sqlite else "transport",
        ) from None


def _batches(connection: sa.Connection, table: Table, where: str) -> Batches:
    names = [field.delivered for field in table.fields]
    source = sa.table(table.delivered, *map(sa.column, names))
    query = sa.select(*source.columns).order_by(*(source.c[f.delivered] for f in table.key_fields))
    # The server keeps the rows that are not asked for yet, so that memory stays flat.
    streaming = connection.execution_options(stream_results=True)
    schema = schema_of(table)
    with _refusing(where, connection.dialect.name == "sqlite"):
        result = _executed(streaming, query, where)
        # The driver's own rows: to wrap each as a row of SQLAlchemy costs as much as reading it.
        while rows := result.cursor_strategy.fetchmany(result, result.cursor, BATCH):
            yield _batch(rows, schema)


def _executed(connection: sa.Connection, query: sa.Select[Any], where: str) -> sa.CursorResult[Any]:
    try:
        return connection.execute(query)
    except (sa.exc.OperationalError, sa.exc.ProgrammingError):
        raise DeliveryError(
            f"{where}: the table or one of its columns is missing in the database; compare it with "
            "the contract.",
            rule="changed_header",
        ) from None


def _highest(connection: sa.Connection, mark: Watermark, where: str) -> object:
    column: sa.ColumnClause[Any] = sa.column(mark.column)
    query = sa.select(sa.func.max(column)).select_from(sa.table(mark.table, column))
    row = _executed(connection, query, f"{where}, watermark").one()
    return row[0]


def _batch(rows: Sequence[Sequence[Any]], schema: pa.Schema) -> pa.RecordBatch:
    columns = [_texts(column) for column in zip(*rows, strict=True)]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _texts(column: Sequence[Any]) -> pa.Array[Any]:
    """Write a column; most are texts already, which the database driver has made."""
    try:
        found: pa.Array[Any] = pa.array(column)
    except (pa.ArrowException, OverflowError):
        return pa.array(map(_text, column), pa.string())
    if pa.types.is_string(found.type):
        empty = pc.equal(found, pa.scalar(""))
        return pc.if_else(empty, None, found) if pc.any(empty).as_py() else found
    if pa.types.is_null(found.type):
        return found.cast(pa.string())
    return pa.array(map(_text, column), pa.string())


def _text(value: object) -> str | None:
    """Write a database value as the contract reads it; dates and times in ISO form."""
    if value is None or value == "":
        return None
    return value.isoformat() if isinstance(value, date) else str(value)
