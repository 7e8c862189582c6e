"""Counts over everybody stay what a count of everybody would give, after a person was erased."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from erasures import erase_record
from world import KNOWN, LATER, World, key

from kim_pipeline.errors import ConfigError
from kim_pipeline.warehouse.schema import register

ALONE = 9
OFFICE, CENTRE, CASES = "immigration_office", "job_centre", "case_management"
COUNT = ("attribute", "source", "other_source", "persons", "conflicts")
Rows = list[tuple[Any, ...]]


@pytest.fixture
def compared(world: World) -> Iterator[World]:
    """Three persons known to two sources or three; two contradictions, one of them resolved."""
    world.deliver(CENTRE)
    for person, born in ((1, 1990), (2, 1991), (3, 1992)):
        world.resident(person, person)
        world.client(10 + person, person, birth_year=born)
    clients = "case_management_clients"
    world.row(clients, 22, record_pseudonym=key(22), birth_year=1991, nationality="475")
    world.link(CASES, 22, 2)
    world.resident(ALONE, ALONE)
    world.build()
    world.restate("job_centre_persons", 13, birth_year=1990)
    world.build(known_at=LATER)
    yield world
    world.connection.rollback()
    with world.connection.begin():
        world.connection.execute(register.erased.delete())


def _of_birth_years(world: World, known_on: datetime) -> Rows:
    rows = world.spells_as_of("conflict_count", *COUNT, known_on=known_on)
    return [row[1:] for row in rows if row[0] == "birth_year"]


def _is_consistent(world: World) -> bool:
    """Compare the counts with the contradictions, and with what a build of everybody would give."""
    for known_on in (KNOWN, LATER):
        found = world.spells_as_of("conflict", *COUNT[:3], known_on=known_on)
        counted = world.spells_as_of("conflict_count", *COUNT, known_on=known_on)
        assert sum(row[4] for row in counted) == len(found)
    before = world.spells("conflict_count", *COUNT, "known_from")
    world.build(known_at=LATER)
    return world.spells("conflict_count", *COUNT, "known_from") == before


def test_a_person_who_goes_is_counted_no_more_in_any_state_of_knowledge(compared: World) -> None:
    erase_record(compared, OFFICE, 2, whole=True)
    assert _of_birth_years(compared, KNOWN) == [(OFFICE, CENTRE, 2, 1)]
    assert _of_birth_years(compared, LATER) == [(OFFICE, CENTRE, 2, 0)]
    assert _is_consistent(compared)


def test_a_person_who_stays_counts_by_what_is_left_from_the_newest_state_on(
    compared: World,
) -> None:
    before = compared.spells("conflict_count", *COUNT, "known_from")
    erase_record(compared, OFFICE, ALONE)
    assert compared.spells("conflict_count", *COUNT, "known_from") == before
    erase_record(compared, OFFICE, 2)
    assert _of_birth_years(compared, KNOWN) == [(OFFICE, CENTRE, 2, 1)]
    assert _of_birth_years(compared, LATER) == [(OFFICE, CENTRE, 2, 0), (CENTRE, CASES, 1, 0)]
    assert _is_consistent(compared)


def test_records_of_a_source_without_contract_are_not_half_erased(world: World) -> None:
    world.resident(1, 1)
    world.link("debt_advice", 77, 1)
    with pytest.raises(ConfigError, match=r"Records of debt_advice.*--whole-person"):
        erase_record(world, OFFICE, 1, whole=True)
    world.connection.rollback()
    links = sa.select(sa.func.count()).select_from(register.link)
    assert world.connection.execute(links).scalar() == 2
