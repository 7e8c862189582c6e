"""Who may import whom: the floors of the house, from the ground up."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("kim_pipeline", "sources", "assets", "quality_checks")
LONGEST = 250
DAGSTER_ROOMS = ("assets", "quality_checks", "kim_pipeline.definitions", "kim_pipeline.commands")
# Floors within kim_pipeline; a room may use its own floor's rooms as listed, and all lower floors.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("errors", "settings", "periods"),
    ("privacy", "kreis", "steering"),
    ("warehouse",),
    ("core", "linkage", "indicators"),
    ("disclosure",),
    ("report", "export"),
)
# Rooms of sources, in the order in which a delivery passes through them.
WAY_IN = (
    "contracts",
    "readers",
    "transports",
    "receiving",
    "sealed",
    "incoming",
    "accepting",
    "feedback",
    "authoring",
)
ENTRANCES = ("definitions", "commands", "cli")


@cache
def _modules() -> dict[str, Path]:
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = path
    return found


@cache
def _imports(name: str) -> frozenset[str]:
    """List what of the project a module imports, wherever the import stands, with its line."""
    found = set()
    for node in ast.walk(ast.parse(_modules()[name].read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports relatively"
            found |= {str(node.module)} | {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(found)


def _ours(name: str) -> Iterator[str]:
    yield from (i for i in _imports(name) if i in _modules() and i != name)


def _room(module: str) -> str:
    """Name the package outside kim_pipeline, or the part of it, a module belongs to."""
    parts = module.split(".")
    return parts[1] if parts[0] == "kim_pipeline" and len(parts) > 1 else parts[0]


def _floor(room: str) -> int:
    return next(number for number, rooms in enumerate(FLOORS) if room in rooms)


def _is_inner(module: str) -> bool:
    return module.startswith("kim_pipeline.") and _room(module) not in (*ENTRANCES, "simulation")


ALL = sorted(_modules())
INNER = [module for module in ALL if _is_inner(module)]


def test_there_is_a_house() -> None:
    assert len(INNER) > 80
    assert {_room(m) for m in INNER} == {room for floor in FLOORS for room in floor}


@pytest.mark.parametrize("module", INNER)
def test_no_arrow_runs_up_the_floors(module: str) -> None:
    own = _floor(_room(module))
    higher = [i for i in _ours(module) if not _is_inner(i) or _floor(_room(i)) > own]
    assert [i for i in higher if i != "kim_pipeline"] == []


@pytest.mark.parametrize("module", [m for m in INNER if _floor(_room(m)) == 3])
def test_linkage_and_indicators_do_not_know_each_other(module: str) -> None:
    pairs = {(_room(module), _room(i)) for i in _ours(module)}
    assert pairs.isdisjoint({("linkage", "indicators"), ("indicators", "linkage")})


@pytest.mark.parametrize("module", [m for m in ALL if _room(m) == "sources"])
def test_sources_know_nothing_of_the_way(module: str) -> None:
    assert [i for i in _ours(module) if i.split(".")[0] in ("assets", "quality_checks")] == []
    assert [i for i in _ours(module) if _room(i) in (*ENTRANCES, "simulation")] == []


@pytest.mark.parametrize("module", [m for m in ALL if m.startswith("sources.")])
def test_sources_follow_the_way(module: str) -> None:
    own = WAY_IN.index(module.split(".")[1])
    later = [i for i in _ours(module) if i.startswith("sources.")]
    assert [i for i in later if WAY_IN.index(i.split(".")[1]) > own] == []


@pytest.mark.parametrize("module", [m for m in ALL if _room(m) in ("assets", "quality_checks")])
def test_the_way_knows_nothing_of_its_entrances(module: str) -> None:
    assert [i for i in _ours(module) if _room(i) in (*ENTRANCES, "simulation")] == []
    if _room(module) == "assets":
        assert [i for i in _ours(module) if _room(i) == "quality_checks"] == []


@pytest.mark.parametrize("module", [m for m in ALL if _room(m) == "simulation"])
def test_the_simulation_is_the_outside_world(module: str) -> None:
    assert [i for i in _ours(module) if _room(i) not in ("simulation", "kim_pipeline")] == []


def test_only_two_commands_know_the_simulation() -> None:
    others = [m for m in ALL if _room(m) != "simulation"]
    users = {m for m in others for i in _ours(m) if _room(i) == "simulation"}
    assert users <= {"kim_pipeline.commands.simulate", "kim_pipeline.commands.demo"}


def test_dagster_lives_in_its_rooms_alone() -> None:
    users = {m for m in ALL for i in _imports(m) if i.split(".")[0].startswith("dagster")}
    assert [m for m in sorted(users) if not m.startswith(DAGSTER_ROOMS)] == []


def test_great_expectations_is_imported_by_calls_only() -> None:
    for module in ALL:
        tree = ast.parse(_modules()[module].read_text("utf-8"))
        top = [n for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
        assert "great_expectations" not in " ".join(map(ast.unparse, top)), module


def test_a_contract_is_read_without_dagster_or_great_expectations() -> None:
    program = "import json, sys, sources.contracts.contract; print(json.dumps([*sys.modules]))"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, cwd=ROOT, check=True)
    heavy = {"dagster", "great_expectations", "splink", "duckdb"}
    assert heavy.isdisjoint(json.loads(done.stdout))


@pytest.mark.parametrize("module", ALL)
def test_a_package_says_nothing_and_a_module_is_short(module: str) -> None:
    path = _modules()[module]
    text = path.read_text("utf-8")
    if path.name == "__init__.py":
        assert text == ""
    if "versions" not in path.parts:
        assert text.count("\n") <= LONGEST


def test_nothing_imports_in_a_circle() -> None:
    """Look for a module that reaches itself over imports at the top of modules."""
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, " → ".join((*trail, module))
        if module not in done:
            for used in _ours(module):
                if _modules()[used].name != "__init__.py":
                    visit(used, (*trail, module))
            done.add(module)

    for module in ALL:
        visit(module, ())
