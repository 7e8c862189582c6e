"""What holds of a history in two times, whatever is delivered, on both servers we support."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest
import sqlalchemy as sa
from databases import fresh_database
from hypothesis import given
from hypothesis import strategies as st
from many import examples, of_many
from warehouse import postgres15

from kim_pipeline.periods import next_month
from kim_pipeline.settings import Settings
from kim_pipeline.warehouse.engine import engine_at, owner_engine
from kim_pipeline.warehouse.history import Difference, Moment, apply_delivery, until
from kim_pipeline.warehouse.staging import StagedColumn, staging_table

START = date(2025, 1, 1)
BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
TABLE = staging_table(
    "told",
    "Invented records.",
    (
        StagedColumn("row_key", "uuid", "Key."),
        StagedColumn("town_ags", "text", "Town."),
        StagedColumn("birth_year", "integer", "Year."),
    ),
)
Record = tuple[str, str, int | None]


@dataclass(frozen=True)
class Told:
    """One delivery: the month it describes, and what it says."""

    month: date
    records: frozenset[Record]

    def rows(self) -> pa.Table:
        kinds = {"row_key": pa.string(), "town_ags": pa.string(), "birth_year": pa.int32()}
        columns = list(zip(*sorted(self.records, key=repr), strict=True)) or [(), (), ()]
        named = zip(kinds.items(), columns, strict=True)
        return pa.table({name: pa.array(c, kind) for (name, kind), c in named})


def _told(month: int, said: dict[int, tuple[str, int | None]]) -> Told:
    keys = {number: f"00000000-0000-0000-0000-{number:012d}" for number in said}
    return Told(
        next_month(START, month), frozenset((keys[n], *values) for n, values in said.items())
    )


VALUES = st.tuples(st.sampled_from("AB"), st.sampled_from([1980, 1990, None]))
TOLD = st.builds(_told, st.integers(0, 4), st.dictionaries(st.integers(0, 4), VALUES))
HISTORIES = st.lists(TOLD, min_size=1, max_size=7)
OF_MONTHS = st.lists(TOLD, min_size=2, max_size=5, unique_by=lambda one: one.month)
SOME, MANY = examples(12), 150


@pytest.fixture(scope="module", params=["embedded", "15"])
def engine(request: pytest.FixtureRequest, server_settings: Settings) -> Iterator[sa.Engine]:
    """A database on the embedded server, and one on the oldest server that is supported."""
    if request.param == "embedded":
        with fresh_database(server_settings) as fresh:
            made = owner_engine(fresh)
            yield made
            made.dispose()
        return
    if not postgres15.is_installed() and os.environ.get("CI") != "true":
        pytest.skip(postgres15.REMEDY)
    with postgres15.started() as url:
        yield engine_at(url.render_as_string(hide_password=False))


@contextmanager
def _loaded(engine: sa.Engine, told: list[Told]) -> Iterator[sa.Connection]:
    """Enter deliveries into an empty history, one second after the other; all is undone later."""
    with engine.connect() as connection:
        connection.execute(sa.schema.CreateSchema("staging", if_not_exists=True))
        TABLE.create(connection)
        for number in range(len(told)):
            _apply(connection, told, number)
        yield connection
        connection.rollback()


def _known(number: int) -> datetime:
    return BEGUN + timedelta(seconds=number)


def _apply(connection: sa.Connection, told: list[Told], number: int) -> Difference:
    one, before = told[number], [other.month for other in told[:number]]
    moment = Moment(one.month, until(before, one.month), _known(number), number)
    return apply_delivery(connection, TABLE, one.rows(), moment)


def _read(connection: sa.Connection, month: date, known_at: datetime) -> set[Record]:
    query = sa.select(TABLE.c.row_key, TABLE.c.town_ags, TABLE.c.birth_year).where(
        TABLE.c.valid_from <= month,
        TABLE.c.valid_to > month,
        TABLE.c.known_from <= known_at,
        TABLE.c.known_to > known_at,
    )
    return set(map(tuple, connection.execute(query)))


def _by_brute_force(told: list[Told], month: date, number: int) -> set[Record]:
    """Take the newest delivery for the month or an earlier one of those known by then."""
    seen = [(one.month, at, one) for at, one in enumerate(told[: number + 1]) if one.month <= month]
    return set(max(seen, key=lambda entry: entry[:2])[2].records) if seen else set()


def _copied(connection: sa.Connection) -> bytes:
    """Read the table as it lies there, without asking for an order."""
    raw = connection.connection.driver_connection
    assert raw is not None
    with raw.cursor() as cursor, cursor.copy("COPY staging.told TO STDOUT") as copied:
        return b"".join(map(bytes, copied))


@SOME
@given(told=HISTORIES)
def test_every_read_equals_brute_force_and_no_later_delivery_changes_it(
    engine: sa.Engine, told: list[Told]
) -> None:
    with _loaded(engine, told) as connection:
        for number in range(len(told)):
            for offset in range(6):
                month = next_month(START, offset)
                expected = _by_brute_force(told, month, number)
                assert _read(connection, month, _known(number)) == expected


test_every_read_of_many_histories_equals_brute_force = of_many(
    test_every_read_equals_brute_force_and_no_later_delivery_changes_it, MANY, told=HISTORIES
)


@SOME
@given(told=HISTORIES)
def test_no_two_rows_of_a_record_overlap_in_both_times(engine: sa.Engine, told: list[Told]) -> None:
    a, b = TABLE.alias("a"), TABLE.alias("b")
    both = sa.select(sa.func.count()).where(
        a.c.row_key == b.c.row_key,
        sa.tuple_(a.c.valid_from, a.c.known_from) < sa.tuple_(b.c.valid_from, b.c.known_from),
        a.c.valid_from < b.c.valid_to,
        b.c.valid_from < a.c.valid_to,
        a.c.known_from < b.c.known_to,
        b.c.known_from < a.c.known_to,
    )
    with _loaded(engine, told) as connection:
        assert connection.execute(both).scalar() == 0


test_no_two_rows_of_many_histories_overlap_in_both_times = of_many(
    test_no_two_rows_of_a_record_overlap_in_both_times, MANY, told=HISTORIES
)


@SOME
@given(told=HISTORIES)
def test_the_newest_delivery_applied_again_changes_no_byte(
    engine: sa.Engine, told: list[Told]
) -> None:
    with _loaded(engine, told) as connection:
        before = _copied(connection)
        change = _apply(connection, told, len(told) - 1)
        assert (change.opened, change.closed, _copied(connection)) == (0, 0, before)


test_the_newest_of_many_deliveries_applied_again_changes_no_byte = of_many(
    test_the_newest_delivery_applied_again_changes_no_byte, MANY, told=HISTORIES
)


@SOME
@given(told=HISTORIES)
def test_two_loads_of_one_sequence_are_equal_byte_by_byte_row_order_included(
    engine: sa.Engine, told: list[Told]
) -> None:
    with _loaded(engine, told) as connection:
        first = _copied(connection)
    with _loaded(engine, told) as connection:
        assert _copied(connection) == first


test_two_loads_of_many_sequences_are_equal_byte_by_byte = of_many(
    test_two_loads_of_one_sequence_are_equal_byte_by_byte_row_order_included, MANY, told=HISTORIES
)


@SOME
@given(told=OF_MONTHS, data=st.data())
def test_months_delivered_in_another_order_give_the_same_present(
    engine: sa.Engine, told: list[Told], data: st.DataObject
) -> None:
    other = data.draw(st.permutations(told))
    months = [next_month(START, offset) for offset in range(6)]
    reads = []
    for order in (told, other):
        with _loaded(engine, order) as connection:
            reads.append([_read(connection, month, _known(len(told))) for month in months])
    assert reads[0] == reads[1]


test_many_months_delivered_in_another_order_give_the_same_present = of_many(
    test_months_delivered_in_another_order_give_the_same_present,
    MANY,
    told=OF_MONTHS,
    data=st.data(),
)
