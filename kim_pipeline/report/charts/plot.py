"""What every chart hands over: the chart, the table of the same figures, and its signs in words."""

from dataclasses import dataclass

from kim_pipeline.report.cells import show
from kim_pipeline.report.charts.scale import Scale
from kim_pipeline.report.charts.svg import Drawing
from kim_pipeline.report.document import Chart, Table
from kim_pipeline.report.figures import Cell
from kim_pipeline.report.language import Language

HALF, FULL, NARROW = 544.0, 1120.0, 350.0
# The least height of an axis in a figure's unit: smaller movements stay small to the eye.
_LEAST_SPAN = {"percent": 8.0, "days": 40.0, "persons": 60.0, "months": 3.0, "per_1000": 60.0}
_SIGN_ORDER = ("withheld", "provisional")

Legend = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Label:
    """How a chart and its table are called; `name` is that of the table's file."""

    name: str
    title: str


@dataclass(frozen=True)
class Plot:
    """A chart, its table, its signs as (style class, words), and what it leaves out."""

    chart: Chart
    table: Table
    legend: Legend = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Drawings:
    """The wide and the narrow drawing of a chart."""

    wide: Drawing
    narrow: Drawing


def plot(label: Label, description: str, drawings: Drawings, table: Table, legend: Legend) -> Plot:
    """Join the parts of a chart."""
    chart = Chart(label.title, description, drawings.wide, drawings.narrow)
    return Plot(chart, table, legend)


def short(language: Language, cell: Cell, unit: str) -> str:
    """Write a cell with its marks for a drawing: percentages with their sign, others bare."""
    return show(language, cell, unit if unit == "percent" else None).written


def said(language: Language, cell: Cell, unit: str) -> str:
    """Write a cell for a screen reader: its figure and marks in words, or what its sign means."""
    shown = show(language, cell, unit)
    if not shown.published:
        return shown.spoken
    return f"{shown.text} ({shown.spoken})" if shown.spoken else shown.text


def tick_words(language: Language, tick: float, unit: str) -> str:
    """Write a figure at an axis."""
    return language.percent(tick) if unit == "percent" and tick else language.number(tick)


def axis_words(language: Language, y: Scale, unit: str) -> str:
    """Say what an axis counts, and where it begins unless that is zero."""
    words = language.text(f"unit_lines.{unit}")
    key = "charts.axis.zero" if y.low == 0 else "charts.axis.cut"
    return language.text(key, unit=words)


def least_span(unit: str, values: list[float]) -> float:
    """Give the least span of an axis, so that noise and rounding do not look like movement."""
    return max(_LEAST_SPAN.get(unit, 1.0), 0.2 * max(values))


def cell_signs(language: Language, cells: list[Cell], open_sign: str = "open-data") -> Legend:
    """List the signs of withheld and provisional cells, as far as there are such cells."""
    there = {
        "withheld": ("withheld", any(cell.status == "withheld" for cell in cells)),
        "provisional": (f"sign-dot {open_sign}", any(cell.provisional for cell in cells)),
    }
    return tuple(
        (there[name][0], language.text(f"charts.signs.{name}"))
        for name in _SIGN_ORDER
        if there[name][1]
    )
