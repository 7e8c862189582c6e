"""The trend of one figure over up to 13 months, as a small line chart."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby, pairwise

from markupsafe import Markup

from kim_pipeline.report import svg
from kim_pipeline.report.figures import Cell
from kim_pipeline.report.language import Language
from kim_pipeline.report.scale import Scale, scale_around

History = Sequence[tuple[date, Cell]]
_WIDTH, _HEIGHT = 256.0, 112.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 5.0, 46.0, 22.0, 30.0
# The least height of the axis in a figure's unit: smaller movements stay small to the eye.
_LEAST_SPAN = {"percent": 8.0, "days": 40.0, "persons": 60.0}


def trend(language: Language, history: History, unit: str) -> svg.Drawing:
    """Draw the figure month by month: gaps where it is withheld, dotted while provisional."""
    values = [cell.value for _, cell in history if cell.value is not None]
    if not values:
        return svg.Drawing(_WIDTH, 0, svg.join([]))
    least = max(_LEAST_SPAN.get(unit, 1.0), 0.2 * max(values))
    y = scale_around(values, _HEIGHT - _BOTTOM, _TOP, least=least)
    x = Scale(0, max(1, len(history) - 1), _LEFT, _WIDTH - _RIGHT)
    places = [None if c.value is None else (x(i), y(c.value)) for i, (_, c) in enumerate(history)]
    loose = [cell.provisional for _, cell in history]
    pieces = [_axis(language, history, x), *_strokes(places, loose)]
    return svg.Drawing(_WIDTH, _HEIGHT, svg.join([*pieces, *_ends(language, history, places)]))


def spark(history: History) -> svg.Drawing:
    """Draw the mere course of a figure, for a table cell."""
    values = [cell.value for _, cell in history if cell.value is not None]
    if len(values) < 2:
        return svg.Drawing(84, 22, svg.join([]))
    y = scale_around(values, 19, 3, least=max(5.0, 0.25 * max(values)))
    x = Scale(0, len(history) - 1, 2, 80)
    places = [None if c.value is None else (x(i), y(c.value)) for i, (_, c) in enumerate(history)]
    last = [svg.circle(places[-1], 2.6, "fill-data")] if places[-1] else []
    return svg.Drawing(84, 22, svg.join([*_strokes(places, [False] * len(places)), *last]))


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


def _strokes(places: Sequence[svg.Point | None], loose: Sequence[bool]) -> list[Markup]:
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
    lines = [svg.polyline(run, "course loose" if dotted else "course") for dotted, run in runs]
    return [*lines, *lonely]


def _ends(language: Language, history: History, places: Sequence[svg.Point | None]) -> list[Markup]:
    """Label the first and the last published month with their figures."""
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
            pieces.append(svg.text((place[0], place[1] - 9), words, "muted small halo"))
    return pieces
