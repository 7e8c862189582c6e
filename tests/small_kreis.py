"""A small Kreis taken through the whole pipeline by the `kim` command, as a user would."""

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from kim_pipeline.settings import Settings, read_settings

ROOT = Path(__file__).parents[1]
KIM = Path(sys.executable).with_name("kim")
MONTHS = ("2025-08", "2025-09", "2025-10")
PERSONS = 700


@dataclass
class SmallKreis:
    """One installation: its folders, and everything its commands have printed so far."""

    folder: Path
    config: Path = ROOT / "kreis.yaml"
    printed: list[str] = field(default_factory=list)

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def inbox(self) -> Path:
        return self.folder / "inbox"

    @property
    def temporary(self) -> Path:
        """Where its processes put temporary files."""
        return self.folder / "tmp"

    @property
    def user(self) -> Path:
        """The home of its processes' account, where libraries keep settings and caches."""
        return self.folder / "user"

    @property
    def settings(self) -> Settings:
        return read_settings(self.environment)

    @property
    def environment(self) -> dict[str, str]:
        for made in (self.temporary, self.user):
            made.mkdir(exist_ok=True)
        ours = ("KIM_", "DAGSTER_", "XDG_")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
        return {
            **kept,
            "HOME": str(self.user),
            "TMPDIR": str(self.temporary),
            "KIM_HOME": str(self.home),
            "KIM_INBOX": str(self.inbox),
            "KIM_CONFIG": str(self.config),
            "KIM_KEYS": str(self.folder / "no-keys"),
        }

    def kim(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run one `kim` command and keep what it printed."""
        done = subprocess.run(
            [KIM, *arguments],
            capture_output=True,
            text=True,
            cwd=self.folder,
            env={**self.environment, **environment},
            timeout=900,
            check=False,
        )
        self.printed += [done.stdout, done.stderr]
        return done

    def deliver(self, months: int = len(MONTHS), persons: int = PERSONS, seed: int = 1) -> None:
        """Let the simulated authorities deliver, and make the keys of the demo."""
        done = self.kim(
            "simulate", "--out", str(self.inbox), "--persons", str(persons),
            "--months", str(months), "--seed", str(seed),
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert self.kim("keys", "init", "--demo").returncode == 0
