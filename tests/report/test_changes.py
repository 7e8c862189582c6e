"""A change is told only when it is more than noise and rounding."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kim_pipeline.indicators.kinds import UNITS
from kim_pipeline.report.changes import differs
from kim_pipeline.report.figures import Cell

COUNTS = st.integers(min_value=0, max_value=10_000)


def count(value: int) -> Cell:
    return Cell("published", float(value), value)


def share(numerator: int, denominator: int) -> Cell:
    step = 1 if denominator >= 100 else 5
    value = step * int(100 * numerator / denominator / step + 0.5)
    return Cell("published", float(value), numerator, denominator)


@given(COUNTS, COUNTS)
def test_counts_differ_from_five_on(one: int, other: int) -> None:
    assert differs("persons", count(one), count(other)) == (abs(one - other) >= 5)


@pytest.mark.parametrize(
    ("now", "before", "recognisable"),
    [
        (share(200, 1000), share(170, 1000), True),
        (share(204, 1000), share(196, 1000), False),  # less than a point: rounding
        (share(24, 120), share(21, 120), False),  # three persons: noise
        (share(27, 120), share(21, 120), True),
        (share(15, 60), share(13, 60), False),
        (share(20, 60), share(13, 60), True),
    ],
)
def test_shares_differ_by_step_and_persons(now: Cell, before: Cell, *, recognisable: bool) -> None:
    assert differs("percent", now, before) is recognisable


def test_one_class_of_days_may_be_rounding() -> None:
    assert not differs("days", Cell("published", 405.0), Cell("published", 400.0))
    assert differs("days", Cell("published", 410.0), Cell("published", 400.0))


def test_one_class_of_months_may_be_rounding() -> None:
    assert not differs("months", Cell("published", 27.0), Cell("published", 24.0))
    assert differs("months", Cell("published", 30.0), Cell("published", 24.0))


def test_a_load_differs_by_its_persons() -> None:
    before = Cell("published", 50.0, 800)
    assert differs("persons_per_post", Cell("published", 51.0, 810), before)
    assert not differs("persons_per_post", Cell("published", 50.0, 807), before)
    assert not differs("persons_per_post", Cell("published", 51.0, 803), before)


@pytest.mark.parametrize("unit", UNITS)
def test_nothing_differs_from_a_withheld_figure(unit: str) -> None:
    assert not differs(unit, Cell("withheld"), count(100))
    assert not differs(unit, count(100), Cell("structural_zero"))
