"""Hatched rectangles: here is a figure that is not published."""

import math

from markupsafe import Markup

from kim_pipeline.report.charts import svg

_STEP = 6.0


def hatched(corner: svg.Point, width: float, height: float) -> Markup:
    """Hatch a rectangle with lines of its own, as a pattern would need an id in every drawing."""
    left, top = corner
    lines = []
    for number in range(1, math.ceil((width + height) / _STEP)):
        along = number * _STEP
        start = (left + max(0.0, along - height), top + min(along, height))
        end = (left + min(along, width), top + max(0.0, along - width))
        lines.append((start, end))
    return svg.shape(lines, "hatch", closed=False)
