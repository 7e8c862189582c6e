"""Commands run in a process apart that notes what they opened, wrote and reached."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from small_kreis import SmallKreis

PROGRAM = Path(__file__).with_name("watched_kim.py")


@dataclass(frozen=True)
class Call:
    """One command to run, with what differs in its environment."""

    arguments: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Watched:
    """One command that was run: how it ended, what it opened, wrote and reached."""

    code: int
    error: str
    opened: list[str]
    written: list[str]
    reached: list[str]


def watched(kreis: SmallKreis, calls: Sequence[Call]) -> list[Watched]:
    """Run commands of an installation one after the other in one watched process."""
    note = kreis.folder / "watched.json"
    done = subprocess.run(
        [sys.executable, PROGRAM, note, json.dumps([vars(call) for call in calls])],
        capture_output=True,
        text=True,
        cwd=kreis.folder,
        env=kreis.environment,
        timeout=600,
        check=False,
    )
    kreis.printed += [done.stdout, done.stderr]
    assert done.returncode == 0, done.stderr
    notes = json.loads(note.read_text("utf-8"))
    note.unlink()
    return [Watched(**noted) for noted in notes]
