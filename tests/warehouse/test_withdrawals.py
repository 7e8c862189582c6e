"""A delivery taken back leaves the months as if it had never come, and the past as it was."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest
import sqlalchemy as sa

from kim_pipeline.errors import DeliveryError
from kim_pipeline.periods import next_month
from kim_pipeline.warehouse import deliveries
from kim_pipeline.warehouse.deliveries import Arrival, Outcome
from kim_pipeline.warehouse.engine import owner_engine
from kim_pipeline.warehouse.history import Difference, apply_delivery
from kim_pipeline.warehouse.provision import provision
from kim_pipeline.warehouse.schema.quality import delivery
from kim_pipeline.warehouse.staging import StagedColumn, staging_table
from kim_pipeline.warehouse.withdrawals import LONGEST_REASON, Order, withdraw

START = date(2025, 1, 1)
FEBRUARY = date(2025, 2, 1)
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
COLUMNS = (
    StagedColumn("row_key", "uuid", "Key."),
    StagedColumn("town_ags", "text", "Town."),
)
TABLE = staging_table("test_persons", "Invented persons.", COLUMNS)
State = dict[int, str]


@pytest.fixture
def connection(warehouse_settings):
    engine = owner_engine(warehouse_settings)
    provision(engine, [TABLE], [], {})
    with engine.connect() as open_connection:
        yield open_connection
    engine.dispose()


@dataclass
class Office:
    """A source that delivers and is asked to take back, with everything it ever said."""

    connection: sa.Connection
    number: int = 0

    def at(self) -> datetime:
        self.number += 1
        return NOON + timedelta(days=self.number)

    def delivers(self, month: date, state: State) -> datetime:
        arrival = Arrival("office", month, self.at(), b"%d" % self.number, "1", "1", len(state), 0)
        moment = deliveries.next_moment(self.connection, arrival)
        change = apply_delivery(self.connection, TABLE, _rows(state), moment)
        outcome = Outcome("accepted", {"persons": change})
        deliveries.record(self.connection, arrival, moment, outcome)
        return moment.known_at

    def withdraws(self, month: date, sequence: int | None = None, because: str = "Wrong file."):
        order = Order("office", month, because, self.at(), sequence)
        return withdraw(self.connection, {"persons": TABLE}, order)

    def says(self, month: date, known: datetime | None = None) -> State:
        known = known or datetime(2027, 1, 1, tzinfo=UTC)
        query = sa.select(TABLE.c.row_key, TABLE.c.town_ags).where(
            TABLE.c.valid_from <= month,
            TABLE.c.valid_to > month,
            TABLE.c.known_from <= known,
            TABLE.c.known_to > known,
        )
        found = self.connection.execute(query).all()
        assert len({row.row_key for row in found}) == len(found)
        return {int(row.row_key[-4:]): row.town_ags for row in found}


def _rows(state: State) -> pa.Table:
    keys = [f"00000000-0000-0000-0000-{k:012d}" for k in sorted(state)]
    towns = [state[k] for k in sorted(state)]
    return pa.table(
        {"row_key": pa.array(keys, pa.string()), "town_ags": pa.array(towns, pa.string())}
    )


@pytest.fixture
def office(connection: sa.Connection) -> Office:
    return Office(connection)


def test_the_delivery_before_it_holds_again_and_both_states_can_be_read(office: Office) -> None:
    good = office.delivers(START, {1: "A", 2: "B"})
    bad = office.delivers(START, {1: "X", 3: "X"})
    done = office.withdraws(START)
    assert (done.sequence, done.serving) == (2, START)
    assert office.says(START) == office.says(START, good) == {1: "A", 2: "B"}
    assert office.says(START, bad) == {1: "X", 3: "X"}
    assert done.changes["persons"] == Difference(opened=2, closed=2, new=1, changed=1, gone=1)


def test_the_month_before_serves_where_nothing_else_came(office: Office) -> None:
    office.delivers(START, {1: "A"})
    office.delivers(FEBRUARY, {1: "X"})
    office.delivers(next_month(FEBRUARY), {1: "C"})
    assert office.withdraws(FEBRUARY).serving == START
    assert office.says(FEBRUARY) == {1: "A"}
    assert office.says(next_month(FEBRUARY)) == {1: "C"}


def test_nothing_holds_where_nothing_ever_came_before(office: Office) -> None:
    office.delivers(START, {1: "A"})
    assert office.withdraws(START).serving is None
    assert office.says(START) == {}


def test_a_delivery_that_was_replaced_changes_only_its_entry(office: Office) -> None:
    office.delivers(START, {1: "X"})
    office.delivers(START, {1: "A"})
    done = office.withdraws(START, sequence=1)
    assert done.changes["persons"] == Difference(0, 0)
    assert office.says(START) == {1: "A"}


def test_a_correction_of_the_month_before_reaches_where_a_month_was_taken_back(
    office: Office,
) -> None:
    office.delivers(START, {1: "A", 2: "B"})
    office.delivers(FEBRUARY, {1: "X", 2: "B"})
    office.withdraws(FEBRUARY)
    office.delivers(START, {1: "C"})
    assert office.says(START) == office.says(FEBRUARY) == {1: "C"}


def test_the_book_tells_who_was_taken_back_and_why(office: Office) -> None:
    office.delivers(START, {1: "A"})
    office.withdraws(START, because="  Wrong\nfile. ")
    query = sa.select(
        delivery.c.status, delivery.c.reason, delivery.c.withdraws, delivery.c.changes
    )
    rows = office.connection.execute(query.order_by(delivery.c.delivery_id)).all()
    assert [row[:3] for row in rows] == [
        ("withdrawn", None, None),
        ("withdrawal", "Wrong file.", 1),
    ]
    assert rows[1].changes == {"persons": vars(Difference(0, 1, gone=1))}


def test_what_was_taken_back_is_not_taken_in_again(office: Office) -> None:
    office.delivers(START, {1: "A"})
    office.withdraws(START)
    again = Arrival("office", START, NOON, b"1", "1", "1", 1, 0)
    with pytest.raises(DeliveryError, match="was withdrawn"):
        deliveries.accepted_already(office.connection, again)


def test_a_month_is_known_anew_from_the_moment_of_the_withdrawal(office: Office) -> None:
    office.delivers(START, {1: "A"})
    known = office.delivers(START, {1: "X"})
    office.withdraws(START)
    newest = deliveries.known_at(office.connection, START)
    assert newest is not None
    assert newest > known


@pytest.mark.parametrize("because", ["", " \n ", "x" * (LONGEST_REASON + 1)])
def test_a_withdrawal_needs_a_short_reason(office: Office, because: str) -> None:
    office.delivers(START, {1: "A"})
    with pytest.raises(DeliveryError, match="Say why"):
        office.withdraws(START, because=because)


@pytest.mark.parametrize("sequence", [None, 2])
def test_only_an_accepted_delivery_can_be_taken_back(office: Office, sequence: int | None) -> None:
    office.delivers(START, {1: "A"})
    office.withdraws(START)
    with pytest.raises(DeliveryError, match="no accepted delivery"):
        office.withdraws(START, sequence=sequence)


MANY = [pytest.param(seed, marks=pytest.mark.long) for seed in range(4, 60)]


@pytest.mark.parametrize("seed", [*range(4), *MANY])
def test_every_state_of_knowledge_is_what_stood_of_all_deliveries_then(
    office: Office, seed: int
) -> None:
    """Compare each read with "newest sequence of the newest month that was not taken back"."""
    dice = random.Random(seed)
    book: dict[tuple[date, int], tuple[datetime, State]] = {}
    taken_back: dict[tuple[date, int], datetime] = {}
    moments = []
    for _ in range(14):
        standing = sorted(book.keys() - taken_back.keys())
        if standing and dice.random() < 0.4:
            month, sequence = dice.choice(standing)
            office.withdraws(month, sequence)
            newest = sa.select(sa.func.max(delivery.c.known_at))
            known = office.connection.execute(newest).scalar_one()
            taken_back[month, sequence] = known
        else:
            month = next_month(START, dice.randrange(5))
            state = {k: dice.choice("AB") for k in range(6) if dice.random() < 0.7}
            known = office.delivers(month, state)
            last = sa.select(sa.func.max(delivery.c.sequence)).where(delivery.c.month == month)
            book[month, office.connection.execute(last).scalar_one()] = known, state
        moments.append(known)
    for known in moments:
        stood = {
            place: state
            for place, (learnt, state) in book.items()
            if learnt <= known and taken_back.get(place, known + timedelta(1)) > known
        }
        for month in (next_month(START, offset) for offset in range(6)):
            serving = max((place for place in stood if place[0] <= month), default=None)
            assert office.says(month, known) == (stood[serving] if serving else {})
