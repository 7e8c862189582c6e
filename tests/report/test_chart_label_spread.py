"""Labels are moved apart within their room, as little as possible."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kim_pipeline.report.charts.label_spread import spread

heights = st.lists(st.floats(0, 500), max_size=12)


@given(heights)
def test_labels_keep_their_gap_their_order_and_their_room(wanted: list[float]) -> None:
    places = spread(wanted, 20, 0, 500)
    assert all(-1e-6 <= place <= 500 + 1e-6 for place in places)
    ordered = sorted(range(len(wanted)), key=lambda i: (wanted[i], i))
    steps = [places[b] - places[a] for a, b in pairwise(ordered)]
    assert all(step >= 20 - 1e-6 for step in steps)


@given(heights)
def test_a_gap_that_does_not_fit_shrinks(wanted: list[float]) -> None:
    places = spread(wanted, 400, 0, 500)
    assert all(-1e-6 <= place <= 500 + 1e-6 for place in places)


def test_labels_with_room_stay_where_they_are() -> None:
    assert spread([300, 10, 100], 20, 0, 500) == (300, 10, 100)


def test_two_labels_on_one_place_move_by_half_the_gap_each() -> None:
    assert spread([100, 100], 20, 0, 500) == (90, 110)
