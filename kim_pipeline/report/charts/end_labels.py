"""Names and last figures of courses at the right end of their lines, moved apart."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from kim_pipeline.report.charts import svg
from kim_pipeline.report.charts.label_spread import spread
from kim_pipeline.report.charts.time_axis import Room
from kim_pipeline.report.charts.wrapping import SMALL, wrapped

_LINE = 16.0


@dataclass(frozen=True)
class EndLabel:
    """A name with a figure below it, wanted at a height."""

    height: float
    name: str
    words: str
    css: str


def end_labels(labels: Sequence[EndLabel], room: Room) -> Markup:
    """Write the labels right of the plot, their names broken into lines."""
    blocks = [wrapped(label.name, room.right - 14, SMALL) for label in labels]
    most = max(map(len, blocks), default=1)
    gap = _LINE * (most + 1) + 5
    wanted = [label.height for label in labels]
    heights = spread(wanted, gap, room.top, max(room.top, room.base - _LINE * most - 3))
    pieces = []
    for label, lines, at in zip(labels, blocks, heights, strict=True):
        for number, line in enumerate(lines):
            place = (room.end + 10, at + _LINE * number)
            pieces.append(svg.text(place, line, f"small {label.css}"))
        foot = (room.end + 10, at + _LINE * len(lines) + 1)
        pieces.append(svg.text(foot, label.words, f"strong {label.css}"))
    return svg.join(pieces)
