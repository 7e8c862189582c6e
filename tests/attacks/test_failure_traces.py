"""A run that fails leaves no identifier either: bad deliveries, killed processes, a lost server."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from byte_search import ByteSearch
from psycopg import sql
from small_kreis import KIM, ROOT, SmallKreis
from spoiled_intakes import SPOILS
from traces import found_in, owner_url

from kim_pipeline.warehouse.server import stop_server

PATIENCE = 240
_WAITING = """
SELECT count(*) FROM pg_stat_activity WHERE application_name = 'kim' AND wait_event_type = 'Lock'
"""
HARMLESS = {"names as numbers", "names in open columns", "names as bytes", "names as amounts"}


@pytest.fixture(scope="module")
def ends(delivered_kreis: SmallKreis) -> dict[str, str]:
    """How the intake of every spoiled delivery ended; all in one process."""
    kreis = delivered_kreis
    program = "import sys; sys.path += sys.argv[1:]; import spoiled_intakes as s; s.main()"
    done = subprocess.run(
        [sys.executable, "-c", program, ROOT, ROOT / "tests", ROOT / "tests" / "attacks"],
        capture_output=True,
        text=True,
        cwd=kreis.folder,
        env=kreis.environment,
        timeout=PATIENCE,
        check=False,
    )
    kreis.printed += [done.stdout, done.stderr]
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("kind", [kind for kind in SPOILS if kind not in HARMLESS])
def test_a_spoiled_delivery_is_refused_with_a_reason(kind: str, ends: dict[str, str]) -> None:
    assert ends[kind] not in ("", None)
    assert "Unexpected" not in ends[kind]


def test_refused_deliveries_leave_no_identifier(
    ends: dict[str, str], delivered_kreis: SmallKreis, search: ByteSearch
) -> None:
    assert len(ends) == len(SPOILS)
    assert found_in(delivered_kreis, search) == set()


def test_a_run_killed_in_mid_load_leaves_no_identifier(
    ends: dict[str, str], delivered_kreis: SmallKreis, search: ByteSearch
) -> None:
    with _running_into(delivered_kreis, "staging.immigration_office_persons") as process:
        os.killpg(process.pid, signal.SIGKILL)
    delivered_kreis.printed += process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert found_in(delivered_kreis, search) == set()


def test_a_server_lost_in_mid_load_leaves_no_identifier_and_the_next_run_heals(
    ends: dict[str, str], delivered_kreis: SmallKreis, search: ByteSearch
) -> None:
    with _running_into(delivered_kreis, "core.person_history") as process:
        stop_server(delivered_kreis.settings)
    delivered_kreis.printed += process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert "Traceback" not in "".join(delivered_kreis.printed)
    assert found_in(delivered_kreis, search) == set()
    assert delivered_kreis.kim("run").returncode == 0
    assert found_in(delivered_kreis, search) == set()


@contextmanager
def _running_into(kreis: SmallKreis, table: str) -> Iterator["subprocess.Popen[str]"]:
    """Start a run, and hold it in mid-transaction before a table that it wants to write."""
    connection = psycopg.connect(owner_url(kreis))
    lock = sql.SQL("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE")
    connection.execute(lock.format(sql.Identifier(*table.split("."))))
    process = _running(kreis)
    try:
        _wait_until_held(connection, process)
        yield process
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    finally:
        connection.close()


def _wait_until_held(
    connection: psycopg.Connection[tuple[int]], process: "subprocess.Popen[str]"
) -> None:
    limit = time.monotonic() + PATIENCE
    while connection.execute(_WAITING).fetchone() == (0,):
        assert process.poll() is None, "the run ended before it could be disturbed"
        assert time.monotonic() < limit
        time.sleep(0.1)
        connection.execute("SELECT pg_stat_clear_snapshot()")


def _running(kreis: SmallKreis) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [KIM, "run"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=kreis.folder,
        env=kreis.environment,
        start_new_session=True,
    )
