"""`kim` in a process apart that kills itself, as `kill -9` would, at a chosen step of a load.

Called with the number of the step (0: never), a file for the number of all steps, and the arguments
of `kim`. A step is a file opened to write, renamed or removed in the state folder, and a statement
or commit on the warehouse; counting starts with the first file in the landing zone.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

HOME = os.environ["KIM_HOME"]
FILES = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir")
# Dagster's own notes and the embedded server's files are no part of a load.
OTHERS = tuple(os.path.join(HOME, name) for name in ("dagster", "warehouse"))  # noqa: PTH118


class Steps:
    """Counts steps, and ends this process at the one it was told."""

    def __init__(self, last: int) -> None:
        self.last, self.count, self.started = last, 0, False

    def step(self, *_: Any) -> None:
        if self.started:
            self.count += 1
            if self.count == self.last:
                os.kill(os.getpid(), signal.SIGKILL)

    def file(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event not in FILES or not isinstance(arguments[0], str | os.PathLike):
            return
        path = os.fspath(arguments[0])
        if not isinstance(path, str) or not path.startswith(HOME) or path.startswith(OTHERS):
            return
        reads = event == "open" and not set(str(arguments[1] or "r")) & set("wax+")
        self.started |= "/landing/" in path and not reads
        if not reads:
            self.step()


def main() -> None:
    """Install the counters, run the command, and write down how many steps it had."""
    import sqlalchemy as sa

    from kim_pipeline.cli import main as kim

    steps = Steps(int(sys.argv[1]))
    note = Path(sys.argv[2])
    sys.addaudithook(steps.file)

    @sa.event.listens_for(sa.Engine, "before_cursor_execute")
    def _statement(connection: sa.Connection, *_: Any) -> None:
        if connection.dialect.name == "postgresql":
            steps.step()

    sa.event.listen(sa.Engine, "commit", steps.step)
    sys.argv = ["kim", *sys.argv[3:]]
    try:
        kim()
    finally:
        note.write_text(str(steps.count), "utf-8")


if __name__ == "__main__":
    main()
