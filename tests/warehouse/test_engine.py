"""Engines reach the warehouse as owner or role, and their errors carry no values."""

from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest
import sqlalchemy as sa

from kim_pipeline.errors import WarehouseError
from kim_pipeline.settings import Settings
from kim_pipeline.warehouse.engine import owner_engine, role_engine, role_url, warehouse_errors

CANARY = "Özoğuz-Kanarienvogel"


@pytest.fixture
def engine(empty_warehouse_settings: Settings) -> Iterator[sa.Engine]:
    made = owner_engine(empty_warehouse_settings)
    yield made
    made.dispose()


def test_the_owner_engine_names_itself_to_the_server(engine: sa.Engine) -> None:
    query = "SELECT current_user, current_setting('application_name')"
    with engine.connect() as connection:
        assert connection.exec_driver_sql(query).one() == ("kim_pipeline", "kim")


def test_a_role_engine_is_that_role(empty_warehouse_settings: Settings, engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE ROLE kim_visitor LOGIN")
    visitor = role_engine(empty_warehouse_settings, "kim_visitor")
    with visitor.connect() as connection:
        assert connection.exec_driver_sql("SELECT current_user").scalar_one() == "kim_visitor"
    visitor.dispose()
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP ROLE kim_visitor")


def test_a_role_url_carries_no_password(empty_warehouse_settings: Settings) -> None:
    url = sa.make_url(str(empty_warehouse_settings.warehouse_url)).set(password="geheim")
    text = url.render_as_string(hide_password=False)
    named = role_url(replace(empty_warehouse_settings, warehouse_url=text), "kim_report")
    assert "kim_report@" in named
    assert "geheim" not in named


@pytest.mark.parametrize(
    ("statement", "state"),
    [
        ("INSERT INTO core.person VALUES (%(v)s)", "23505, table core.person"),
        ("SELECT CAST(%(v)s AS date)", "22007"),
        ("SELECT * FROM core.absent WHERE name = %(v)s", "42P01"),
    ],
)
def test_a_refused_statement_tells_state_and_table_but_no_value(
    engine: sa.Engine, statement: str, state: str
) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE SCHEMA core")
        connection.exec_driver_sql("CREATE TABLE core.person (name text PRIMARY KEY)")
        connection.exec_driver_sql("INSERT INTO core.person VALUES (%(v)s)", {"v": CANARY})
    with (
        pytest.raises(WarehouseError, match=state) as refused,
        warehouse_errors(),
        engine.begin() as connection,
    ):
        connection.exec_driver_sql(statement, {"v": CANARY})
    assert CANARY not in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


def test_errors_of_the_driver_itself_are_turned_too() -> None:
    with pytest.raises(WarehouseError, match="OperationalError"), warehouse_errors("Asking"):
        psycopg.connect("host=/nowhere")


def test_errors_of_our_own_pass_unchanged() -> None:
    with pytest.raises(ValueError, match="as it is"), warehouse_errors():
        raise ValueError("as it is")
