"""Nobody adds published figures up: totals are protected on their own (T25)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Rooms in which figures that may be shown are read and written out again.
ROOMS = ("kim_pipeline/report", "kim_pipeline/export")
FILES = (
    "kim_pipeline/disclosure/published_tables.py",
    "kim_pipeline/disclosure/quality_tables.py",
    "kim_pipeline/commands/reports.py",
    "kim_pipeline/commands/indicators.py",
    "kim_pipeline/commands/export.py",
    "assets/publish.py",
)
FIGURES = {"value", "numerator", "denominator"}
SUMS = {"sum", "fsum", "cumsum", "accumulate", "reduce", "mean", "fmean"}


def _modules() -> list[Path]:
    rooms = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    return rooms + [ROOT / name for name in FILES if (ROOT / name).exists()]


def _called(node: ast.Call) -> str:
    called = node.func
    return called.attr if isinstance(called, ast.Attribute) else ast.unparse(called)


def _figures(node: ast.AST) -> Iterator[str]:
    """Find figures that are added up; counting the cells for which something holds is no sum."""
    if isinstance(node, ast.Compare):
        return
    if isinstance(node, ast.Attribute) and node.attr in FIGURES:
        yield node.attr
    if isinstance(node, ast.Constant) and node.value in FIGURES:
        yield str(node.value)
    for child in ast.iter_child_nodes(node):
        # Conditions of a comprehension choose what is added, and are not added.
        if not (isinstance(node, ast.comprehension) and child in node.ifs):
            yield from _figures(child)


def _sums(source: str) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _called(node) in SUMS and [*_figures(node)]:
            found.append(f"line {node.lineno}: {_called(node)}")
        if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add):
            found += [f"line {node.lineno}: +=" for _ in _figures(node.value)]
    return found


@pytest.mark.parametrize("path", _modules(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_module_adds_published_figures(path: Path) -> None:
    assert _sums(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("sum(cell.value for cell in towns)", True),
        ("total += cell.numerator", True),
        ("frame['value'].sum()", True),
        ("sa.func.sum(table.c.denominator)", True),
        ("sum(cell.value is not None for cell in towns)", False),
        ("sum(rule.passed for rule in rules if rule.value)", False),
    ],
)
def test_the_search_finds_what_is_added(source: str, found: bool) -> None:
    assert bool(_sums(source)) is found


def test_sql_beside_the_figures_adds_nothing_up() -> None:
    for room in (*ROOMS, "docs/queries"):
        for path in sorted((ROOT / room).rglob("*.sql")):
            text = path.read_text("utf-8").lower()
            assert not ("indicator_value" in text and "sum(" in text), path.name
