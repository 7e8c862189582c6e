"""What a step takes of us and of the server: both processors, both peaks of memory."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from benchmarks.linkage.fresh_process import Usage, forget_peak, peak_mib, processor_seconds

PROC = Path("/proc")
TICKS = 100


class Meter:
    """Times steps on one server; `usage` holds them by name."""

    def __init__(self, engine: sa.Engine, postmaster: int) -> None:
        self.engine, self.postmaster, self.usage = engine, postmaster, Usage()

    @contextmanager
    def step(self, name: str, engine: sa.Engine | None = None) -> Iterator[sa.Connection]:
        """Open a transaction, time what is done in it up to its commit; further uses add up.

        cpu: ours and the server's. peaks: ours; the fact `server <name>`: what the connection held,
        the part of the server's cache that it touched included.
        """
        before = self._processors()
        with (engine or self.engine).connect() as connection:
            backend = connection.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()
            connection.commit()
            forget_peak()
            start = time.perf_counter()
            with connection.begin():
                yield connection
            taken = time.perf_counter() - start
            self._add(name, taken, self._processors() - before, _peak(backend))

    def _add(self, name: str, seconds: float, cpu: float, server_mib: int) -> None:
        usage, server = self.usage, f"server {name}"
        usage.seconds[name] = usage.seconds.get(name, 0.0) + seconds
        usage.cpu[name] = usage.cpu.get(name, 0.0) + cpu
        usage.peaks[name] = max(usage.peaks.get(name, 0), peak_mib())
        usage.facts[server] = max(usage.facts.get(server, 0), server_mib)

    def share(self, name: str, runs: int) -> None:
        """Tell what one of several runs took."""
        self.usage.seconds[name] /= runs
        self.usage.cpu[name] /= runs

    def _processors(self) -> float:
        return processor_seconds() + self._server_seconds()

    def _server_seconds(self) -> float:
        children = PROC / str(self.postmaster) / "task" / str(self.postmaster) / "children"
        if not children.is_file():
            return 0.0
        alive = children.read_text("ascii").split()
        return sum((_seconds(int(pid), 2) for pid in alive), _seconds(self.postmaster, 4))


def _seconds(pid: int, fields: int) -> float:
    """Read user and system time of a process; four fields count its ended children too."""
    try:
        text = (PROC / str(pid) / "stat").read_text("ascii")
    except OSError:
        return 0.0
    ticks = text.rpartition(")")[2].split()[11 : 11 + fields]
    return sum(map(int, ticks)) / TICKS


def _peak(pid: int) -> int:
    try:
        lines = (PROC / str(pid) / "status").read_text("ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) >> 10 for line in lines if line.startswith("VmHWM:")), 0)
