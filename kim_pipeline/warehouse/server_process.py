"""The running server: found by its pid file, asked by its socket, moved by pg_ctl."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

from psycopg.conninfo import make_conninfo
from psycopg.pq import PGconn, Ping

from kim_pipeline.errors import WarehouseError
from kim_pipeline.warehouse.server_account import run_as
from kim_pipeline.warehouse.server_data import DATABASE, OWNER, PORT
from kim_pipeline.warehouse.server_place import SOCKET_NAME, Place

START_SECONDS = 300  # crash recovery after a long load takes minutes
ORPHAN_SECONDS = 20  # what the children of a killed server need to notice and end
PAUSE = 0.05


@dataclass(frozen=True)
class Postmaster:
    """A live server process as its pid file describes it; no socket while it is coming up."""

    pid: int
    socket: Path | None
    status: str


def find_postmaster(data: Path) -> Postmaster | None:
    """Read the pid file of a data folder; None when no such process lives."""
    try:
        lines = (data / "postmaster.pid").read_text("utf-8").splitlines()
        pid = int(lines[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None
    if not _is_postgres(pid):
        return None
    socket = Path(lines[4]) if len(lines) > 4 and lines[4] else None
    return Postmaster(pid, socket, lines[7].strip() if len(lines) > 7 else "starting")


def answers(postmaster: Postmaster | None) -> bool:
    """Tell whether a server accepts connections."""
    return postmaster is not None and _ping(postmaster) == Ping.OK


def settled(data: Path) -> Postmaster | None:
    """Wait while a server is coming up or going down; None when it is gone or out of reach.

    Raises WarehouseError when it is still busy after five minutes.
    """
    limit = time.monotonic() + START_SECONDS
    patience = time.monotonic() + 0.5
    while time.monotonic() < limit:
        postmaster = find_postmaster(data)
        if postmaster is None:
            return None
        state = _ping(postmaster)
        if state == Ping.OK:
            return postmaster
        busy = state == Ping.REJECT or postmaster.status in ("starting", "stopping")
        if not busy and time.monotonic() > patience:
            return None
        time.sleep(PAUSE)
    raise WarehouseError(f"The server of {data} is still recovering: try again later.")


def start(place: Place, socket: Path) -> None:
    """Start the server and wait until it accepts connections.

    Raises WarehouseError with the last line of the server's log when it does not come up.
    """
    _clear_stale_files(place, socket)
    log = place.data / "server.log"
    options = [
        "-w",
        "-t",
        str(START_SECONDS),
        "-l",
        log.name,
        "-o",
        "-c config_file=../server.conf",
    ]
    limit = time.monotonic() + ORPHAN_SECONDS
    while True:
        before = log.stat().st_size if log.exists() else 0
        done = run_as(place.account, _pg_ctl(place, "start", *options), place.data)
        if done.returncode == 0:
            return
        reason = _last_line(log, before) or f"pg_ctl ended with {done.returncode}"
        if "still in use" not in reason or time.monotonic() > limit:
            raise WarehouseError(f"The embedded server did not start: {reason} (log: {log}).")
        time.sleep(PAUSE)


def stop(place: Place) -> None:
    """Stop the server cleanly; sessions in progress are rolled back.

    Raises WarehouseError when it does not end within a minute.
    """
    command = _pg_ctl(place, "stop", "-m", "fast", "-w", "-t", "60")
    if run_as(place.account, command, place.data).returncode != 0 and find_postmaster(place.data):
        raise WarehouseError(f"The server of {place.data} did not stop within a minute.")


def _pg_ctl(place: Place, verb: str, *options: str) -> list[str | Path]:
    # The folder is named "." because pg_ctl hands its path to a shell.
    return [place.programs / "bin" / "pg_ctl", verb, "-D", ".", *options]


def _ping(postmaster: Postmaster) -> Ping:
    if postmaster.socket is None:
        return Ping.NO_RESPONSE
    address = make_conninfo(
        host=str(postmaster.socket), port=PORT, dbname=DATABASE, user=OWNER, connect_timeout=5
    )
    return Ping(PGconn.ping(address.encode()))


def _is_postgres(pid: int) -> bool:
    """Tell whether a process id is a PostgreSQL server's: after a reboot it may be anybody's."""
    try:
        name, _, rest = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")
    except FileNotFoundError:
        return not Path("/proc/self").exists() and _exists(pid)
    return name.endswith("(postgres") and rest.split()[0] not in ("Z", "X")


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, PermissionError) as error:
        return isinstance(error, PermissionError)
    return True


def _clear_stale_files(place: Place, socket: Path) -> None:
    """Remove what a killed server left when its process id is another program's, or a zombie's."""
    note = place.data / "postmaster.pid"
    pid = note.read_text("utf-8").partition("\n")[0] if note.exists() else ""
    if pid.isdigit() and _exists(int(pid)) and not _is_postgres(int(pid)):
        note.unlink()
    (socket / SOCKET_NAME).unlink(missing_ok=True)
    (socket / f"{SOCKET_NAME}.lock").unlink(missing_ok=True)


def _last_line(log: Path, offset: int) -> str:
    if not log.exists():
        return ""
    with log.open("rb") as stream:
        stream.seek(offset)
        lines = stream.read().decode("utf-8", "replace").splitlines()
    fatal = [line for line in lines if "FATAL" in line]
    return (fatal or lines or [""])[-1].strip()
