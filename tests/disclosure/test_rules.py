"""Rules around the noise."""

import csv
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kim_pipeline.disclosure.rules import (
    class_of,
    discloses_group,
    is_recognisable,
    share_percent,
)

VECTORS = Path(__file__).with_name("vectors")


@pytest.mark.parametrize(
    ("numerator", "denominator", "percent"),
    [
        (15, 29, None),
        (0, 0, None),
        (15, 30, 50.0),
        (12, 33, 35.0),
        (40, 99, 40.0),
        (33, 100, 33.0),
        (335, 1000, 34.0),
        (105, 103, 100.0),
        (0, 5000, 0.0),
    ],
)
def test_shares_need_a_base_and_are_rounded_by_it(
    numerator: int, denominator: int, percent: float | None
) -> None:
    assert share_percent(numerator, denominator) == percent


@given(st.integers(0, 5000), st.integers(0, 5000))
def test_a_share_lies_between_0_and_100(numerator: int, denominator: int) -> None:
    percent = share_percent(numerator, denominator)
    assert (percent is None) == (denominator < 30)
    assert percent is None or 0 <= percent <= 100
    assert percent is None or percent % (5 if denominator < 100 else 1) == 0


@given(st.integers(0, 4000), st.integers(0, 2**63 - 1))
def test_days_fall_into_a_neighbouring_class_of_five(days: int, uniform: int) -> None:
    rounded = class_of(days, "days", uniform)
    assert rounded % 5 == 0
    assert abs(rounded - days) < 5


def test_the_class_of_days_is_right_on_average() -> None:
    draws = [i * 2**63 // 1000 for i in range(1000)]
    assert sum(class_of(47, "days", u) for u in draws) / 1000 == pytest.approx(47, abs=0.02)
    assert {class_of(45, "days", u) for u in draws} == {45}


@pytest.mark.parametrize(
    ("counts", "tells"),
    [
        ([], False),
        ([0, 0, 0], False),
        ([1, 0], True),
        ([1, 1], True),
        ([1, 1, 1], False),
        ([2, 1, 0], True),
        ([9, 1], True),
        ([8, 2], False),
        ([95, 5], False),
        ([96, 4], True),
        ([200, 0], True),
    ],
)
def test_a_category_with_nearly_all_members_tells(counts: list[int], tells: bool) -> None:
    assert discloses_group(counts) is tells


def flagged(name: str, row: str, category: str, count: str) -> tuple[set[str], set[str]]:
    """Read a table: rows that give their members away by our rule, rows the program touched."""
    rows: dict[str, list[int]] = defaultdict(list)
    hidden: set[str] = set()
    with (VECTORS / name).open() as file:
        for cell in csv.DictReader(file):
            if "Total" not in {cell[row], cell[category]}:
                rows[cell[row]].append(int(cell[count]))
            hidden |= {cell[row]} if cell["suppressed"] == "TRUE" else set()
    return {name for name, counts in rows.items() if discloses_group(counts)}, hidden


def test_rows_with_attribute_disclosure_are_those_of_an_independent_program() -> None:
    ours, hidden = flagged("kdisclosure_mun_accidents_coal1.csv", "mun", "inj", "freq")
    # k3 gives nothing away itself: there the program hides the partners of other rows.
    assert ours == hidden - {"k3"} == {"k1", "k2", "k5", "k6"}
    for row, category in (("region", "hovedint"), ("hovedint", "region")):
        assert flagged("kdisclosure_z1_coal1.csv", row, category, "ant") == (set(), set())


@pytest.mark.parametrize(("after", "seen"), [(100, False), (104, False), (105, True), (95, True)])
def test_small_changes_cannot_be_recognised(after: int, seen: bool) -> None:
    assert is_recognisable(100, after) is seen
