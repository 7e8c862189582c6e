"""The label at the beginning of a course touches no line that passes there."""

from collections.abc import Sequence

import pytest

from kim_pipeline.report.charts.clear_place import Course, clear_height

FLAT: Course = [(0.0, 50.0), (20.0, 50.0), (40.0, 50.0)]
RISING: Course = [(0.0, 50.0), (20.0, 20.0), (40.0, 20.0)]
ABOVE: Course = [(0.0, 42.0), (40.0, 42.0)]


@pytest.mark.parametrize(
    ("courses", "base"),
    [([FLAT], 41.0), ([RISING], 68.0), ([FLAT, ABOVE], 68.0), ([FLAT, [None, (40.0, 42.0)]], 41.0)],
)
def test_a_label_stands_above_its_point_unless_a_line_passes_there(
    courses: Sequence[Course], base: float
) -> None:
    assert clear_height((0.0, 50.0), 15.0, courses, 90.0) == base


def test_a_label_without_room_below_stands_above_all_lines() -> None:
    assert clear_height((0.0, 50.0), 15.0, [FLAT, ABOVE], 60.0) == 37.0
