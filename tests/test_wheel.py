"""The wheel holds everything the installed product needs, and works away from the repository."""

import json
import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from sources.contracts.contract import load_contracts

ROOT = Path(__file__).parents[1]
PACKAGES = ("assets", "kim_pipeline", "quality_checks", "sources")
NOT_SHIPPED = {"__pycache__"}

USE = """
import importlib, json, pkgutil, sys
packages = {packages!r}
imported = []
for name in packages:
    package = importlib.import_module(name)
    imported.append(name)
    for found in pkgutil.walk_packages(package.__path__, name + "."):
        if ".migrations." not in found.name:
            importlib.import_module(found.name)
            imported.append(found.name)
from kim_pipeline.core.definitions import read_definitions
from kim_pipeline.disclosure.ptable import read_ptable
from kim_pipeline.indicators.catalogue import read_catalogue
from kim_pipeline.indicators.labels import read_labels
from kim_pipeline.linkage.models import model_in_use
from kim_pipeline.linkage.model import shipped_model
from kim_pipeline.report.language import read_language
from kim_pipeline.simulation.place import Place, Town
from kim_pipeline.simulation.world import invent_world
from sources.contracts.code_lists import codes
from sources.contracts.contract import load_contracts
from datetime import date
world = invent_world(
    Place("K", (Town("05999004", "T", 1.0),)), persons=20, first_month=date(2025, 8, 1),
    months=1, seed=1, progress=print,
)
print(json.dumps({{
    "places": sorted({{sys.modules[name].__file__ for name in packages}}),
    "modules": len(imported),
    "contracts": [contract.source for contract in load_contracts()],
    "ptable": read_ptable().version,
    "definitions": bool(read_definitions().as_values()),
    "indicators": len(read_catalogue().indicators),
    "labels": bool(read_labels().dimensions),
    "model": shipped_model().version,
    "title": read_language("de").text("page.skip"),
    "nationalities": len(codes("nationalities")),
}}))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of the sources so that the tree stays clean."""
    folder = tmp_path_factory.mktemp("wheel")
    _copy(folder / "tree")
    _run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder),
         cwd=folder / "tree")  # fmt: skip
    (built,) = folder.glob("*.whl")
    return built


def _copy(target: Path) -> None:
    """Copy what git knows or would know."""
    listed = _run("git", "ls-files", "--cached", "--others", "--exclude-standard", cwd=ROOT)
    for name in listed.splitlines():
        origin = ROOT / name
        if origin.is_file() and not name.startswith(("tests/", "docs/")):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            (target / name).write_bytes(origin.read_bytes())


def _run(*command: str, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, check=False,
        env={**os.environ, **environment},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_the_wheel_holds_every_file_of_its_packages_and_nothing_else(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    wanted = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and not NOT_SHIPPED & set(path.parts)
    }
    assert held == wanted


def test_the_installed_wheel_works_elsewhere(wheel: Path, tmp_path: Path) -> None:
    target = tmp_path / "installed"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    _run(*install, "--disable-pip-version-check", "--target", str(target), str(wheel), cwd=tmp_path)
    out = _run(
        sys.executable, "-c", USE.format(packages=PACKAGES), cwd=tmp_path, PYTHONPATH=str(target)
    )
    facts = json.loads(out.splitlines()[-1])
    assert [Path(place).is_relative_to(target) for place in facts["places"]] == [True] * 4
    assert facts["contracts"] == [contract.source for contract in load_contracts()]
    assert facts["modules"] > 150
    assert facts["indicators"] >= 12
    assert facts["nationalities"] > 190
    assert all(facts.values())


def test_the_installed_wheel_has_the_kim_command(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        (entry,) = [n for n in archive.namelist() if n.endswith("entry_points.txt")]
        assert "kim = kim_pipeline.cli:main" in archive.read(entry).decode()
