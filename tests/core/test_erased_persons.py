"""An erased record leaves no trace, and its person lives on in what others say (T31)."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from databases import drop_database, server_connection
from erasures import MARKS, NOW, erase_record, rows_of, tables_that_name
from world import KNOWN, LATER, MONTH, World, key

from kim_pipeline.settings import Settings
from kim_pipeline.warehouse.erased import add_erased, read_erased
from kim_pipeline.warehouse.erasure import clear_space
from kim_pipeline.warehouse.schema import register
from kim_pipeline.warehouse.server_place import data_folder

OFFICE, CENTRE = "immigration_office", "job_centre"
RESIDENT, CLIENT, NEIGHBOUR = 770001, 770002, 770003
PERSON, OTHER = 880001, 880002
TITLE, BENEFIT = 990001, 990002


def _founded(connection: sa.Connection, person: int, source: str, record: int) -> None:
    connection.execute(
        register.person.insert().values(
            person_id=key(person), founding_source=source, founding_record=key(record),
            founding_month=MONTH, counter=0, known_from=KNOWN,
        )
    )  # fmt: skip


@pytest.fixture
def town(world: World) -> Iterator[World]:
    """Two persons; one is known to two sources, and was corrected once."""
    world.deliver(CENTRE)
    world.resident(RESIDENT, PERSON)
    world.title(TITLE, RESIDENT, "28A1", date(2024, 2, 1))
    world.client(CLIENT, PERSON)
    world.benefit(BENEFIT, CLIENT, date(2024, 3, 1))
    world.resident(NEIGHBOUR, OTHER)
    _founded(world.connection, PERSON, OFFICE, RESIDENT)
    _founded(world.connection, OTHER, OFFICE, NEIGHBOUR)
    world.connection.execute(
        register.edge.insert().values(
            source_l=OFFICE, record_l=key(RESIDENT), source_r=CENTRE, record_r=key(CLIENT),
            month=MONTH, weight=20, probability=0.99, kept=True, model_version="1",
            known_from=KNOWN,
        )
    )  # fmt: skip
    world.build()
    world.restate("immigration_office_persons", RESIDENT, sex="m")
    world.build(known_at=LATER)
    yield world
    world.connection.rollback()
    with world.connection.begin():
        for table in (register.person, register.edge, register.erased):
            world.connection.execute(table.delete())


def test_a_record_and_what_was_derived_of_it_go_in_every_state_of_knowledge(town: World) -> None:
    neighbour = rows_of(town, OTHER)
    assert sorted(town.month_of(PERSON)["in_sources"]) == [OFFICE, CENTRE]
    receipt = erase_record(town, OFFICE, RESIDENT)
    assert tables_that_name(town, RESIDENT, TITLE) == []
    assert (receipt.named, receipt.found, receipt.months) == (1, 1, 1)
    assert receipt.persons.remaining == {key(PERSON)}
    assert receipt.rows["core.person_month_history"] == 2
    assert rows_of(town, OTHER) == neighbour
    assert town.month_of(PERSON)["in_sources"] == [CENTRE]
    assert town.spells("benefit_spell", "person_id") == [(key(PERSON),)]
    assert town.spells("residence_spell", "person_id") == []


def test_what_remains_of_a_person_is_what_a_build_without_the_record_makes(town: World) -> None:
    erase_record(town, OFFICE, RESIDENT)
    town.connection.commit()
    erased = rows_of(town, PERSON)
    town.build(known_at=LATER)
    assert rows_of(town, PERSON) == erased


def test_a_person_whose_founder_was_erased_is_founded_by_another_record(town: World) -> None:
    erase_record(town, OFFICE, RESIDENT)
    person = register.person
    founder = sa.select(person.c.founding_source, person.c.founding_record)
    founders = set(map(tuple, town.connection.execute(founder)))
    assert founders == {(CENTRE, key(CLIENT)), (OFFICE, key(NEIGHBOUR))}


def test_a_whole_person_goes_with_the_records_of_all_sources(town: World) -> None:
    receipt = erase_record(town, OFFICE, RESIDENT, whole=True)
    assert receipt.persons.gone == {key(PERSON)}
    assert tables_that_name(town, RESIDENT, CLIENT, TITLE, BENEFIT, PERSON) == []
    assert not any(rows_of(town, PERSON).values())
    assert read_erased(town.connection, CENTRE, MARKS).among([key(CLIENT), key(NEIGHBOUR)]) == {
        key(CLIENT)
    }


def test_erasing_again_finds_nothing_and_keeps_the_list(town: World) -> None:
    erase_record(town, OFFICE, RESIDENT)
    receipt = erase_record(town, OFFICE, RESIDENT)
    assert (receipt.named, receipt.found, dict(receipt.rows)) == (1, 0, {})
    add_erased(town.connection, OFFICE, [key(RESIDENT)], NOW, MARKS)
    listed = sa.select(sa.func.count()).select_from(register.erased)
    assert town.connection.execute(listed).scalar() == 1


def test_no_byte_stays_in_the_files_of_the_tables(town: World, server_settings: Settings) -> None:
    at_once = town.connection.engine.execution_options(isolation_level="AUTOCOMMIT")
    town.connection.commit()
    with at_once.connect() as connection:
        connection.execute(sa.text("ANALYZE"))
    assert _files_with(town, server_settings, RESIDENT, PERSON)
    receipt = erase_record(town, OFFICE, RESIDENT, whole=True)
    with at_once.connect() as connection:
        clear_space(connection, receipt.rows)
    assert _files_with(town, server_settings, RESIDENT, PERSON) == []


def _write_out(server: Settings) -> None:
    """Let the server write all pages to its files: copying a database by files begins with that."""
    with server_connection(server) as connection:
        connection.execute("CREATE DATABASE kim_test_written STRATEGY file_copy")
        drop_database(connection, "kim_test_written")


def _files_with(world: World, server: Settings, *names: int) -> list[Path]:
    """Search the files of this database, whose log and backups are kept by rules of their own."""
    _write_out(server)
    oid = sa.text("SELECT oid FROM pg_database WHERE datname = current_database()")
    folder = data_folder(server) / "base" / str(world.connection.execute(oid).scalar())
    needles = [form for name in names for form in (UUID(key(name)).bytes, key(name).encode())]
    return [path for path in folder.iterdir() if any(n in _read(path) for n in needles)]


def _read(path: Path) -> bytes:
    """Read a file; one that the server has taken away meanwhile holds nothing."""
    try:
        return path.read_bytes() if path.is_file() else b""
    except FileNotFoundError:
        return b""
