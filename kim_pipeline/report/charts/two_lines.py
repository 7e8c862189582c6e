"""Two courses in one chart, what comes in and what goes out, with the difference shaded."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from markupsafe import Markup

from kim_pipeline.report.charts import svg
from kim_pipeline.report.charts.end_labels import EndLabel, end_labels
from kim_pipeline.report.charts.plot import (
    HALF,
    NARROW,
    Drawings,
    Label,
    Legend,
    Plot,
    cell_signs,
    least_span,
    plot,
    said,
    short,
)
from kim_pipeline.report.charts.scale import Scale, scale_around
from kim_pipeline.report.charts.time_axis import Room, axes, gaps, places
from kim_pipeline.report.charts.trend import strokes
from kim_pipeline.report.document import Column, Line, Table
from kim_pipeline.report.figures import Cell
from kim_pipeline.report.language import Language

_WIDE = Room(HALF, 260, right=116, every=3)
_NARROW = Room(NARROW, 250, right=114, every=6)


@dataclass(frozen=True)
class Strand:
    """One of the two courses, by its name."""

    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Pair:
    """Two courses over the same months and in one unit; `main` is drawn in the data colour."""

    months: tuple[date, ...]
    main: Strand
    other: Strand
    unit: str


def two_lines(language: Language, label: Label, pair: Pair) -> Plot:
    """Draw both courses; light blue where the main one is above, light grey where it is below."""
    drawings = Drawings(_drawn(language, pair, _WIDE), _drawn(language, pair, _NARROW))
    return plot(
        label, _description(language, pair), drawings, _table(language, label, pair),
        _legend(language, pair),
    )  # fmt: skip


def _drawn(language: Language, pair: Pair, room: Room) -> svg.Drawing:
    strands = (pair.other, pair.main)
    values = [cell.value for s in strands for cell in s.cells if cell.value is not None]
    if not values:
        return svg.Drawing(room.width, 0, Markup(""))
    least = least_span(pair.unit, values)
    y = scale_around(values, room.base, room.top, least=least)
    x = room.months(len(pair.months))
    pieces = [gaps(s.cells, room) for s in strands]
    pieces.extend(_shades(pair, x, y))
    pieces.append(axes(language, pair.months, room, y, pair.unit))
    for strand, css in zip(strands, ("course-grey", "course"), strict=True):
        loose = [cell.provisional for cell in strand.cells]
        pieces.extend(strokes(places(strand.cells, x, y), loose, css))
    pieces.append(_ends(language, pair, room, y))
    return svg.Drawing(room.width, room.height, svg.join(pieces))


def _shades(pair: Pair, x: Scale, y: Scale) -> Iterator[Markup]:
    """Shade the difference between neighbouring months that have both figures."""
    both = list(zip(pair.main.cells, pair.other.cells, strict=True))
    for number, ((m0, o0), (m1, o1)) in enumerate(pairwise(both)):
        if None in (m0.value, o0.value, m1.value, o1.value):
            continue
        step = _Step(x(number), x(number + 1), y)
        yield from step.shades((m0.value or 0, m1.value or 0), (o0.value or 0, o1.value or 0))


@dataclass(frozen=True)
class _Step:
    """The way from one month to the next."""

    left: float
    right: float
    y: Scale

    def shades(self, main: tuple[float, float], other: tuple[float, float]) -> Iterator[Markup]:
        """Draw the difference, in two parts where the lines cross."""
        before, after = main[0] - other[0], main[1] - other[1]
        if before * after >= 0:
            corners = (
                self._side(self.left, main[0], other[0]),
                self._side(self.right, main[1], other[1]),
            )
            yield self._area(corners[0] + corners[1][::-1], before + after)
            return
        part = before / (before - after)
        meet = main[0] + part * (main[1] - main[0])
        tip = (self.left + part * (self.right - self.left), self.y(meet))
        yield self._area([*self._side(self.left, main[0], other[0]), tip], before)
        yield self._area([*self._side(self.right, main[1], other[1]), tip], after)

    def _side(self, at: float, one: float, other: float) -> list[svg.Point]:
        return [(at, self.y(one)), (at, self.y(other))]

    def _area(self, corners: list[svg.Point], difference: float) -> Markup:
        return svg.shape([corners], "difference-above" if difference >= 0 else "difference-below")


def _ends(language: Language, pair: Pair, room: Room, y: Scale) -> Markup:
    """Draw the last dots and write name and last figure of both courses beside them."""
    labels, pieces = [], []
    for strand, css, dot in ((pair.main, "accent", "data"), (pair.other, "", "grey")):
        cell = strand.cells[-1]
        shown = [c.value for c in strand.cells if c.value is not None]
        height = y(shown[-1]) if shown else room.base
        labels.append(EndLabel(height, strand.name, short(language, cell, pair.unit), css))
        if cell.value is not None:
            style = f"open-{dot}" if cell.provisional else f"fill-{dot}"
            pieces.append(svg.circle((room.end, y(cell.value)), 4.5, style))
    return svg.join([*pieces, end_labels(labels, room)])


def _legend(language: Language, pair: Pair) -> Legend:
    """Name the shades that occur, and the signs of cells."""
    both = zip(pair.main.cells, pair.other.cells, strict=True)
    differences = [
        one.value - other.value
        for one, other in both
        if one.value is not None and other.value is not None
    ]
    shades = {"above": max(differences, default=0) > 0, "below": min(differences, default=0) < 0}
    return (
        *(
            (f"difference-{side}", language.text(f"charts.two_lines.{side}", main=pair.main.name))
            for side, occurs in shades.items()
            if occurs
        ),
        *cell_signs(language, [*pair.main.cells, *pair.other.cells]),
    )


def _description(language: Language, pair: Pair) -> str:
    words = language.text(
        "charts.two_lines.description",
        month=language.month(pair.months[-1]),
        main=pair.main.name,
        main_value=said(language, pair.main.cells[-1], pair.unit),
        other=pair.other.name,
        other_value=said(language, pair.other.cells[-1], pair.unit),
    )
    return f"{words} {language.text('charts.see_table')}"


def _table(language: Language, label: Label, pair: Pair) -> Table:
    columns = tuple(Column(strand.name, pair.unit) for strand in (pair.main, pair.other))
    lines = tuple(
        Line(language.month(month), (one, other))
        for month, one, other in zip(pair.months, pair.main.cells, pair.other.cells, strict=True)
    )
    return Table(label.name, label.title, language.text("words.month"), columns, lines)
