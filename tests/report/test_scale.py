"""Scales hold their values, do not inflate small movements, and tick on round figures."""

from hypothesis import given
from hypothesis import strategies as st

from kim_pipeline.report.charts.scale import Scale, classes, scale_around

VALUES = st.lists(st.floats(min_value=0, max_value=1e6), min_size=1, max_size=20)


@given(VALUES, st.floats(min_value=1, max_value=100))
def test_all_values_lie_on_a_scale_of_the_least_span(values: list[float], least: float) -> None:
    scale = scale_around(values, 0, 100, least=least)
    assert all(-1e-6 <= scale(value) <= 100 + 1e-6 for value in values)
    assert scale.low >= 0
    assert scale.high - scale.low >= least


@given(VALUES)
def test_class_borders_rise_and_lie_within(values: list[float]) -> None:
    borders = classes(values)
    assert len(borders) <= 3
    assert list(borders) == sorted(set(borders))
    assert all(min(values) < border < max(values) + 1 for border in borders)


def test_ticks_are_round() -> None:
    assert Scale(9.2, 26, 0, 100).ticks() == (10, 15, 20, 25)
    assert Scale(0, 100, 0, 100).ticks(2) == (0, 50, 100)
