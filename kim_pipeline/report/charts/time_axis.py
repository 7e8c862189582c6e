"""Charts over months: their room, their axes, runs without a gap, and the months not published."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from kim_pipeline.report.charts import svg
from kim_pipeline.report.charts.hatching import hatched
from kim_pipeline.report.charts.plot import axis_words, tick_words
from kim_pipeline.report.charts.scale import Scale
from kim_pipeline.report.figures import Cell
from kim_pipeline.report.language import Language


@dataclass(frozen=True)
class Room:
    """The measures of a drawing over months, in drawing units."""

    width: float
    height: float
    right: float
    every: int
    left: float = 46.0
    top: float = 30.0
    bottom: float = 32.0

    @property
    def end(self) -> float:
        """Give where the plot ends and the labels begin."""
        return self.width - self.right

    @property
    def base(self) -> float:
        """Give the height of the month axis."""
        return self.height - self.bottom

    def months(self, count: int) -> Scale:
        """Give the scale of the months, by their number from 0."""
        return Scale(0, max(1, count - 1), self.left, self.end)


def axes(language: Language, months: Sequence[date], room: Room, y: Scale, unit: str) -> Markup:
    """Draw the grid with its figures, the month axis, and what the figures count."""
    pieces = [svg.text((0, 12), axis_words(language, y, unit), "muted tiny")]
    for tick in y.ticks(4):
        pieces.append(svg.line((room.left, y(tick)), (room.end, y(tick)), "axis"))
        words = tick_words(language, tick, unit)
        pieces.append(svg.text((room.left - 8, y(tick) + 4), words, "muted tiny tick", "end"))
    pieces.append(svg.line((room.left, room.base), (room.end, room.base), "axis-strong"))
    x, last = room.months(len(months)), len(months) - 1
    for number, month in enumerate(months):
        pieces.append(svg.line((x(number), room.base), (x(number), room.base + 4), "axis-strong"))
        if number == last or (number % room.every == 0 and last - number >= room.every - 1):
            words = language.short_month(month)
            place = (x(number), room.base + 20)
            pieces.append(svg.text(place, words, "muted tiny when", "middle"))
    return svg.join(pieces)


def gaps(cells: Sequence[Cell], room: Room) -> Markup:
    """Hatch the months whose figure is not published."""
    x = room.months(len(cells))
    half = 0.35 * (x(1) - x(0))
    strips = []
    for number, cell in enumerate(cells):
        if cell.status == "withheld":
            left, right = max(room.left, x(number) - half), min(room.end, x(number) + half)
            strips.append(hatched((left, room.top), right - left, room.base - room.top))
    return svg.join(strips)


def places(cells: Sequence[Cell], x: Scale, y: Scale) -> list[svg.Point | None]:
    """Place the published figures; None where there is none."""
    return [
        None if cell.value is None else (x(number), y(cell.value))
        for number, cell in enumerate(cells)
    ]


def runs(there: Sequence[bool]) -> Iterator[range]:
    """Walk the stretches without a gap."""
    start = None
    for number, holds in enumerate([*there, False]):
        if holds and start is None:
            start = number
        elif not holds and start is not None:
            yield range(start, number)
            start = None
