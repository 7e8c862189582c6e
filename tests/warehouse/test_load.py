"""Arrow tables go into PostgreSQL and come back unchanged, and a refused row is not quoted."""

import datetime as dt
import decimal
from collections.abc import Iterator

import pyarrow as pa
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kim_pipeline.errors import WarehouseError
from kim_pipeline.settings import Settings
from kim_pipeline.warehouse.engine import owner_engine
from kim_pipeline.warehouse.load import copy_table, read_table

THING = sa.Table(
    "thing",
    sa.MetaData(),
    sa.Column("row_key", sa.Uuid),
    sa.Column("text", sa.Text),
    sa.Column("day", sa.Date),
    sa.Column("instant", sa.DateTime(timezone=True)),
    sa.Column("flag", sa.Boolean),
    sa.Column("amount", sa.Numeric(10, 2)),
    sa.Column("share", sa.Float),
    sa.Column("number", sa.Integer),
    sa.Column("big", sa.BigInteger),
    sa.Column("small", sa.SmallInteger),
    schema="staging",
)
TYPES: list[tuple[str, pa.DataType]] = [
    ("row_key", pa.string()),
    ("text", pa.string()),
    ("day", pa.date32()),
    ("instant", pa.timestamp("us", tz="UTC")),
    ("flag", pa.bool_()),
    ("amount", pa.decimal128(10, 2)),
    ("share", pa.float64()),
    ("number", pa.int32()),
    ("big", pa.int64()),
    ("small", pa.int16()),
]
SCHEMA = pa.schema(TYPES)
TEXTS = ["", " ", "NULL", "\\N", "\\.", "a\n\\.\nb", 'say "so"', "a,b;c", "Žižek\r\nعمر", "'", None]
KEY = "0f0e0d0c-0b0a-0908-0706-050403020100"
CANARY = "Kanarienvogel"


@pytest.fixture
def connection(empty_warehouse_settings: Settings) -> Iterator[sa.Connection]:
    engine = owner_engine(empty_warehouse_settings)
    with engine.connect() as opened:
        opened.execute(sa.schema.CreateSchema("staging"))
        THING.create(opened)
        opened.commit()
        yield opened
    engine.dispose()


def _rows(texts: list[str | None]) -> pa.Table:
    whole = {
        "row_key": KEY,
        "day": dt.date(1985, 2, 28),
        "instant": dt.datetime(2026, 11, 3, 6, 0, 0, 123456, tzinfo=dt.UTC),
        "flag": True,
        "amount": decimal.Decimal("-1234567.89"),
        "share": 0.1 + 0.2,
        "number": -(2**31),
        "big": 2**63 - 1,
        "small": 7,
    }
    rows = [whole | {"text": text} for text in texts]
    return pa.Table.from_pylist([*rows, dict.fromkeys(SCHEMA.names)], schema=SCHEMA)


def test_every_type_and_null_comes_back_unchanged(connection: sa.Connection) -> None:
    rows = _rows(TEXTS)
    assert copy_table(connection, THING, rows) == len(TEXTS) + 1
    assert read_table(connection, sa.select(THING)).equals(rows)


def test_rows_wait_for_the_commit_of_their_transaction(connection: sa.Connection) -> None:
    copy_table(connection, THING, _rows(["a"]))
    connection.rollback()
    assert read_table(connection, sa.select(THING)).num_rows == 0
    connection.rollback()
    copy_table(connection, THING, _rows(["a"]))
    connection.commit()
    connection.rollback()
    assert read_table(connection, sa.select(THING)).num_rows == 2


def test_an_empty_table_loads_and_reads_with_its_types(connection: sa.Connection) -> None:
    assert copy_table(connection, THING, SCHEMA.empty_table()) == 0
    assert read_table(connection, sa.select(THING)).equals(SCHEMA.empty_table())


def test_a_query_is_read_with_its_bound_values(connection: sa.Connection) -> None:
    copy_table(connection, THING, _rows(TEXTS))
    query = sa.select(THING.c.text, THING.c.number).where(THING.c.text.in_(["'", "NULL", "100%"]))
    found = read_table(connection, query.order_by(THING.c.text))
    assert found.column("text").to_pylist() == ["'", "NULL"]


def test_a_name_and_its_columns_serve_instead_of_a_table(connection: sa.Connection) -> None:
    part = _rows(["a"]).select(["text"])
    assert copy_table(connection, ("staging", "thing", ("row_key", "text")), part) == 2


def test_an_unknown_column_is_refused_by_name(connection: sa.Connection) -> None:
    with pytest.raises(WarehouseError, match=r"staging\.thing has no column surname"):
        copy_table(connection, THING, pa.table({"surname": [CANARY]}))


def test_a_list_column_is_refused_by_name(connection: sa.Connection) -> None:
    with pytest.raises(WarehouseError, match="column text is list"):
        copy_table(connection, THING, pa.table({"text": [[CANARY]]}))


@pytest.mark.parametrize(("column", "state"), [("day", "22007"), ("row_key", "22P02")])
def test_a_refused_row_is_not_quoted(connection: sa.Connection, column: str, state: str) -> None:
    with pytest.raises(WarehouseError, match=state) as refused:
        copy_table(connection, THING, pa.table({column: [CANARY]}))
    assert "staging.thing" in str(refused.value)
    assert CANARY not in str(refused.value)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\0"))))
def test_any_text_survives_the_way(connection: sa.Connection, texts: list[str | None]) -> None:
    rows = pa.table({"text": pa.array(texts, pa.string())})
    copy_table(connection, THING, rows)
    found = read_table(connection, sa.select(THING.c.text))
    connection.rollback()
    assert found.column("text").to_pylist() == texts
