"""`kim` under an audit hook that notes files opened and addresses reached, in a process apart.

Called as a program with a note to write and a list of calls, as JSON: each has arguments and an
environment. One process for many calls, because the imports take longest.
"""

import contextlib
import io
import json
import os
import sys
from pathlib import Path
from typing import Any

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
SEEN: dict[str, list[str]] = {"opened": [], "written": [], "reached": []}


def main() -> None:
    """Install the hook, then run every command as its script would."""
    note, calls = Path(sys.argv[1]), json.loads(sys.argv[2])
    sys.addaudithook(_hook)
    notes = [_called(call["arguments"], call["environment"]) for call in calls]
    note.write_text(json.dumps(notes), "utf-8")


def _called(arguments: list[str], environment: dict[str, str]) -> dict[str, object]:
    from kim_pipeline.cli import main as kim

    before = dict(os.environ)
    os.environ.update(environment)
    sys.argv = ["kim", *arguments]
    said, code = io.StringIO(), 0
    try:
        with contextlib.redirect_stderr(said):
            kim()
    except SystemExit as end:
        code = int(end.code or 0)
    os.environ.clear()
    os.environ.update(before)
    noted = {name: [*found] for name, found in SEEN.items()}
    for found in SEEN.values():
        found.clear()
    return {"code": code, "error": said.getvalue(), **noted}


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if event in ("open", "sqlite3.connect"):
        path = arguments[0]
        name = os.fsdecode(path) if isinstance(path, str | bytes | os.PathLike) else str(path)
        SEEN["opened"].append(name)
        mode, flags = (*arguments[1:3], None, 0)[:2]
        if (isinstance(mode, str) and set(mode) & set("wax+")) or (flags or 0) & WRITES:
            SEEN["written"].append(name)
    elif event in ("os.rename", "os.link", "os.symlink"):
        SEEN["written"].append(str(arguments[1]))
    elif event in ("socket.connect", "socket.sendto", "socket.bind"):
        SEEN["reached"].append(f"{event} {arguments[1]!r}")
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "urllib.Request"):
        SEEN["reached"].append(f"{event} {arguments[0]!r}")


if __name__ == "__main__":
    main()
