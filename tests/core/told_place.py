"""Where histories are told: a first month of a few persons, and what may be told of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import sqlalchemy as sa
from built import renew
from hypothesis import strategies as st
from told import CASES, CENTRE, OFFICE, Edit, Told
from two_servers import OTHER_TOWN, provisioned_on
from world import MONTH, World, key

from kim_pipeline.periods import next_month
from kim_pipeline.settings import Settings

PERSONS, TITLES = "immigration_office_persons", "immigration_office_residence_titles"
CLIENTS, BENEFITS = "job_centre_persons", "job_centre_benefits"
CASE, GOAL = "case_management_cases", "case_management_goals"
CASE_CLIENTS = "case_management_clients"
GRANTED, ENDED = date(2025, 9, 10), date(2025, 9, 30)
IDLE = range(60, 84)


def person(record: int) -> int:
    """Give the number of the person whom a resident or client is at first."""
    return 100 + {4: 1, 6: 2, 7: 5}.get(record, record)


def edit(table: str, row: int, **values: Any) -> Edit:
    """Say something else of a row."""
    return Edit(table, row, tuple(values.items()))


# Edits that speak of one person alone, by record.
EDITS = {
    1: [
        edit(PERSONS, 1, sex="m"),
        edit(PERSONS, 1, file="B"),
        Edit(TITLES, 11, None),
        edit(CLIENTS, 4, sex="w"),
        edit(BENEFITS, 41, ended_on=ENDED),
    ],
    2: [
        edit(PERSONS, 2, town_ags=OTHER_TOWN),
        edit(TITLES, 12, valid_until=next_month(MONTH, 2)),
        edit(CASE, 50, closed_on=date(2025, 9, 20)),
        edit(GOAL, 51, target_on=ENDED),
        edit(GOAL, 52, case_key=key(50), topic="ARBEIT"),
        Edit(GOAL, 51, None),
    ],
    3: [
        edit(PERSONS, 3, nationality="000"),
        Edit(PERSONS, 3, None),
        edit(TITLES, 14, record_pseudonym=key(3), title_code="28A1", granted_on=GRANTED),
    ],
    5: [
        edit(CLIENTS, 5, birth_year=1985),
        edit(BENEFITS, 43, record_pseudonym=key(5), benefit="SGB2", began_on=GRANTED),
    ],
    60: [edit(PERSONS, 60, town_ags=OTHER_TOWN), Edit(PERSONS, 60, None)],
}
# These make another person's what was one's.
MOVES = [edit(CASE, 50, record_pseudonym=key(7)), edit(TITLES, 11, record_pseudonym=key(2))]
ANY_EDITS = st.lists(
    st.sampled_from([*MOVES, *(one for own in EDITS.values() for one in own)]),
    min_size=1,
    max_size=2,
    unique_by=lambda one: (one.table, one.row),
)
LINKS = [(CENTRE, 4, 102), (CENTRE, 4, 109), (CENTRE, 5, 103), (OFFICE, 3, 102), (CASES, 6, 101)]
PAIRS = [((OFFICE, 1), (CENTRE, 4)), ((OFFICE, 2), (CASES, 6)), ((OFFICE, 3), (CENTRE, 5))]
LEADING = {OFFICE: PERSONS, CENTRE: CLIENTS, CASES: CASE_CLIENTS}
RECORDS = [(OFFICE, 1), (OFFICE, 3), (CENTRE, 4), (CASES, 6), (OFFICE, 61)]
STEPS = st.one_of(
    st.tuples(st.just("next"), st.one_of(st.just([]), ANY_EDITS)),
    st.tuples(st.just("again"), st.integers(0, 2), ANY_EDITS),
    st.tuples(st.just("links"), st.sampled_from(LINKS)),
    st.tuples(st.just("reviews"), st.sampled_from(PAIRS)),
)
ERASURES = st.tuples(st.just("erases"), st.sampled_from(RECORDS))


def take(told: Told, step: tuple[Any, ...]) -> None:
    """Tell one step of a history."""
    what, *values = step
    getattr(told, what)(*(values if what in ("next", "again") else values[0]))


class Place:
    """A warehouse in which the first month was told and built."""

    def __init__(self, engine: sa.Engine, tables: dict[str, sa.Table]) -> None:
        self.engine, self.tables = engine, tables

    @contextmanager
    def told(self) -> Iterator[Told]:
        """Tell more, of which nothing stays in the end."""
        with self.engine.connect() as connection:
            yield Told(World(connection, self.tables))
            connection.rollback()


@contextmanager
def place_on(
    server: str, server_settings: Settings, tables: dict[str, sa.Table]
) -> Iterator[Place]:
    """Tell of residents, clients and cases, among others of whom nothing more is said."""
    with provisioned_on(server, server_settings, list(tables.values())) as engine:
        with engine.begin() as connection:
            world = World(connection, tables)
            _tell(world)
            assert not any(some for _, some, _ in renew(Told(world)))
        yield Place(engine, tables)
        engine.dispose()


def _tell(world: World) -> None:
    for source in (OFFICE, CENTRE, CASES):
        world.deliver(source)
    for record in (1, 2, 3):
        world.resident(record, person(record))
        world.title(10 + record, record, "28A1", date(2024, 2, 1))
    for idle in IDLE:
        world.resident(idle, person(idle))
    for client in (4, 5):
        world.client(client, person(client), sex="m")
        world.benefit(37 + client, client, date(2025, 3, 1))
    for client, case in ((6, 50), (7, 53)):
        world.case(client, case, person(client))
    world.row(GOAL, 51, case_key=key(50), topic="ARBEIT")
