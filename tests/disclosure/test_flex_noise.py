"""Noise of sums: cellKey's flex function is understood to the digit, and ours is never milder.

The reference perturbs a sum by its three largest parts, each with a deviation that falls from a
fifth of small parts to 3 % of very large ones. It may leave a sum as it is; ours may not.
"""

import csv
from bisect import bisect_right
from pathlib import Path

import pytest

from kim_pipeline.disclosure.rules import LEAST_ERROR, MOST_ERROR, error_of_sum

VECTORS = Path(__file__).with_name("vectors")
# As the reference was run: turning point, deviations of small and large parts, exponent, weights.
TURN, OF_SMALL, OF_LARGE, POWER = 1000.0, 0.2, 0.03, 2
WEIGHTS = (1.0, 0.5, 0.3)
PLACES = ("first", "second", "third")
Cell = tuple[str, str]


def _rows(name: str) -> list[dict[str, str]]:
    with (VECTORS / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _cells() -> dict[Cell, dict[str, str]]:
    return {(row["sex"], row["age"]): row for row in _rows("ck_top_incomes.csv")}


def _drawn() -> dict[Cell, list[dict[str, str]]]:
    found: dict[Cell, list[dict[str, str]]] = {}
    for row in _rows("ck_mod_nums_income_flex.csv"):
        found.setdefault((row["sex"], row["age"]), []).append(row)
    return found


def _deviation(part: float) -> float:
    """Give the relative deviation of a part above the turning point."""
    above = (part - TURN) / (part + TURN)
    return OF_SMALL * (1 - above**POWER) + OF_LARGE * (1 - (1 - above) ** POWER)


def _lookup(cell_key: float) -> float:
    """Draw from the last row of the reference's table, which all sums here are far beyond."""
    table = _rows("ck_ptable_nums.csv")
    last = [row for row in table if row["i"] == max(table, key=lambda r: float(r["i"]))["i"]]
    borders = [float(row["p_int_lb"]) for row in last]
    return float(last[bisect_right(borders, cell_key) - 1]["v"])


def _flex_error(cell: Cell) -> float:
    largest = [float(_cells()[cell][place]) for place in PLACES]
    return sum(
        weight * part * _deviation(part) * _lookup(float(drawn["ckey"]))
        for weight, part, drawn in zip(WEIGHTS, largest, _drawn()[cell], strict=True)
    )


def test_the_deviations_of_the_reference_are_recomputed() -> None:
    for cell, drawn in _drawn().items():
        for place, weight, row in zip(PLACES, WEIGHTS, drawn, strict=True):
            part = float(_cells()[cell][place])
            assert weight * part * _deviation(part) == pytest.approx(float(row["x_delta"]))


def test_the_sums_of_the_reference_are_recomputed() -> None:
    for row in _rows("ck_numtab_income_flex.csv"):
        cell = row["sex"], row["age"]
        exact = float(_cells()[cell]["sum"])
        assert exact == float(row["uws"])
        assert exact + _flex_error(cell) == pytest.approx(float(row["pws"]), abs=1e-4)


def test_ours_never_shows_a_sum_as_it_is() -> None:
    flex = {cell: abs(_flex_error(cell)) for cell in _cells()}
    assert min(flex.values()) == 0
    for row in _cells().values():
        largest = float(row["first"])
        errors = [abs(error_of_sum(largest, draw)) for draw in (0, 1, 2**62, 2**63 - 1)]
        assert min(errors) >= LEAST_ERROR * largest > 0
        assert max(errors) <= MOST_ERROR * largest
