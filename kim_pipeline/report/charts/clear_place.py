"""Where a label at the beginning of a course stands clear of the lines that pass there."""

from collections.abc import Sequence
from itertools import pairwise

from kim_pipeline.report.charts.svg import Point

_ABOVE, _BELOW, _TALL, _GAP = 9.0, 18.0, 11.0, 2.0
_PROBES = 6

Course = Sequence[Point | None]


def clear_height(at: Point, width: float, courses: Sequence[Course], floor: float) -> float:
    """Give the base line of a label that begins at a point: above it, below it, or above all.

    `floor` is the lowest base line there is room for.
    """
    passed = [height for course in courses for height in _heights(course, at[0], at[0] + width)]
    for base in (at[1] - _ABOVE, at[1] + _BELOW):
        if base <= floor and not any(
            base - _TALL - _GAP < height < base + _GAP for height in passed
        ):
            return base
    return max(_TALL, min([at[1], *passed]) - _GAP - 3)


def _heights(course: Course, left: float, right: float) -> list[float]:
    """Give heights of a course between two places, close enough to catch its slopes."""
    found = []
    for start, end in pairwise(course):
        if start is None or end is None or end[0] < left or start[0] > right:
            continue
        for probe in range(_PROBES + 1):
            part = probe / _PROBES
            place = start[0] + part * (end[0] - start[0])
            if left <= place <= right:
                found.append(start[1] + part * (end[1] - start[1]))
    return found
