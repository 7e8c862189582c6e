"""What was somebody else's at some time goes with its record, and the other person is mended."""

from collections.abc import Iterator
from datetime import date

import pytest
import sqlalchemy as sa
from erasures import erase_record, rows_of, tables_that_name
from world import KNOWN, LATER, MONTH, World, key

from kim_pipeline.core.build import Knowledge
from kim_pipeline.core.marks import Mark, mark_month, mark_spells
from kim_pipeline.warehouse.schema import quality, register
from kim_pipeline.warehouse.schema.base import FOREVER

OFFICE, CENTRE, CASES = "immigration_office", "job_centre", "case_management"
TITLES, GOALS = "immigration_office_residence_titles", "case_management_goals"
# Records that are erased, records that stay, and the persons they belong to in the end.
ERASED, STAYING, CLIENT = 770001, 770002, 770003
PERSON, NEIGHBOUR, FORMER = 880001, 880002, 880003
CAME, LEFT, LED = 990001, 990002, 990003
GRANTED = date(2024, 2, 1)


@pytest.fixture
def mixed(world: World) -> Iterator[World]:
    """A world whose list of erased records and marks of builds end empty."""
    yield world
    world.connection.rollback()
    with world.connection.begin():
        for table in (register.erased, quality.build):
            world.connection.execute(table.delete())


def _relink(world: World, source: str, record: int, person: int) -> None:
    """Learn later that a record is of another person."""
    link = register.link
    same = (link.c.source == source, link.c.record_pseudonym == key(record))
    world.connection.execute(link.update().where(*same).values(known_to=LATER))
    now = {"source": source, "record_pseudonym": key(record), "person_id": key(person)}
    world.connection.execute(link.insert().values(**now, known_from=LATER, known_to=FOREVER))


def _learn(world: World) -> None:
    """Build what is known later and mark it, as a run does: no row of a month need tell of it."""
    world.build(known_at=LATER)
    mark = Mark(Knowledge(MONTH, LATER), "")
    mark_month(world.connection, mark)
    mark_spells(world.connection, mark)


def _is_as_built(world: World, *persons: int) -> bool:
    """Compare what stands of persons with what a build of everybody makes of what remains."""
    world.connection.commit()
    stood = [rows_of(world, person) for person in persons]
    world.build(known_at=LATER)
    return [rows_of(world, person) for person in persons] == stood


def test_a_title_that_was_once_told_of_another_person_leaves_both(mixed: World) -> None:
    for record, person in ((ERASED, PERSON), (STAYING, NEIGHBOUR)):
        mixed.resident(record, person)
    mixed.title(CAME, STAYING, "28A1", GRANTED)
    mixed.title(LEFT, ERASED, "28A1", GRANTED)
    mixed.build()
    mixed.restate(TITLES, CAME, record_pseudonym=key(ERASED))
    mixed.restate(TITLES, LEFT, record_pseudonym=key(STAYING))
    _learn(mixed)
    receipt = erase_record(mixed, OFFICE, ERASED)
    assert tables_that_name(mixed, ERASED, CAME, PERSON) == []
    assert receipt.persons.gone == {key(PERSON)}
    assert receipt.persons.remaining == {key(NEIGHBOUR)}
    titles = mixed.tables[TITLES]
    staged = sa.select(titles.c.known_from).where(titles.c.row_key == key(LEFT))
    assert mixed.connection.execute(staged).scalars().all() == [LATER]
    held = mixed.spells("residence_spell", "person_id", "known_from")
    assert held == [(key(NEIGHBOUR), LATER)]
    assert _is_as_built(mixed, NEIGHBOUR)


def test_a_case_that_changed_hands_takes_its_goals_with_it(mixed: World) -> None:
    mixed.case(ERASED, LEFT, PERSON)
    mixed.case(STAYING, CAME, NEIGHBOUR)
    for goal, case in ((LED, CAME), (LED + 1, LEFT)):
        mixed.row(GOALS, goal, case_key=key(case), topic="ARBEIT", set_on=GRANTED)
    mixed.build()
    mixed.restate("case_management_cases", CAME, record_pseudonym=key(ERASED))
    mixed.restate("case_management_cases", LEFT, record_pseudonym=key(STAYING))
    _learn(mixed)
    erase_record(mixed, CASES, ERASED)
    assert tables_that_name(mixed, ERASED, CAME, LED, PERSON) == []
    assert mixed.spells("goal", "goal_key", "person_id") == [(key(LED + 1), key(NEIGHBOUR))]
    assert _is_as_built(mixed, NEIGHBOUR)


def test_a_record_that_was_once_linked_to_another_person_leaves_both(mixed: World) -> None:
    mixed.deliver(CENTRE)
    mixed.resident(ERASED, FORMER)
    mixed.title(CAME, ERASED, "28A1", GRANTED)
    mixed.client(CLIENT, FORMER)
    mixed.resident(STAYING, PERSON)
    mixed.build()
    _relink(mixed, OFFICE, ERASED, PERSON)
    _learn(mixed)
    then = mixed.spells_as_of("person_month", "person_id", "in_sources", known_on=KNOWN)
    assert (key(FORMER), [OFFICE, CENTRE]) in [(who, sorted(sources)) for who, sources in then]
    receipt = erase_record(mixed, OFFICE, ERASED)
    assert tables_that_name(mixed, ERASED, CAME) == []
    assert receipt.persons.remaining == {key(PERSON), key(FORMER)}
    assert rows_of(mixed, FORMER)["residence_spell"] == []
    assert mixed.month_of(FORMER)["in_sources"] == [CENTRE]
    assert _is_as_built(mixed, PERSON, FORMER)
