"""The embedded server starts once, survives what kills it, and stops cleanly."""

import os
import shutil
import signal
import time
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from installations import Installation

from kim_pipeline.errors import WarehouseError
from kim_pipeline.settings import Settings
from kim_pipeline.warehouse.server import ServerInfo, ensure_server, server_status, stop_server
from kim_pipeline.warehouse.server_place import data_folder


def test_a_server_is_started_once_and_then_found(installation: Installation) -> None:
    first = installation.run(ensure_server)
    pid = _pid(installation)
    assert installation.run(ensure_server) == first
    assert _pid(installation) == pid
    assert (first.embedded, first.version) == (True, 18)


def test_parallel_starts_give_one_server(installation: Installation) -> None:
    begun = [installation.begin(ensure_server) for _ in range(6)]
    for process, _ in begun:
        process.join(60)
    assert [process.exitcode for process, _ in begun] == [0] * 6
    assert len({queue.get() for _, queue in begun}) == 1
    assert len(_servers_of(installation)) == 1


def test_a_killed_server_comes_back_with_what_was_committed(installation: Installation) -> None:
    installation.run(_write_a_row)
    killed = _pid(installation)
    os.kill(killed, signal.SIGKILL)
    assert installation.run(_count_rows) == 1
    assert _pid(installation) != killed


def test_a_server_outlives_the_killed_process_that_started_it(installation: Installation) -> None:
    process, _ = installation.begin(_start_and_die)
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    assert installation.run(server_status).running


def test_a_start_killed_halfway_is_done_again(installation: Installation) -> None:
    process, _ = installation.begin(ensure_server)
    _wait_for_scratch(installation.settings)
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join(60)
    assert installation.run(_count_databases) == 1


def test_a_pid_file_of_another_program_does_not_stop_the_start(installation: Installation) -> None:
    installation.run(_write_a_row)
    os.kill(_pid(installation), signal.SIGKILL)
    process, _ = installation.begin(_sleep)
    data = data_folder(installation.settings)
    note = (data / "postmaster.pid").read_text().splitlines()
    (data / "postmaster.pid").write_text("\n".join([str(process.pid), *note[1:]]) + "\n")
    assert installation.run(_count_rows) == 1
    process.kill()
    process.join(60)


def test_a_lost_socket_is_made_again(installation: Installation) -> None:
    info = installation.run(ensure_server)
    assert info.socket is not None
    for name in info.socket.iterdir():
        name.unlink()
    assert installation.run(_count_databases) == 1


def test_a_stop_is_clean_and_tells_whether_it_did_anything(installation: Installation) -> None:
    data = installation.run(ensure_server).data
    assert data is not None
    assert installation.run(stop_server) is True
    assert not (data / "postmaster.pid").exists()
    assert _servers_of(installation) == []
    assert installation.run(stop_server) is False
    assert installation.run(server_status).running is False


def test_a_deleted_state_folder_begins_empty(installation: Installation) -> None:
    installation.run(_write_a_row)
    old, left_behind = _pid(installation), data_folder(installation.settings).parent
    shutil.rmtree(installation.settings.home)
    assert installation.run(_count_tables) == 0
    if left_behind != installation.settings.warehouse:
        assert _servers_in(left_behind / "data") == []
        shutil.rmtree(left_behind)
    else:
        os.kill(old, signal.SIGQUIT)  # it would notice by itself within a minute
        _wait_for_end(old)
    assert installation.run(server_status).running


def test_a_moved_state_folder_keeps_its_warehouse(installation: Installation) -> None:
    installation.run(_write_a_row)
    installation.run(stop_server)
    home = installation.settings.home
    moved = replace(installation, settings=replace(installation.settings, home=home / "../moved"))
    home.rename(moved.settings.home)
    assert moved.run(_count_rows) == 1
    moved.run(stop_server)
    moved.settings.home.rename(home)


def test_a_copied_state_folder_does_not_share_the_warehouse(installation: Installation) -> None:
    installation.run(_write_a_row)
    installation.run(stop_server)
    home = installation.settings.home
    copied = replace(installation, settings=replace(installation.settings, home=home / "../copy"))
    copied.run(lambda settings: shutil.copytree(home, settings.home))
    if installation.account.pw_uid == 0:
        assert "was copied from" in copied.run(_refusal)
    else:
        assert copied.run(_count_rows) == 1
        assert _servers_of(installation) == []
        copied.run(stop_server)


def test_data_of_another_version_are_refused(installation: Installation) -> None:
    installation.run(ensure_server)
    installation.run(stop_server)
    version = data_folder(installation.settings) / "PG_VERSION"
    version.write_text("16\n")
    assert "PostgreSQL 16" in installation.run(_refusal)
    version.write_text("18\n")


def test_a_state_folder_of_another_account_is_refused(installation: Installation) -> None:
    home, warehouse = installation.settings.home, installation.settings.warehouse
    home.mkdir()
    home.chmod(0o755)
    if os.geteuid() == 0:
        warehouse.mkdir()
        other = 0 if installation.account.pw_uid else 1
        os.chown(warehouse, other, other)
    else:
        warehouse.symlink_to("/var")
    assert "another KIM_HOME" in installation.run(_refusal)
    home.chmod(0)
    if installation.account.pw_uid:
        assert "another KIM_HOME" in installation.run(_refusal)
    home.chmod(0o755)
    shutil.rmtree(home)


def _pid(installation: Installation) -> int:
    pid = installation.run(server_status).pid
    assert pid is not None
    return pid


def _connect(info: ServerInfo) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(info.url.replace("+psycopg", ""), autocommit=True)


def _write_a_row(settings: Settings) -> None:
    with _connect(ensure_server(settings)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")


def _count(settings: Settings, query: str) -> int:
    with _connect(ensure_server(settings)) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return int(str(row[0]))


def _count_rows(settings: Settings) -> int:
    return _count(settings, "SELECT count(*) FROM kept")


def _count_tables(settings: Settings) -> int:
    return _count(settings, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")


def _count_databases(settings: Settings) -> int:
    return _count(settings, "SELECT count(*) FROM pg_database WHERE datname = 'kim'")


def _start_and_die(settings: Settings) -> None:
    ensure_server(settings)
    os.kill(os.getpid(), signal.SIGKILL)


def _sleep(settings: Settings) -> None:
    time.sleep(60)


def _refusal(settings: Settings) -> str:
    with pytest.raises(WarehouseError) as refused:
        ensure_server(settings)
    return str(refused.value)


def _wait_for_scratch(settings: Settings) -> None:
    limit = time.monotonic() + 20
    while time.monotonic() < limit:
        if settings.warehouse.exists() and list(data_folder(settings).parent.glob("data.new/base")):
            return
        time.sleep(0.005)
    pytest.fail("The start made no scratch folder.")


def _wait_for_end(pid: int) -> None:
    limit = time.monotonic() + 20
    while Path(f"/proc/{pid}").exists() and time.monotonic() < limit:
        time.sleep(0.02)


def _servers_of(installation: Installation) -> list[int]:
    return _servers_in(data_folder(installation.settings))


def _servers_in(data: Path) -> list[int]:
    """List the server processes whose working folder is a data folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            cwd = (process / "cwd").readlink()
            name = (process / "cmdline").read_bytes().split(b"\0")[0]
        except OSError:
            continue
        if cwd == data and name.endswith((b"/postgres", b"/postmaster")):
            found.append(int(process.name))
    return found
