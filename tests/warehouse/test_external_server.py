"""A server of one's own is checked, and what is wrong with it is said in one line."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from kim_pipeline.errors import WarehouseError
from kim_pipeline.settings import Settings
from kim_pipeline.warehouse import external_server
from kim_pipeline.warehouse.server import ensure_server, server_status, stop_server

SECRET = "geheim-1234"


def test_a_reachable_server_is_used_as_it_is(warehouse_settings: Settings) -> None:
    info = ensure_server(warehouse_settings)
    assert (info.embedded, info.data, info.socket, info.version) == (False, None, None, 18)
    assert info.url == warehouse_settings.warehouse_url
    assert server_status(warehouse_settings).running is True


def test_a_server_of_somebody_else_is_never_stopped(warehouse_settings: Settings) -> None:
    assert stop_server(warehouse_settings) is False
    assert server_status(warehouse_settings).running is True


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://kim_pipeline:{SECRET}@127.0.0.1:1/kim",
        f"postgresql://kim_pipeline:{SECRET}@/kim?host=/nowhere",
        f"postgresql://kim_pipeline:{SECRET}@no-such-host.invalid/kim",
    ],
)
def test_an_unreachable_server_is_named_in_one_line(server_settings: Settings, url: str) -> None:
    with pytest.raises(WarehouseError) as refused:
        ensure_server(replace(server_settings, warehouse_url=url))
    message = str(refused.value)
    assert message.startswith("The server of KIM_WAREHOUSE_URL (host ")
    assert "\n" not in message
    assert SECRET not in message


@pytest.mark.parametrize(
    "url", ["sqlite:///kim.db", f"://{SECRET}", f"postgresql://a:{SECRET}@host:port/kim", "kim"]
)
def test_an_url_of_another_kind_is_refused_without_quoting_it(
    server_settings: Settings, url: str
) -> None:
    with pytest.raises(WarehouseError, match=r"postgresql://role@host:port/database") as refused:
        ensure_server(replace(server_settings, warehouse_url=url))
    assert SECRET not in str(refused.value)


def test_a_database_that_is_not_there_is_named(server_settings: Settings) -> None:
    url = sa.make_url(ensure_server(server_settings).url).set(database="kim_absent")
    text = url.render_as_string(hide_password=False)
    with pytest.raises(WarehouseError, match='database "kim_absent" does not exist'):
        ensure_server(replace(server_settings, warehouse_url=text))


def test_an_older_server_is_refused(
    warehouse_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(external_server, "OLDEST", 19)
    with pytest.raises(WarehouseError, match="is PostgreSQL 18; 19 or newer is needed"):
        ensure_server(warehouse_settings)
