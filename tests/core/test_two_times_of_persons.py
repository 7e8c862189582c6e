"""What holds of spells and person months, whatever is told of their persons, on both servers."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from many import examples, of_many
from two_servers import EMBEDDED, OLDEST, OTHER_TOWN, provisioned_on
from world import DEFINITIONS, FEEDS, KNOWN, LATER, MONTH, TOWN, World, key

from kim_pipeline.core.build import Knowledge, build_person_month, restate_spells
from kim_pipeline.periods import next_month
from kim_pipeline.settings import Settings
from kim_pipeline.warehouse.schema import core, register
from kim_pipeline.warehouse.schema.base import FOREVER, FOREVER_DATE
from kim_pipeline.warehouse.schema.person_month import person_month
from kim_pipeline.warehouse.schema.quality import delivery

AFTER = LATER + timedelta(days=1)
RECORDS = (1, 2, 3)
FEW = examples(6)
Rows = dict[str, list[tuple[Any, ...]]]


class Place:
    """A warehouse and its staging tables; an example that fails is printed without them."""

    def __init__(self, engine: sa.Engine, tables: dict[str, sa.Table]) -> None:
        self.engine, self.tables = engine, tables


@pytest.fixture
def place(provisioned: sa.Engine, tables: dict[str, sa.Table]) -> Place:
    """Where the examples of a test live."""
    return Place(provisioned, tables)


@pytest.fixture(scope="module", params=[EMBEDDED, pytest.param(OLDEST, marks=pytest.mark.long)])
def provisioned(
    request: pytest.FixtureRequest, server_settings: Settings, tables: dict[str, sa.Table]
) -> Iterator[sa.Engine]:
    """A warehouse on the embedded server, and one on the oldest server that is supported."""
    with provisioned_on(request.param, server_settings, list(tables.values())) as engine:
        yield engine


@contextmanager
def _world(place: Place) -> Iterator[World]:
    """Three records of three persons, in an otherwise empty warehouse."""
    with place.engine.begin() as emptying:
        for table in (*place.tables.values(), *core.HISTORIES.values(), register.link, delivery):
            emptying.execute(table.delete())
    with place.engine.connect() as connection:
        world = World(connection, place.tables)
        world.deliver("immigration_office")
        for record in RECORDS:
            world.resident(record, person=record)
            world.title(10 + record, record, "28A1", date(2024, 2, 1))
        yield world


def _relink(world: World, record: int, person: int, at: datetime) -> int:
    """Learn that a record is another person's; return whose it was."""
    link = register.link
    held = (link.c.record_pseudonym == key(record), link.c.known_to == FOREVER)
    before = world.connection.execute(sa.select(link.c.person_id).where(*held)).scalar_one()
    if before != key(person):
        world.connection.execute(link.update().where(*held).values(known_to=at))
        row = {"source": "immigration_office", "record_pseudonym": key(record)}
        new = link.insert().values(**row, person_id=key(person), known_from=at)
        world.connection.execute(new)
    return int(before[-12:])


def _again(world: World, record: int, **values: Any) -> None:
    """Deliver another version of a record that is linked already."""
    given = {"nationality": "475", "sex": "w", "birth_year": 1990, "file": "A", **values}
    world.row("immigration_office_persons", record, record_pseudonym=key(record), **given)


def _current(world: World) -> Rows:
    """Read what holds now in every history, without the times at which it was learnt."""
    found = {}
    for name, table in core.HISTORIES.items():
        columns = [c for c in table.columns if c.name not in ("known_from", "known_to")]
        query = sa.select(*columns).where(table.c.known_to == FOREVER)
        found[name] = sorted(map(tuple, world.connection.execute(query)), key=repr)
    world.connection.commit()
    return found


CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("sex"), st.sampled_from(RECORDS), st.sampled_from("mw")),
        st.tuples(st.just("town_ags"), st.sampled_from(RECORDS), st.just(OTHER_TOWN)),
        st.tuples(st.just("link"), st.sampled_from(RECORDS), st.sampled_from((1, 2, 3, 4))),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda change: change[:2],
)


def _learn(world: World, changes: list[tuple[str, int, Any]]) -> set[str]:
    """Learn changes; return the persons they touch, those of before and those of now."""
    owner = dict(zip(RECORDS, RECORDS, strict=True))
    touched = {key(owner[record]) for _, record, _ in changes}
    for what, record, value in changes:
        if what == "link":
            _relink(world, record, value, LATER)
            touched.add(key(value))
    restated = {record for what, record, _ in changes if what != "link"}
    for record in restated:
        values = {what: value for what, at, value in changes if at == record and what != "link"}
        world.restate("immigration_office_persons", record, **values)
    return touched


@pytest.mark.long
@FEW
@given(changes=CHANGES)
def test_a_build_of_touched_persons_alone_equals_the_full_build(
    place: Place, changes: list[tuple[str, int, Any]]
) -> None:
    with _world(place) as world:
        world.build()
        touched = _learn(world, changes)
        world.connection.commit()
        known = Knowledge(MONTH, LATER)
        for build in (restate_spells, build_person_month):
            with world.connection.begin():
                build(world.connection, FEEDS, known, DEFINITIONS, touched)
        alone = _current(world)
        world.build(known_at=LATER)
        assert (world.change.opened, world.change.closed) == (0, 0)
        full = _current(world)
        # Counts over everybody belong to the full build.
        assert {n: alone[n] for n in alone if n != "conflict_count"} == {
            n: full[n] for n in full if n != "conflict_count"
        }


@pytest.mark.long
@FEW
@given(changes=CHANGES)
def test_what_was_derived_step_by_step_is_what_one_build_derives(
    place: Place, changes: list[tuple[str, int, Any]]
) -> None:
    reads = []
    for steps in (2, 1):
        with _world(place) as world:
            if steps == 2:
                world.build()
            _learn(world, changes)
            world.build(known_at=LATER)
            reads.append(_current(world))
    assert reads[0] == reads[1]


@pytest.mark.long
@FEW
@given(towns=st.lists(st.sampled_from([TOWN, OTHER_TOWN]), min_size=2, max_size=4))
def test_address_spells_are_exactly_the_months_delivered_and_no_equal_ones_touch(
    place: Place, towns: list[str]
) -> None:
    months = [next_month(MONTH, number) for number in range(len(towns) + 1)]
    with _world(place) as world:
        record = 9
        for number, town in enumerate(towns):
            last = number == len(towns) - 1
            end = FOREVER_DATE if last else months[number + 1]
            if number == 0:
                world.resident(record, record, town_ags=town, valid_to=end, arrived_on=None)
            else:
                begun = {"valid_from": months[number], "valid_to": end, "arrived_on": None}
                _again(world, record, town_ags=town, **begun)
        for number, month in enumerate(months[1:-1], start=1):
            world.deliver("immigration_office", month, KNOWN - timedelta(hours=number))
        world.build(months[-2])
        table = core.HISTORIES["address_spell"]
        query = (
            sa.select(table.c.town_ags, table.c.valid_from, table.c.valid_to)
            .where(table.c.person_id == key(record), table.c.known_to == FOREVER)
            .order_by(table.c.valid_from)
        )
        spells = list(map(tuple, world.connection.execute(query)))
        lived = [
            town
            for month in months[:-1]
            for town, begun, ended in spells
            if (begun is None or begun <= month) and (ended is None or ended > month)
        ]
        assert lived == towns
        assert all(a[0] != b[0] for a, b in pairwise(spells))


PAIRS = st.permutations(RECORDS).map(lambda order: order[:2])


@examples(1)
@given(pair=PAIRS)
def test_merged_and_split_again_persons_are_what_they_were_and_the_time_between_stays(
    place: Place, pair: list[int]
) -> None:
    record, into = pair
    with _world(place) as world:
        world.build()
        before = _current(world)
        was = _relink(world, record, into, LATER)
        world.build(known_at=LATER)
        merged = _persons_at(world, LATER)
        assert merged == {key(r) for r in RECORDS} - {key(record)}
        _relink(world, record, was, AFTER)
        world.build(known_at=AFTER)
        assert _current(world) == before
        assert _persons_at(world, LATER) == merged
        assert _persons_at(world, KNOWN) == _persons_at(world, AFTER) == {key(r) for r in RECORDS}


test_every_pair_merged_and_split_again_is_what_it_was_and_the_time_between_stays = of_many(
    test_merged_and_split_again_persons_are_what_they_were_and_the_time_between_stays,
    6,
    pair=PAIRS,
)


def _persons_at(world: World, known_at: datetime) -> set[str]:
    then = (person_month.c.known_from <= known_at, person_month.c.known_to > known_at)
    found = set(
        world.connection.execute(sa.select(person_month.c.person_id).where(*then)).scalars()
    )
    world.connection.commit()
    return found
