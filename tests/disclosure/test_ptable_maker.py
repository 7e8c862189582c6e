"""Making perturbation tables: equal to the tables of independent programs."""

import csv
import re
from collections import defaultdict
from pathlib import Path

import pytest

from kim_pipeline.disclosure.ptable import read_ptable
from kim_pipeline.disclosure.ptable_maker import (
    VERSION,
    NoiseRow,
    Parameters,
    make_rows,
    thresholds,
    write_ptable,
)
from kim_pipeline.errors import DisclosureError

VECTORS = Path(__file__).with_name("vectors")
TABLES = sorted(p.name for p in VECTORS.glob("ptable_*.csv"))


def expected(name: str) -> dict[int, dict[int, float]]:
    rows: dict[int, dict[int, float]] = defaultdict(dict)
    with (VECTORS / name).open() as file:
        for row in csv.DictReader(file):
            rows[int(row["i"])][int(row["v"])] = float(row["p"])
    return rows


def assert_equal(rows: tuple[NoiseRow, ...], name: str) -> None:
    for count, probabilities in expected(name).items():
        made = dict(zip(rows[count].noise, rows[count].probabilities, strict=True))
        assert set(made) == set(probabilities)
        assert all(abs(made[v] - p) < 1e-6 for v, p in probabilities.items())
    assert len(rows) == len(expected(name))


@pytest.mark.parametrize("name", TABLES)
def test_tables_equal_those_of_ptable(name: str) -> None:
    found = re.fullmatch(r"ptable_D(\d+)_V([\d.]+)_js(\d+)\.csv", name)
    assert found
    deviation, variance, blocked = int(found[1]), float(found[2]), int(found[3])
    assert_equal(make_rows(Parameters(deviation, variance, blocked)), name)


def test_the_example_of_ptable_with_one_row_not_rising() -> None:
    rising = (True, True, False, True)
    assert_equal(make_rows(Parameters(2, 1.05, 1, rising)), "pt_ex_cnts.csv")


def test_the_table_of_the_cellkey_example_with_half_of_the_counts_unchanged() -> None:
    rows = make_rows(Parameters(5, 3, 2, stay=0.5))
    assert_equal(rows, "ck_ptable_D5V3js2_pstay05.csv")


@pytest.mark.parametrize(("deviation", "variance", "blocked"), [(4, 2, 2), (5, 2, 2), (3, 1, 2)])
def test_impossible_parameters_are_refused(deviation: int, variance: float, blocked: int) -> None:
    with pytest.raises(DisclosureError, match="allow more variance"):
        make_rows(Parameters(deviation, variance, blocked))


def test_noise_is_unbiased_bounded_and_never_gives_one_or_two() -> None:
    for count, row in enumerate(make_rows(Parameters(7, 3, 2))):
        pairs = list(zip(row.noise, row.probabilities, strict=True))
        assert abs(sum(v * p for v, p in pairs)) < 1e-7
        assert sum(v * v * p for v, p in pairs) < 3 + 1e-7
        assert max(map(abs, row.noise)) <= 7
        assert not {count + v for v in row.noise} & {-1, 1, 2}


def test_large_counts_have_symmetric_noise() -> None:
    row = make_rows(Parameters(7, 3, 2))[-1]
    assert row.noise == tuple(range(-7, 8))
    pairs = zip(row.probabilities, reversed(row.probabilities), strict=True)
    assert all(abs(a - b) < 1e-6 for a, b in pairs)


def test_the_shipped_table_is_what_the_maker_makes_up_to_solver_noise(tmp_path: Path) -> None:
    shipped = read_ptable()
    rows = make_rows(Parameters(7, 3, 2))
    assert shipped.version == VERSION
    for count, row in enumerate(rows):
        assert shipped.noise[count].tolist() == list(row.noise)
        made = thresholds(row)
        assert made[-1] == int(shipped.thresholds[count][-1]) == 2**63
        close = zip(made, shipped.thresholds[count].tolist(), strict=True)
        assert all(abs(a - b) < 2**63 * 1e-6 for a, b in close)
    write_ptable(tmp_path / "ptable.json", Parameters(2, 1, 0), "small")
    assert '"version": "small"' in (tmp_path / "ptable.json").read_text()
