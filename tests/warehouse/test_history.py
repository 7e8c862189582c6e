"""The history keeps every delivery readable, in both times."""

import random
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest
import sqlalchemy as sa

from kim_pipeline.periods import next_month
from kim_pipeline.warehouse.engine import owner_engine
from kim_pipeline.warehouse.history import Moment, apply_delivery, until
from kim_pipeline.warehouse.restatement import restate
from kim_pipeline.warehouse.schema.base import FOREVER, SCHEMAS
from kim_pipeline.warehouse.staging import StagedColumn, ensure_staging, staging_table

START = date(2025, 1, 1)
COLUMNS = (
    StagedColumn("row_key", "uuid", "Key."),
    StagedColumn("town_ags", "text", "Town."),
    StagedColumn("birth_year", "integer", "Year."),
)


@pytest.fixture
def engine(warehouse_settings):
    made = owner_engine(warehouse_settings)
    yield made
    made.dispose()


@pytest.fixture
def table() -> sa.Table:
    return staging_table("test_persons", "Invented persons.", COLUMNS)


@pytest.fixture
def connection(engine: sa.Engine, table: sa.Table):
    with engine.begin() as open_connection:
        for name in SCHEMAS:
            open_connection.execute(sa.schema.CreateSchema(name, if_not_exists=True))
        ensure_staging(open_connection, table)
        yield open_connection
        open_connection.rollback()


def delivered(state: dict[int, tuple[str, int | None]]) -> pa.Table:
    keys = sorted(state)
    return pa.table(
        {
            "row_key": pa.array([f"00000000-0000-0000-0000-{k:012d}" for k in keys], pa.string()),
            "town_ags": pa.array([state[k][0] for k in keys], pa.string()),
            "birth_year": pa.array([state[k][1] for k in keys], pa.int32()),
        }
    )


def moment(months: list[date], month: date, number: int) -> Moment:
    return Moment(
        month,
        until(months, month),
        datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number),
        number,
    )


def read(connection: sa.Connection, table: sa.Table, month: date, known: datetime) -> set[tuple]:
    query = sa.select(table.c.row_key, table.c.town_ags, table.c.birth_year).where(
        table.c.valid_from <= month,
        table.c.valid_to > month,
        table.c.known_from <= known,
        table.c.known_to > known,
    )
    return {tuple(row) for row in connection.execute(query)}


MANY = [pytest.param(seed, marks=pytest.mark.long) for seed in range(8, 80)]


@pytest.mark.parametrize("seed", [*range(8), *MANY])
def test_every_past_state_of_knowledge_can_be_read_back(connection, table, seed):
    dice = random.Random(seed)
    deliveries: list[tuple[Moment, dict]] = []
    months: list[date] = []
    for number in range(1, 11):
        month = next_month(START, dice.randrange(5))
        state = {
            k: (dice.choice("AB"), dice.choice([1980, 1990, None]))
            for k in range(6)
            if dice.random() < 0.7
        }
        now = moment(months, month, number)
        apply_delivery(connection, table, delivered(state), now)
        deliveries.append((now, state))
        months.append(month)
    for known, _ in deliveries:
        for offset in range(6):
            month = next_month(START, offset)
            seen = [
                d for d in deliveries if d[0].known_at <= known.known_at and d[0].month <= month
            ]
            newest = max(seen, key=lambda d: (d[0].month, d[0].known_at), default=None)
            expected = (
                {tuple(row.values()) for row in delivered(newest[1]).to_pylist()}
                if newest
                else set()
            )
            assert read(connection, table, month, known.known_at) == expected


def test_no_two_rows_of_a_record_hold_at_the_same_time(connection, table):
    dice = random.Random(99)
    months: list[date] = []
    for number in range(1, 15):
        month = next_month(START, dice.randrange(6))
        state = {k: (dice.choice("ABC"), 1980) for k in range(8) if dice.random() < 0.6}
        apply_delivery(connection, table, delivered(state), moment(months, month, number))
        months.append(month)
    a, b = table.alias("a"), table.alias("b")
    both = sa.select(sa.func.count()).where(
        a.c.row_key == b.c.row_key,
        sa.tuple_(a.c.valid_from, a.c.known_from) < sa.tuple_(b.c.valid_from, b.c.known_from),
        a.c.valid_from < b.c.valid_to,
        b.c.valid_from < a.c.valid_to,
        a.c.known_from < b.c.known_to,
        b.c.known_from < a.c.known_to,
    )
    assert connection.execute(both).scalar() == 0


def test_an_unchanged_month_writes_nothing(connection, table):
    state = {1: ("A", 1980), 2: ("B", None)}
    first = apply_delivery(connection, table, delivered(state), moment([], START, 1))
    second = apply_delivery(
        connection, table, delivered(state), moment([START], next_month(START), 2)
    )
    assert (first.opened, first.closed) == (2, 0)
    assert (second.opened, second.closed) == (0, 0)


def test_a_new_contract_field_becomes_a_column_and_old_rows_stay(connection, table):
    apply_delivery(connection, table, delivered({1: ("A", 1980)}), moment([], START, 1))
    wider = staging_table("test_persons", "Wider.", (*COLUMNS, StagedColumn("sex", "text", "Sex.")))
    ensure_staging(connection, wider)
    assert connection.execute(sa.select(wider.c.sex)).all() == [(None,)]


def test_a_table_made_before_an_index_was_thought_of_gets_it(connection, table):
    connection.execute(sa.text("DROP INDEX staging.ix_test_persons_came"))
    ensure_staging(connection, table)
    made = sa.inspect(connection).get_indexes("test_persons", schema="staging")
    assert {index["name"] for index in made} == {index.name for index in table.indexes}


def test_a_derived_table_is_restated_and_its_past_stays_readable(connection):
    spells = sa.Table(
        "spells",
        sa.MetaData(),
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("value", sa.Text),
        sa.Column("known_from", sa.TIMESTAMP(timezone=True), primary_key=True),
        sa.Column("known_to", sa.TIMESTAMP(timezone=True), server_default="9999-12-31 00:00:00+00"),
        prefixes=["TEMPORARY"],
    )
    spells.create(connection)
    first, second = (datetime(2026, m, 1, tzinfo=UTC) for m in (1, 2))
    for known, rows in (
        (first, {"a": "x", "b": "y"}),
        (second, {"a": "x", "b": "z"}),
        (second, {"a": "x", "b": "z"}),
    ):
        fresh = sa.Table(
            "fresh",
            sa.MetaData(),
            sa.Column("person", sa.Text),
            sa.Column("value", sa.Text),
            prefixes=["TEMPORARY"],
        )
        fresh.create(connection)
        connection.execute(fresh.insert(), [{"person": p, "value": v} for p, v in rows.items()])
        change = restate(connection, spells, fresh, known)
        fresh.drop(connection)
    assert (change.opened, change.closed) == (0, 0)
    stored = sa.select(
        spells.c.person, spells.c.value, spells.c.known_from, spells.c.known_to == FOREVER
    )
    assert set(connection.execute(stored).all()) == {
        ("a", "x", first, True),
        ("b", "y", first, False),
        ("b", "z", second, True),
    }
