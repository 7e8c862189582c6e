"""The course of one figure over the months with its target and its estimated error."""

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from kim_pipeline.report.charts import svg
from kim_pipeline.report.charts.label_spread import spread
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
from kim_pipeline.report.charts.time_axis import Room, axes, gaps, places, runs
from kim_pipeline.report.charts.trend import strokes
from kim_pipeline.report.document import Column, Line, Table
from kim_pipeline.report.figures import Cell
from kim_pipeline.report.language import Language
from kim_pipeline.report.targets import target_words
from kim_pipeline.steering import Target

_WIDE = Room(HALF, 240, right=84, every=3)
_NARROW = Room(NARROW, 230, right=80, every=6)


@dataclass(frozen=True)
class Course:
    """A figure month by month, oldest first.

    `error` is the estimated error of a linked figure to either side, in its unit; None where there
    is no estimate.
    """

    months: tuple[date, ...]
    cells: tuple[Cell, ...]
    unit: str
    target: Target | None = None
    error: float | None = None


def target_trend(language: Language, label: Label, course: Course) -> Plot:
    """Draw the course with the dashed target and the band of error; gaps are hatched."""
    drawings = Drawings(_drawn(language, course, _WIDE), _drawn(language, course, _NARROW))
    legend = _legend(language, course)
    return plot(
        label, _description(language, course), drawings, _table(language, label, course), legend
    )


def _drawn(language: Language, course: Course, room: Room) -> svg.Drawing:
    values = [cell.value for cell in course.cells if cell.value is not None]
    if not values:
        return svg.Drawing(room.width, 0, Markup(""))
    y = _scale(course, room, values)
    x = room.months(len(course.cells))
    at = places(course.cells, x, y)
    loose = [cell.provisional for cell in course.cells]
    pieces = [
        gaps(course.cells, room),
        _band(course, x, y),
        axes(language, course.months, room, y, course.unit),
        *strokes(at, loose),
        _labels(language, course, room, y),
    ]
    return svg.Drawing(room.width, room.height, svg.join(pieces))


def _scale(course: Course, room: Room, values: list[float]) -> Scale:
    error = course.error or 0.0
    held = [*values, max(values) + error, max(0.0, min(values) - error)]
    if course.target:
        held.append(course.target.value)
    return scale_around(held, room.base, room.top, least=least_span(course.unit, values))


def _band(course: Course, x: Scale, y: Scale) -> Markup:
    """Shade the estimated error around the published figures."""
    if not course.error:
        return Markup("")
    areas = []
    for run in runs([cell.value is not None for cell in course.cells]):
        around = [(x(i), course.cells[i].value or 0.0) for i in run]
        upper = [(at, y(min(y.high, value + course.error))) for at, value in around]
        lower = [(at, y(max(y.low, value - course.error))) for at, value in reversed(around)]
        areas.append(svg.shape([upper + lower], "error-band"))
    return svg.join(areas)


def _labels(language: Language, course: Course, room: Room, y: Scale) -> Markup:
    """Write the last published figure and the target at the right end, apart from each other."""
    x = room.months(len(course.cells))
    last = max(i for i, cell in enumerate(course.cells) if cell.value is not None)
    cell = course.cells[last]
    height = y(cell.value or 0.0)
    words = short(language, cell, course.unit)
    pieces, wanted = [], []
    if last == len(course.cells) - 1:
        wanted.append((height, words, "strong accent"))
    else:
        pieces.append(svg.text((x(last), height - 10), words, "strong accent halo", "middle"))
    if course.target:
        line = y(course.target.value)
        pieces.append(svg.line((room.left, line), (room.end, line), "target"))
        value = Cell("published", course.target.value)
        goal = language.text("charts.target.short", value=short(language, value, course.unit))
        wanted.append((line, goal, "small"))
    heights = spread([entry[0] for entry in wanted], 17, room.top - 6, room.base)
    pieces.append(
        svg.circle((x(last), height), 4.5, "open-data" if cell.provisional else "fill-data")
    )
    for (_, words, css), at in zip(wanted, heights, strict=True):
        pieces.append(svg.text((room.end + 10, at + 5), words, css))
    return svg.join(pieces)


def _legend(language: Language, course: Course) -> Legend:
    signs = list(cell_signs(language, list(course.cells)))
    if course.target:
        words = target_words(language, course.target, course.unit)
        text = language.text("charts.target.sign", target=words, day=language.day(course.target.by))
        signs.insert(0, ("sign-line target-sign", text))
    if course.error:
        error = language.difference(course.error, course.unit)
        signs.append(("error-band", language.text("charts.signs.error", error=error)))
    return tuple(signs)


def _description(language: Language, course: Course) -> str:
    shown = [
        (m, c) for m, c in zip(course.months, course.cells, strict=True) if c.value is not None
    ]
    if not shown:
        return language.text("charts.nothing")
    (first, before), (last, now) = shown[0], shown[-1]
    words = language.text(
        "charts.trend.description",
        first_month=language.month(first),
        first=said(language, before, course.unit),
        last_month=language.month(last),
        last=said(language, now, course.unit),
    )
    if course.target:
        goal = target_words(language, course.target, course.unit)
        words += " " + language.text("charts.trend.target", target=goal)
    return f"{words} {language.text('charts.see_table')}"


def _table(language: Language, label: Label, course: Course) -> Table:
    lines = tuple(
        Line(language.month(month), (cell,))
        for month, cell in zip(course.months, course.cells, strict=True)
    )
    column = Column(language.text("charts.value"), course.unit)
    return Table(label.name, label.title, language.text("words.month"), (column,), lines)
