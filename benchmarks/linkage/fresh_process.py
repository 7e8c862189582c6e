"""A step in a process of its own, so that its time and peak memory are its own."""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass
class Usage:
    """What a step took: per named part, and in all.

    seconds: by the clock; cpu: of the processors; peaks: the most MiB held during the part, on
    Linux. processor, peak_mib: of the whole process. facts: whatever counts.
    """

    seconds: dict[str, float] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)
    peaks: dict[str, int] = field(default_factory=dict)
    processor: float = 0.0
    peak_mib: int = 0
    facts: dict[str, float] = field(default_factory=dict)

    @property
    def total(self) -> float:
        """Give the seconds of all parts."""
        return sum(self.seconds.values())

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Time a part; further uses of a name add up."""
        forget_peak()
        start, used = time.perf_counter(), processor_seconds()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start
        self.cpu[name] = self.cpu.get(name, 0.0) + processor_seconds() - used
        self.peaks[name] = max(self.peaks.get(name, 0), peak_mib())

    def report(self) -> None:
        """Print the usage as the last line of the process, memory and processor time included."""
        self.processor = processor_seconds()
        self.peak_mib = max([peak_mib(), *self.peaks.values()])
        print(json.dumps(asdict(self)))


def processor_seconds() -> float:
    """Give the processor time of this process and its finished children."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    used = [resource.getrusage(kind) for kind in kinds]
    return sum(part.ru_utime + part.ru_stime for part in used)


def peak_mib() -> int:
    """Give the most memory this process has held.

    Linux counts the memory of the process that started this one into `ru_maxrss`, but not here.
    """
    status = Path("/proc/self/status")
    if not status.is_file():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    lines = status.read_text("ascii").splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmHWM:"))) >> 10


def forget_peak() -> None:
    """Let the peak start anew from what is held now, where the system can."""
    switch = Path("/proc/self/clear_refs")
    if switch.is_file():
        switch.write_text("5", encoding="ascii")


def run_module(module: str, *arguments: str | Path, python: Path | None = None) -> Usage:
    """Run a module of the benchmarks, or a script of another environment; read the usage it tells.

    Raises RuntimeError, with the end of what it said, when it fails.
    """
    what = [module] if module.endswith(".py") else ["-m", module]
    return _run([str(python or sys.executable), *what, *map(str, arguments)])


def _run(command: Sequence[str]) -> Usage:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[1:4])} failed:\n{done.stderr[-2000:]}")
    said = done.stdout.strip().splitlines()
    return Usage(**json.loads(said[-1])) if said else Usage()
