"""Only persons of whom something was learnt are built anew, and all comes out as built whole."""

from datetime import date, timedelta

import pytest
from world import DEFINITIONS, FEEDS, KNOWN, LATER, MONTH, World, key

from kim_pipeline.core import marks
from kim_pipeline.core.build import (
    Knowledge,
    build_person_month,
    build_spells,
)
from kim_pipeline.core.renewal import renew_month, renew_spells
from kim_pipeline.core.touched import touched_persons
from kim_pipeline.periods import next_month
from kim_pipeline.warehouse.history import Difference
from kim_pipeline.warehouse.schema import core, register
from kim_pipeline.warehouse.schema.base import FOREVER

NEXT = next_month(MONTH)
PERSONS = "immigration_office_persons"
TITLES = "immigration_office_residence_titles"
NOTHING = Difference(0, 0)


@pytest.fixture
def told(world: World) -> World:
    """Three residents with titles, one of them known to the job centre too; nothing is built.

    So many others live there besides that a few persons are few.
    """
    _tell(world)
    return world


def _tell(world: World) -> None:
    _forget_builds(world)
    world.deliver("job_centre")
    for record in (1, 2, 3):
        world.resident(record, person=record)
        world.title(10 + record, record, "28A1", date(2024, 2, 1))
    world.client(4, person=1, sex="m")
    world.benefit(41, 4, date(2025, 3, 1))
    for idle in range(60, 72):
        world.resident(idle, person=idle)


def _forget_builds(world: World) -> None:
    marks.forget_marks(world.connection)


def _renew(world: World, known: Knowledge) -> dict[str, Difference]:
    world.connection.commit()
    with world.connection.begin():
        changes = renew_spells(world.connection, FEEDS, known, DEFINITIONS)
    with world.connection.begin():
        month = renew_month(world.connection, FEEDS, known, DEFINITIONS)
    return {**changes, "person_month": month}


def _whole(world: World, known: Knowledge) -> dict[str, Difference]:
    """Build everybody; what this changes was not as it should be."""
    with world.connection.begin():
        changes = build_spells(world.connection, FEEDS, known, DEFINITIONS)
    with world.connection.begin():
        month = build_person_month(world.connection, FEEDS, known, DEFINITIONS)
    return {**changes, "person_month": month}


def _is_as_built_whole(world: World, known: Knowledge) -> bool:
    return set(_whole(world, known).values()) == {NOTHING}


def _touched(world: World, before: Knowledge, now: Knowledge) -> frozenset[str]:
    world.connection.commit()
    with world.connection.begin():
        return touched_persons(world.connection, FEEDS, before, now)


def test_a_correction_touches_its_person_alone(told: World) -> None:
    first, now = Knowledge(MONTH, KNOWN), Knowledge(MONTH, LATER)
    _renew(told, first)
    told.restate(TITLES, 12, valid_until=date(2026, 2, 1))
    assert _touched(told, first, now) == {key(2)}
    changes = _renew(told, now)
    assert (changes["residence_spell"].opened, changes["residence_spell"].closed) == (1, 1)
    assert _is_as_built_whole(told, now)


def test_what_is_told_of_a_later_month_touches_nobody(told: World) -> None:
    told.row(TITLES, 15, record_pseudonym=key(1), valid_from=NEXT, known_from=LATER)
    before, now = Knowledge(MONTH, KNOWN), Knowledge(MONTH, LATER)
    assert _touched(told, before, now) == frozenset()


def test_a_record_that_changes_hands_touches_both(told: World) -> None:
    link = register.link
    held = (link.c.record_pseudonym == key(4), link.c.known_to == FOREVER)
    told.connection.execute(link.update().where(*held).values(known_to=LATER))
    row = {"source": "job_centre", "record_pseudonym": key(4), "person_id": key(3)}
    told.connection.execute(link.insert().values(**row, known_from=LATER))
    before, now = Knowledge(MONTH, KNOWN), Knowledge(MONTH, LATER)
    assert _touched(told, before, now) == {key(1), key(3)}


def test_a_goal_touches_the_person_of_its_case(told: World) -> None:
    told.case(5, 50, person=2)
    told.row("case_management_goals", 51, case_key=key(50), topic="ARBEIT", known_from=LATER)
    before, now = Knowledge(MONTH, KNOWN), Knowledge(MONTH, LATER)
    assert _touched(told, before, now) == {key(2)}


@pytest.mark.parametrize("changed", ["basis", "past", "rows"])
def test_everybody_is_built_where_the_build_before_tells_nothing(told: World, changed: str) -> None:
    known = Knowledge(MONTH, KNOWN)
    _renew(told, known)
    stored = core.HISTORIES["person_month"]
    # A row that is missing shows who is built again.
    told.connection.execute(stored.delete().where(stored.c.person_id == key(3)))
    if changed == "basis":
        marks.mark_month(told.connection, marks.Mark(known, "of another version"))
    elif changed == "past":
        # Told later, but as if it had been known before.
        told.deliver("asylum_benefits", known_at=KNOWN - timedelta(days=1))
    else:
        told.connection.execute(stored.delete())
    assert _renew(told, known)["person_month"].opened == (15 if changed == "rows" else 1)


def test_where_nothing_was_learnt_nothing_is_built(told: World) -> None:
    known = Knowledge(MONTH, KNOWN)
    _renew(told, known)
    stored = core.HISTORIES["person_month"]
    told.connection.execute(stored.delete().where(stored.c.person_id == key(3)))
    assert _renew(told, known)["person_month"] == NOTHING
