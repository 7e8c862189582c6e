"""A load that is killed at any point and run again leaves the warehouse of an undisturbed one."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from own_kreis import OwnKreis, changed, installed

from kim_pipeline.settings import Settings

MONTH = "2025-08"
POINTS = 10
CHILD = Path(__file__).with_name("killed_kim.py")
# One holds the moment at which a key was first used, the other is encrypted with fresh randomness.
NEVER_EQUAL = {"audit.key_registry", "register.recontact"}
CONTACTS = "SELECT source, record_pseudonym::text, kid FROM register.recontact ORDER BY 1, 2, 3"

pytestmark = pytest.mark.long


@dataclass(frozen=True)
class Undisturbed:
    """What a load leaves that nobody disturbs, and how many steps it takes."""

    kreis: OwnKreis
    dump: dict[str, bytes]
    contacts: list[tuple[object, ...]]
    steps: int


def _run(kreis: OwnKreis, folder: Path, last: int) -> tuple[int, int]:
    """Run the month in a process that ends at a step; return its exit code and its steps."""
    note = folder / "steps"
    ours = ("KIM_", "DAGSTER_")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
    done = subprocess.run(
        [sys.executable, str(CHILD), str(last), str(note), "run", "--month", MONTH],
        env={**kept, **kreis.environment},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode, int(note.read_text("utf-8")) if note.exists() else 0


@contextmanager
def _copy(server: Settings, folder: Path, of: OwnKreis) -> Iterator[OwnKreis]:
    """Install once more, with the same keys and deliveries and an empty warehouse."""
    with installed(server, folder) as made:
        shutil.copytree(of.inbox, made.inbox)
        shutil.copytree(of.settings.demo_keys, made.settings.demo_keys)
        yield made


@pytest.fixture(scope="module")
def undisturbed_load(
    server_settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Undisturbed]:
    folder = tmp_path_factory.mktemp("undisturbed")
    with installed(server_settings, folder) as kreis:
        kreis.must(
            "simulate", "--out", str(kreis.inbox), "--persons", "400", "--months", "1",
            "--seed", "3",
        )  # fmt: skip
        kreis.must("keys", "init", "--demo")
        code, steps = _run(kreis, folder, 0)
        assert code == 0
        yield Undisturbed(kreis, kreis.dump(), kreis.rows(CONTACTS), steps)


@pytest.mark.parametrize("point", range(1, POINTS + 1))
def test_a_killed_load_that_is_run_again_leaves_the_same_warehouse(
    undisturbed_load: Undisturbed, server_settings: Settings, tmp_path: Path, point: int
) -> None:
    last = undisturbed_load.steps * point // (POINTS + 1)
    assert last > point
    with _copy(server_settings, tmp_path, undisturbed_load.kreis) as kreis:
        assert _run(kreis, tmp_path, last) == (-signal.SIGKILL, 0)
        assert f"{MONTH}  done" in kreis.must("run", "--month", MONTH)
        different = changed(undisturbed_load.dump, kreis.dump())
        assert kreis.rows(CONTACTS) == undisturbed_load.contacts
    assert set(different) <= NEVER_EQUAL
