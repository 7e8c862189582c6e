"""Nobody but the account that started the embedded server gets in; no folder is opened for it."""

import os
import pwd
import shutil
import stat
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from installations import Installation

from kim_pipeline.errors import WarehouseError
from kim_pipeline.settings import Settings
from kim_pipeline.warehouse.server import ServerInfo, ensure_server, stop_server
from kim_pipeline.warehouse.server_folders import private_folder
from kim_pipeline.warehouse.server_place import data_folder
from kim_pipeline.warehouse.server_shelf import SHELF

EXPECTED = {
    "listen_addresses": "",
    "fsync": "on",
    "jit": "off",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_min_messages": "fatal",
    "max_wal_size": "1GB",
    "shared_buffers": "256MB",
    "server_encoding": "UTF8",
    "lc_collate": "C",
    "TimeZone": "UTC",
}
CANARY = "Özoğuz-Kanarienvogel"


def test_no_mode_of_a_folder_above_the_data_changes(installation: Installation) -> None:
    home = installation.settings.home
    above = [*home.parents, *SHELF.parents]
    before = [_mode(folder) for folder in above]
    installation.run(ensure_server)
    assert [_mode(folder) for folder in above] == before


def test_an_existing_state_folder_keeps_its_mode(installation: Installation) -> None:
    home = installation.settings.home
    installation.run(_make_open_home)
    installation.run(ensure_server)
    assert _mode(home) == 0o755


def test_only_the_server_account_enters_data_and_socket(running_installation: Installation) -> None:
    info = running_installation.run(ensure_server)
    assert info.data is not None
    assert info.socket is not None
    assert {_mode(info.data), _mode(info.socket)} == {0o700}
    assert info.data.stat().st_uid == info.socket.stat().st_uid != 0


def test_the_server_listens_on_no_network_and_knows_its_settings(
    running_installation: Installation,
) -> None:
    assert running_installation.run(_shown_settings) == EXPECTED


def test_the_owner_is_no_superuser_and_the_superuser_cannot_log_in(
    running_installation: Installation,
) -> None:
    assert running_installation.run(_superuser_flag) == "off"
    assert "Peer authentication failed" in running_installation.run(_log_in_as_superuser)


def test_the_owner_makes_the_roles_of_the_warehouse_and_they_log_in(
    running_installation: Installation,
) -> None:
    assert running_installation.run(_make_and_use_a_role) == "kim_analyst"


def test_another_account_does_not_get_in(running_installation: Installation) -> None:
    info = running_installation.run(ensure_server)
    if os.geteuid() == 0:
        other = pwd.getpwnam("daemon" if running_installation.account.pw_uid else "nobody")
        message = replace(running_installation, account=other).run(lambda _: _failure(info))
        assert "Permission denied" in message
    assert info.socket is not None
    mapped = (data_folder(running_installation.settings).parent / "pg_ident.conf").read_text()
    names = {line.split()[1].strip('"') for line in mapped.splitlines()}
    assert names == {running_installation.account.pw_name, "root"}


def test_the_server_log_holds_no_value_of_a_failed_statement(
    running_installation: Installation,
) -> None:
    running_installation.run(_fail_with_the_canary)
    data = data_folder(running_installation.settings)
    assert CANARY not in (data / "server.log").read_text("utf-8")


def test_a_state_folder_with_a_very_long_path_works(installation: Installation) -> None:
    long = installation.settings.home.joinpath(*["langer Ordner'mit\"$Zeichen`"] * 6)
    deep = replace(installation, settings=replace(installation.settings, home=long))
    info = deep.run(ensure_server)
    assert deep.run(stop_server) is True
    assert info.socket is not None
    assert info.data is not None
    if installation.account.pw_uid == 0:
        assert info.data.is_relative_to(SHELF)
        deep.run(_remove_shelf_folder)
    else:
        assert _mode(info.socket) == 0o700
        deep.run(lambda _: info.socket.rmdir() if info.socket else None)


def test_a_socket_folder_that_others_may_enter_is_refused(installation: Installation) -> None:
    info = installation.run(ensure_server)
    installation.run(stop_server)
    assert info.socket is not None
    info.socket.chmod(0o755)
    assert "not a private folder" in installation.run(_refusal)
    assert _mode(info.socket) == 0o755


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _url(info: ServerInfo) -> str:
    return info.url.replace("+psycopg", "")


def _make_open_home(settings: Settings) -> None:
    private_folder(settings.home)
    settings.home.chmod(0o755)


def _remove_shelf_folder(settings: Settings) -> None:
    shutil.rmtree(data_folder(settings).parent)


def _shown_settings(settings: Settings) -> dict[str, str]:
    query = "SELECT name, current_setting(name) FROM pg_settings WHERE name = ANY (%s)"
    collation = "SELECT datcollate FROM pg_database WHERE datname = current_database()"
    with psycopg.connect(_url(ensure_server(settings))) as connection:
        shown: dict[str, str] = dict(connection.execute(query, [list(EXPECTED)]).fetchall())
        return shown | {"lc_collate": str(connection.execute(collation).fetchall()[0][0])}


def _superuser_flag(settings: Settings) -> str | None:
    with psycopg.connect(_url(ensure_server(settings))) as connection:
        return connection.info.parameter_status("is_superuser")


def _log_in_as_superuser(settings: Settings) -> str:
    info = ensure_server(settings)
    return _failure(replace(info, url=info.url.replace("kim_pipeline@", "postgres@")))


def _make_and_use_a_role(settings: Settings) -> str:
    url = _url(ensure_server(settings))
    with psycopg.connect(url) as connection:
        connection.execute("CREATE ROLE kim_analyst LOGIN")
        connection.execute("CREATE SCHEMA core")
        connection.execute("GRANT USAGE ON SCHEMA core TO kim_analyst")
        connection.execute("ALTER ROLE kim_analyst SET work_mem = '64MB'")
    with psycopg.connect(url.replace("kim_pipeline@", "kim_analyst@")) as connection:
        row = connection.execute("SELECT current_user").fetchone()
    return str((row or [""])[0])


def _failure(info: ServerInfo) -> str:
    try:
        psycopg.connect(_url(info)).close()
    except psycopg.OperationalError as error:
        return str(error)
    return "no failure"


def _fail_with_the_canary(settings: Settings) -> None:
    url = _url(ensure_server(settings))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE person (name text PRIMARY KEY, born date)")
        with pytest.raises(psycopg.errors.InvalidDatetimeFormat):
            connection.execute(f"INSERT INTO person VALUES ('x', '{CANARY}')".encode())
        connection.execute("INSERT INTO person (name) VALUES (%s)", [CANARY])
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO person (name) VALUES (%s)", [CANARY])


def _refusal(settings: Settings) -> str:
    with pytest.raises(WarehouseError) as refused:
        ensure_server(settings)
    return str(refused.value)
