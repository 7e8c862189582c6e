"""A stock over the months and what of it is old, as areas from zero.

Each layer is a part of the one before it ("open", "of these over a year"), as published: layers are
drawn over each other and never subtracted, so no figure appears that was not protected.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from kim_pipeline.report.charts import svg
from kim_pipeline.report.charts.end_labels import EndLabel, end_labels
from kim_pipeline.report.charts.plot import (
    HALF,
    NARROW,
    Drawings,
    Label,
    Plot,
    cell_signs,
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

_WIDE = Room(HALF, 270, right=128, every=3, left=50)
_NARROW = Room(NARROW, 260, right=112, every=6)
_STEPS = 3


@dataclass(frozen=True)
class Layer:
    """The whole stock, or a part of the layer before it, month by month."""

    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Stock:
    """A stock over months: the whole first, then ever smaller parts of it; three at most."""

    months: tuple[date, ...]
    layers: tuple[Layer, ...]
    unit: str


def stacked_area(language: Language, label: Label, stock: Stock) -> Plot:
    """Draw the layers from light to dark, each with its name and last figure at the end."""
    drawings = Drawings(_drawn(language, stock, _WIDE), _drawn(language, stock, _NARROW))
    cells = [cell for layer in stock.layers for cell in layer.cells]
    return plot(
        label, _description(language, stock), drawings, _table(language, label, stock),
        cell_signs(language, cells, "open-grey"),
    )  # fmt: skip


def _drawn(language: Language, stock: Stock, room: Room) -> svg.Drawing:
    values = [c.value for layer in stock.layers for c in layer.cells if c.value is not None]
    if not values:
        return svg.Drawing(room.width, 0, Markup(""))
    y = scale_around(values, room.base, room.top, least=1.0, zero=True)
    pieces: list[Markup] = []
    for depth, layer in enumerate(stock.layers):
        pieces.extend(_area(layer, depth, room, y))
    pieces.extend(gaps(layer.cells, room) for layer in stock.layers)
    pieces.append(axes(language, stock.months, room, y, stock.unit))
    pieces.append(_ends(language, stock, room, y))
    return svg.Drawing(room.width, room.height, svg.join(pieces))


def _area(layer: Layer, depth: int, room: Room, y: Scale) -> Iterator[Markup]:
    x = room.months(len(layer.cells))
    at = places(layer.cells, x, y)
    for run in runs([place is not None for place in at]):
        upper = [place for place in at[run.start : run.stop] if place]
        feet = [(upper[-1][0], room.base), (upper[0][0], room.base)]
        yield svg.shape([upper + feet], _style(depth))
    yield from strokes(at, [cell.provisional for cell in layer.cells], "area-edge")


def _style(depth: int) -> str:
    return f"area-{min(depth, _STEPS - 1) + 1}"


def _ends(language: Language, stock: Stock, room: Room, y: Scale) -> Markup:
    """Draw the last dots and write name and last figure of the layers beside them."""
    labels, pieces = [], []
    for depth, layer in enumerate(stock.layers):
        cell = layer.cells[-1]
        height = room.base
        if cell.value is not None:
            height = y(cell.value)
            dot = "open-grey" if cell.provisional else "fill-ink"
            pieces.append(svg.circle((room.end, height), 3.5, dot))
        css = "accent" if depth == _STEPS - 1 else ""
        labels.append(EndLabel(height, layer.name, short(language, cell, stock.unit), css))
    return svg.join([*pieces, end_labels(labels, room)])


def _description(language: Language, stock: Stock) -> str:
    named = [
        f"{layer.name}: {said(language, layer.cells[-1], stock.unit)}" for layer in stock.layers
    ]
    words = language.text(
        "charts.stacked_area.description",
        month=language.month(stock.months[-1]),
        layers=", ".join(named),
    )
    return f"{words} {language.text('charts.see_table')}"


def _table(language: Language, label: Label, stock: Stock) -> Table:
    columns = tuple(Column(layer.name, stock.unit) for layer in stock.layers)
    lines = tuple(
        Line(language.month(month), tuple(layer.cells[number] for layer in stock.layers))
        for number, month in enumerate(stock.months)
    )
    return Table(label.name, label.title, language.text("words.month"), columns, lines)
