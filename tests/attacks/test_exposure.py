"""The UI listens on this machine alone, and nothing speaks to the outside (T18, T19)."""

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest
from small_kreis import KIM, ROOT, SmallKreis
from watched import Call, watched

from sources.contracts.contract import load_contracts

PATIENCE = 180
LISTEN = "0A"
QUERY = "{ assetNodes { assetKey { path } } }"


@dataclass(frozen=True)
class Interface:
    """A running UI: its process group leader and its port."""

    process: "subprocess.Popen[str]"
    port: int

    def tree(self) -> set[int]:
        """List the processes of the UI's session."""
        found = set()
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text("utf-8", "replace").rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(fields[3]) == self.process.pid:  # the session
                found.add(int(stat.parent.name))
        return found


@pytest.fixture(scope="module")
def interface(small_kreis: SmallKreis) -> Iterator[Interface]:
    if not Path("/proc/net/tcp").exists():
        pytest.fail("this machine has no /proc/net; run these tests on Linux")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (small_kreis.folder / "ui.log").open("w") as log:
        process = subprocess.Popen(
            [KIM, "ui", "--port", str(port)],
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ROOT,  # where the UI finds its project
            env=small_kreis.environment,
            start_new_session=True,
        )
    made = Interface(process, port)
    try:
        _wait_for_answer(made)
        yield made
    finally:
        _stop(made)


def _wait_for_answer(interface: Interface) -> None:
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit:
        assert interface.process.poll() is None, "the UI ended"
        try:
            with urlopen(f"http://127.0.0.1:{interface.port}/server_info", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.5)
    pytest.fail("the UI did not answer in time")


def _stop(interface: Interface) -> None:
    limit = time.monotonic() + 30
    tree = interface.tree()
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        for pid in tree & interface.tree():
            try:
                os.kill(pid, sign)
            except ProcessLookupError:
                continue
        while time.monotonic() < limit and interface.tree() - {interface.process.pid}:
            time.sleep(0.1)
        limit = time.monotonic() + 10
    interface.process.wait(10)


def _listening(pids: set[int]) -> dict[str, int]:
    """Map the listening TCP addresses of some processes to their ports."""
    sockets = set()
    for pid in pids:
        for entry in Path(f"/proc/{pid}/fd").glob("*"):
            try:
                sockets.add(str(entry.readlink()))
            except (FileNotFoundError, PermissionError):
                continue
    found = {}
    for table in ("tcp", "tcp6"):
        path = Path("/proc/net") / table
        lines = path.read_text().splitlines()[1:] if path.exists() else []
        for fields in map(str.split, lines):
            if fields[3] == LISTEN and f"socket:[{fields[9]}]" in sockets:
                address, _, port = fields[1].partition(":")
                found[f"{_address(address)} {int(port, 16)}"] = int(port, 16)
    return found


def _address(digits: str) -> str:
    """Read an address of /proc/net: words of four bytes in the machine's order."""
    raw = bytes.fromhex(digits)
    words = [raw[start : start + 4][::-1] for start in range(0, len(raw), 4)]
    return str(ip_address(b"".join(words)))


def _asked(interface: Interface, query: str) -> object:
    body = json.dumps({"query": query}).encode()
    address = f"http://127.0.0.1:{interface.port}/graphql"
    with urlopen(Request(address, body, {"Content-Type": "application/json"}), timeout=60) as reply:
        return json.load(reply)["data"]


def test_the_ui_listens_on_loopback_alone(interface: Interface) -> None:
    found = _listening(interface.tree())
    assert interface.port in found.values()
    outside = [name for name in found if not ip_address(name.split()[0]).is_loopback]
    assert outside == []


def test_the_ui_shows_every_asset(interface: Interface) -> None:
    limit = time.monotonic() + PATIENCE
    nodes: list[object] = []
    while time.monotonic() < limit and not nodes:
        nodes = _asked(interface, QUERY)["assetNodes"]  # type: ignore[index]
        time.sleep(0.5)
    assert len(nodes) == 6 + 4 * len(load_contracts())


def test_the_ui_sends_no_telemetry(interface: Interface) -> None:
    telemetry = _asked(interface, "{ version canBulkTerminate instance { info } }")
    assert "telemetry:\n  enabled: false" in str(telemetry["instance"]["info"])  # type: ignore[index]


def test_the_environment_of_the_ui_holds_no_secret(interface: Interface) -> None:
    for pid in interface.tree():
        process = Path(f"/proc/{pid}")
        shown = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
        assert b"passphrase" not in shown.lower().replace(b"kim_passphrase_file", b"")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.0.2.1", "localhost.example"])
def test_the_ui_refuses_to_listen_elsewhere(host: str, small_kreis: SmallKreis) -> None:
    done = small_kreis.kim("ui", "--host", host)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "no login" in done.stderr


def test_a_run_speaks_to_nobody_outside(small_kreis: SmallKreis) -> None:
    (ran,) = watched(small_kreis, [Call(("run", "--month", "2025-08", "--again"))])
    assert ran.code == 0, ran.error
    assert ran.opened
    assert [reached for reached in ran.reached if not _is_here(reached)] == []


def test_an_attempt_to_reach_the_outside_is_seen(small_kreis: SmallKreis) -> None:
    assert not _is_here("socket.connect ('192.0.2.1', 443)")
    assert not _is_here("socket.getaddrinfo 'telemetry.example'")
    assert _is_here("socket.connect '/var/lib/kim-pipeline/x/.s.PGSQL.5432'")


def _is_here(reached: str) -> bool:
    """Tell whether an address is a socket file or loopback."""
    address = reached.partition(" ")[2]
    return address.startswith(("'/", "b'/", "('127.", "('::1'", "'127.", "'localhost'", "'::1'"))
