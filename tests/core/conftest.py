"""One database per module of tests of core, emptied before each test."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from databases import fresh_database
from world import TOWN, World, staged

from kim_pipeline.settings import Settings
from kim_pipeline.warehouse.engine import owner_engine
from kim_pipeline.warehouse.provision import provision
from kim_pipeline.warehouse.schema import core, register
from kim_pipeline.warehouse.schema.quality import delivery
from sources.accepting.staging import reference_codes


@pytest.fixture(scope="module")
def tables() -> dict[str, sa.Table]:
    """The staging tables of all contracts by name."""
    return staged()


@pytest.fixture(scope="module")
def provisioned(server_settings: Settings, tables: dict[str, sa.Table]) -> Iterator[sa.Engine]:
    """A warehouse with codes and one town, shared by the tests of a module."""
    with fresh_database(server_settings) as settings:
        engine = owner_engine(settings)
        provision(engine, list(tables.values()), reference_codes(), {TOWN: "Erkrath"})
        yield engine
        engine.dispose()


@pytest.fixture
def connection(provisioned: sa.Engine, tables: dict[str, sa.Table]) -> Iterator[sa.Connection]:
    """A connection to the warehouse, empty but for codes and towns."""
    filled = (*tables.values(), *core.HISTORIES.values(), register.link, delivery)
    with provisioned.begin() as emptying:
        for table in filled:
            emptying.execute(table.delete())
    with provisioned.connect() as open_connection:
        yield open_connection


@pytest.fixture
def world(connection: sa.Connection, tables: dict[str, sa.Table]) -> World:
    """A warehouse in which the immigration office has delivered one month."""
    made = World(connection, tables)
    made.deliver("immigration_office")
    return made
