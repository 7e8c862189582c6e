"""The trend of one figure over up to 13 months, as a small line chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise

from markupsafe import Markup

from kim_pipeline.report.charts import svg
from kim_pipeline.report.charts.clear_place import Course, clear_height
from kim_pipeline.report.charts.plot import least_span
from kim_pipeline.report.charts.scale import Scale, scale_around
from kim_pipeline.report.charts.wrapping import SMALL
from kim_pipeline.report.figures import Cell
from kim_pipeline.report.language import Language

History = Sequence[tuple[date, Cell]]
_WIDTH, _HEIGHT = 256.0, 112.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 5.0, 46.0, 22.0, 30.0


@dataclass(frozen=True)
class Beside:
    """What stands beside a course: its target, its estimated error, the course of the Kreis."""

    target: float | None = None
    error: float = 0.0
    whole: History = ()


def trend(
    language: Language, history: History, unit: str, beside: Beside | None = None
) -> svg.Drawing:
    """Draw the figure month by month: gaps where it is withheld, dotted while provisional."""
    beside = beside or Beside()
    values = [cell.value for _, cell in history if cell.value is not None]
    if not values:
        return svg.Drawing(_WIDTH, 0, svg.join([]))
    least = least_span(unit, values)
    held = _held(values, beside)
    y = scale_around(held, _HEIGHT - _BOTTOM, _TOP, least=least)
    x = Scale(0, max(1, len(history) - 1), _LEFT, _WIDTH - _RIGHT)
    places = _places(history, x, y)
    loose = [cell.provisional for _, cell in history]
    pieces = [
        *_band(places, y, beside.error),
        _axis(language, history, x),
        *_target(y, beside),
        *_whole(beside, x, y),
        *strokes(places, loose),
        *_ends(language, history, (places, _places(beside.whole, x, y))),
    ]
    return svg.Drawing(_WIDTH, _HEIGHT, svg.join(pieces))


def _held(values: list[float], beside: Beside) -> list[float]:
    whole = [cell.value for _, cell in beside.whole if cell.value is not None]
    around = [max(values) + beside.error, max(0.0, min(values) - beside.error)]
    return [*values, *whole, *around, *([] if beside.target is None else [beside.target])]


def _band(places: Sequence[svg.Point | None], y: Scale, error: float) -> list[Markup]:
    """Shade the estimated error around neighbouring months."""
    if not error:
        return []
    high = abs(y(y.low) - y(y.low + error))
    areas = []
    for shown, run in groupby(places, key=lambda place: place is not None):
        at = [place for place in run if place is not None]
        if shown and len(at) > 1:
            upper = [(left, max(2.0, top - high)) for left, top in at]
            lower = [(left, min(_HEIGHT - _BOTTOM + 4, top + high)) for left, top in reversed(at)]
            areas.append(svg.shape([upper + lower], "error-band"))
    return areas


def _target(y: Scale, beside: Beside) -> list[Markup]:
    if beside.target is None:
        return []
    height = y(beside.target)
    return [svg.line((_LEFT, height), (_WIDTH - _RIGHT, height), "target")]


def _whole(beside: Beside, x: Scale, y: Scale) -> list[Markup]:
    """Draw the course of the whole Kreis in grey, behind that of the town."""
    places = _places(beside.whole, x, y)
    return strokes(places, [False] * len(places), "course-grey")


def _places(history: History, x: Scale, y: Scale) -> list[svg.Point | None]:
    return [None if c.value is None else (x(i), y(c.value)) for i, (_, c) in enumerate(history)]


def spark(history: History) -> svg.Drawing:
    """Draw the mere course of a figure, for a table cell."""
    values = [cell.value for _, cell in history if cell.value is not None]
    if len(values) < 2:
        return svg.Drawing(84, 22, svg.join([]))
    y = scale_around(values, 19, 3, least=max(5.0, 0.25 * max(values)))
    x = Scale(0, len(history) - 1, 2, 80)
    places = _places(history, x, y)
    last = [svg.circle(places[-1], 2.6, "fill-data")] if places[-1] else []
    return svg.Drawing(84, 22, svg.join([*strokes(places, [False] * len(places)), *last]))


def _axis(language: Language, history: History, x: Scale) -> Markup:
    base = _HEIGHT - _BOTTOM + 8
    first, last = language.short_month(history[0][0]), language.short_month(history[-1][0])
    pieces = [
        svg.line((_LEFT, base), (_WIDTH - _RIGHT, base), "axis"),
        svg.text((_LEFT, base + 17), first, "muted small"),
    ]
    if len(history) > 1:
        pieces.append(svg.text((_WIDTH - _RIGHT, base + 17), last, "muted small", "end"))
    ticks = [svg.line((x(i), base), (x(i), base + 3), "axis") for i in range(len(history))]
    return svg.join([*pieces, *ticks])


def strokes(
    places: Sequence[svg.Point | None], loose: Sequence[bool], css: str = "course"
) -> list[Markup]:
    """Join neighbouring months; a step that ends in a provisional figure is dotted."""
    steps = [
        (a, b, loose[i + 1])
        for i, (a, b) in enumerate(pairwise(places))
        if a is not None and b is not None
    ]
    runs: list[tuple[bool, list[svg.Point]]] = []
    for dotted, run in groupby(steps, key=lambda step: step[2]):
        for start, end, _ in run:
            if runs and runs[-1][0] == dotted and runs[-1][1][-1] == start:
                runs[-1][1].append(end)
            else:
                runs.append((dotted, [start, end]))
    lonely = [
        svg.circle(place, 2, "fill-data")
        for i, place in enumerate(places)
        if place and not any(places[j] for j in (i - 1, i + 1) if 0 <= j < len(places))
    ]
    lines = [svg.polyline(run, f"{css} loose" if dotted else css) for dotted, run in runs]
    return [*lines, *lonely]


def _ends(language: Language, history: History, courses: Sequence[Course]) -> list[Markup]:
    """Label the first and the last published month with their figures, clear of all courses."""
    places = courses[0]
    shown = [i for i, place in enumerate(places) if place is not None]
    first, last = shown[0], shown[-1]
    pieces = []
    for i in {first, last}:
        place, cell = places[i], history[i][1]
        if place is None or cell.value is None:
            continue
        words = language.number(cell.value)
        if i == last:
            pieces.append(svg.circle(place, 4, "open-data" if cell.provisional else "fill-data"))
            pieces.append(svg.text((place[0] + 9, place[1] + 5), words, "strong accent"))
        else:
            height = clear_height(place, SMALL * len(words) + 5, courses, _HEIGHT - _BOTTOM + 4)
            pieces.append(svg.text((place[0], height), words, "muted small halo"))
    return pieces
