"""Bulk ways in and out of the warehouse: COPY between Arrow tables and PostgreSQL."""

import io

import psycopg
import pyarrow as pa
import pyarrow.csv as arrow_csv
import sqlalchemy as sa
from psycopg import sql

from kim_pipeline.errors import WarehouseError
from kim_pipeline.warehouse.engine import warehouse_errors

TableName = tuple[str | None, str, tuple[str, ...]]
BATCH_ROWS = 50_000
WRITE = arrow_csv.WriteOptions(
    include_header=False, quoting_style="all_valid", batch_size=BATCH_ROWS
)


def copy_table(connection: sa.Connection, table: sa.Table | TableName, rows: pa.Table) -> int:
    """Append rows to a table by COPY, inside the connection's transaction; return their number.

    Columns go by name; a column of the table that `rows` lacks takes its default. NULL and the
    empty string stay distinct. Raises WarehouseError, which holds no value, for an unknown column,
    a type that CSV cannot carry, or a row PostgreSQL refuses.
    """
    schema, name, columns = _name(table)
    label = name if schema is None else f"{schema}.{name}"
    unknown = [column for column in rows.column_names if column not in columns]
    if unknown:
        raise WarehouseError(f"{label} has no column {', '.join(unknown)}.")
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv, ENCODING 'UTF8')").format(
        sql.Identifier(*filter(None, (schema, name))),
        sql.SQL(", ").join(sql.Identifier(column) for column in rows.column_names),
    )
    plain = _writable(label, rows)
    with (
        warehouse_errors(f"Loading {rows.num_rows} rows into {label} failed"),
        _cursor(connection) as cursor,
    ):
        with cursor.copy(statement) as copy:
            for batch in plain.to_batches(max_chunksize=BATCH_ROWS):
                copy.write(_as_csv(batch))
        return cursor.rowcount


def read_table(connection: sa.Connection, query: sa.Select[tuple[object, ...]]) -> pa.Table:
    """Read a query's rows by COPY into an Arrow table, typed by the query's columns.

    Text and UUID become strings, dates date32, timestamps UTC microseconds. Infinite dates have no
    Arrow form: leave such columns out. Raises WarehouseError without values.
    """
    text = query.compile(connection, compile_kwargs={"render_postcompile": True})
    columns = query.selected_columns
    inner = sql.SQL(text.string)
    statement = sql.SQL("COPY ({}) TO STDOUT (FORMAT csv, ENCODING 'UTF8')").format(inner)
    with warehouse_errors("Reading a query failed"), _cursor(connection) as cursor:
        stream = io.BytesIO()
        with cursor.copy(statement, text.params) as copy:
            stream.writelines(bytes(block) for block in copy)
    types = {column.name: _arrow_type(column.type) for column in columns}
    if not stream.tell():
        return pa.schema(types.items()).empty_table()
    stream.seek(0)
    try:
        return arrow_csv.read_csv(
            stream,
            read_options=arrow_csv.ReadOptions(column_names=list(types)),
            parse_options=arrow_csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
            convert_options=_reading(types),
        )
    except pa.ArrowInvalid:
        raise WarehouseError(
            f"A query's rows do not fit their types: columns {', '.join(types)}."
        ) from None


def _name(table: sa.Table | TableName) -> TableName:
    if isinstance(table, sa.Table):
        return table.schema, table.name, tuple(column.name for column in table.columns)
    return table


def _cursor(connection: sa.Connection) -> psycopg.Cursor[tuple[object, ...]]:
    if not connection.in_transaction():
        connection.begin()  # else a later commit() would not know of the rows
    driver = connection.connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        raise WarehouseError("COPY needs a connection made by psycopg.")
    return driver.cursor()


def _writable(label: str, rows: pa.Table) -> pa.Table:
    for field in rows.schema:
        if pa.types.is_nested(field.type) or pa.types.is_binary(field.type):
            raise WarehouseError(f"{label}: column {field.name} is {field.type}, which CSV lacks.")
    return rows


def _as_csv(batch: pa.RecordBatch) -> bytes:
    sink = io.BytesIO()
    arrow_csv.write_csv(batch, sink, WRITE)
    return sink.getvalue()


def _reading(types: dict[str, pa.DataType]) -> arrow_csv.ConvertOptions:
    return arrow_csv.ConvertOptions(
        column_types=types,
        null_values=[""],
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
        true_values=["t"],
        false_values=["f"],
    )


def _arrow_type(kind: sa.types.TypeEngine[object]) -> pa.DataType:
    if isinstance(kind, sa.DateTime):
        return pa.timestamp("us", tz="UTC") if kind.timezone else pa.timestamp("us")
    if isinstance(kind, sa.Numeric) and not isinstance(kind, sa.Float):
        return pa.decimal128(kind.precision or 38, 10 if kind.scale is None else kind.scale)
    for base, arrow in _SIMPLE:
        if isinstance(kind, base):
            return arrow
    return pa.string()


_SIMPLE = (
    (sa.BigInteger, pa.int64()),
    (sa.SmallInteger, pa.int16()),
    (sa.Integer, pa.int32()),
    (sa.Boolean, pa.bool_()),
    (sa.Date, pa.date32()),
    (sa.Float, pa.float64()),
)
