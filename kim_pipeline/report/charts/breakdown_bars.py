"""One figure by groups of people, as bars from zero with the whole Kreis as a line."""

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from kim_pipeline.report.changes import differs
from kim_pipeline.report.charts import svg
from kim_pipeline.report.charts.hatching import hatched
from kim_pipeline.report.charts.plot import (
    HALF,
    NARROW,
    Drawings,
    Label,
    Legend,
    Plot,
    cell_signs,
    plot,
    said,
    short,
)
from kim_pipeline.report.charts.scale import Scale, scale_around
from kim_pipeline.report.charts.wrapping import PLAIN, STRONG, wrapped
from kim_pipeline.report.document import Column, Line, Table
from kim_pipeline.report.figures import Cell
from kim_pipeline.report.language import Language

_ROW, _BAR, _HEAD = 28.0, 16.0, 34.0
_LINE, _STUMP = 16.0, 22.0


@dataclass(frozen=True)
class Groups:
    """A breakdown: its name and its groups with their figures, in the order of the drawing."""

    name: str
    bars: tuple[tuple[str, Cell], ...]


@dataclass(frozen=True)
class Breakdowns:
    """A figure by one or more breakdowns; `whole` is the Kreis where it can be compared with."""

    unit: str
    breakdowns: tuple[Groups, ...]
    whole: Cell | None = None
    kind: str = ""

    def cells(self) -> list[Cell]:
        """List the figures of all groups."""
        return [cell for groups in self.breakdowns for _, cell in groups.bars]

    def stands_out(self, cell: Cell) -> bool:
        """Tell whether a group differs from the Kreis by more than noise; counts always count."""
        return self.whole is None or differs(self.unit, cell, self.whole, self.kind)


@dataclass(frozen=True)
class _Row:
    """A group in the drawing: the lines of its name, its figure, the middle of its bar."""

    lines: tuple[str, ...]
    cell: Cell
    middle: float


def breakdown_bars(language: Language, label: Label, shown: Breakdowns) -> Plot:
    """Draw the groups as bars; hollow where no difference from the Kreis can be told."""
    drawings = Drawings(_drawn(language, shown, HALF), _drawn(language, shown, NARROW))
    return plot(
        label, _description(language, shown), drawings, _table(language, label, shown),
        _legend(language, shown),
    )  # fmt: skip


def _drawn(language: Language, shown: Breakdowns, width: float) -> svg.Drawing:
    values = [cell.value for cell in shown.cells() if cell.value is not None]
    if not values:
        return svg.Drawing(width, 0, Markup(""))
    whole = shown.whole.value if shown.whole else None
    held = values if whole is None else [*values, whole]
    x = scale_around(held, _names_end(shown, width), width - 64, least=1.0, zero=True)
    pieces: list[Markup] = []
    words: list[Markup] = []
    top = 26.0 if whole is not None else 4.0
    line_top = top
    spans: list[tuple[float, float]] = []
    for groups in shown.breakdowns:
        if len(shown.breakdowns) > 1:
            pieces.append(svg.text((0, top + 22), groups.name, "strong small"))
            top += _HEAD
        first = top
        for name, cell in groups.bars:
            lines = wrapped(name, x.start - 8, PLAIN)
            row = _ROW + _LINE * (len(lines) - 1)
            pieces.extend(_bar(shown, x, cell, top + row / 2))
            words.extend(_words(language, shown, x, _Row(lines, cell, top + row / 2)))
            top += row
        spans.append((first, top + 2))
    pieces.extend(svg.line((x.start, start), (x.start, end), "axis-strong") for start, end in spans)
    pieces.extend(_reference(language, shown, x, (line_top, top + 2)))
    return svg.Drawing(width, top + 8, svg.join([*pieces, *words]))


def _names_end(shown: Breakdowns, width: float) -> float:
    """Give the room that the longest name needs, a little less than half of the width at most."""
    longest = max(len(name) for groups in shown.breakdowns for name, _ in groups.bars)
    return min(longest * PLAIN + 12, 0.44 * width)


def _bar(shown: Breakdowns, x: Scale, cell: Cell, middle: float) -> Iterator[Markup]:
    """Draw the bar of a group; a hatched stump of one length where its figure is hidden."""
    corner = (x.start, middle - _BAR / 2)
    if cell.value is not None:
        css = "fill-data loose-cut" if cell.provisional else "fill-data"
        if not shown.stands_out(cell):
            css = "hollow-data loose-edge" if cell.provisional else "hollow-data"
        yield svg.box(corner, x(cell.value) - x.start, _BAR, css)
    elif cell.status == "withheld":
        yield hatched(corner, _STUMP, _BAR)


def _words(language: Language, shown: Breakdowns, x: Scale, row: _Row) -> Iterator[Markup]:
    """Write name and figure of a group over everything else."""
    cell, middle = row.cell, row.middle
    end = x.start + (_STUMP if cell.status == "withheld" else 0)
    figure = short(language, cell, shown.unit)
    place = _beside(shown, x, x(cell.value) if cell.value is not None else end, figure)
    for number, line in enumerate(row.lines):
        yield svg.text((0, middle + 5 + _LINE * (number - (len(row.lines) - 1) / 2)), line)
    yield svg.text((place, middle + 5), figure, "strong halo")


def _beside(shown: Breakdowns, x: Scale, end: float, figure: str) -> float:
    """Place a figure after its bar, and after the line of the Kreis where that would strike it."""
    place = end + 8
    if shown.whole is None or shown.whole.value is None:
        return place
    line = x(shown.whole.value)
    struck = place - 4 < line < place + STRONG * len(figure)
    return line + 8 if struck else place


def _reference(
    language: Language, shown: Breakdowns, x: Scale, ends: tuple[float, float]
) -> Iterator[Markup]:
    """Draw the whole Kreis as a line over the bars, with its figure above."""
    top, foot = ends
    if shown.whole is None or shown.whole.value is None:
        return
    at = x(shown.whole.value)
    value = short(language, shown.whole, shown.unit)
    words = language.text("charts.bars.whole", value=value)
    yield svg.line((at, top), (at, foot), "reference-edge")
    yield svg.line((at, top), (at, foot), "reference")
    yield svg.text((at, top - 9), words, "small", "middle" if at > x.start + 60 else "start")


def _legend(language: Language, shown: Breakdowns) -> Legend:
    signs = []
    if any(c.value is not None and not shown.stands_out(c) for c in shown.cells()):
        signs.append(("hollow-data", language.text("charts.bars.hollow")))
    loose = [cell for cell in shown.cells() if cell.provisional and cell.value is not None]
    if loose:
        filled = any(shown.stands_out(cell) for cell in loose)
        css = "fill-data loose-cut" if filled else "hollow-data loose-edge"
        signs.append((css, language.text("charts.bars.provisional")))
    others = cell_signs(language, shown.cells())
    return (*signs, *(sign for sign in others if sign[0] == "withheld"))


def _description(language: Language, shown: Breakdowns) -> str:
    figures = [
        f"{name}: {said(language, cell, shown.unit)}"
        for groups in shown.breakdowns
        for name, cell in groups.bars
    ]
    if shown.whole is not None and shown.whole.value is not None:
        value = short(language, shown.whole, shown.unit)
        figures.append(language.text("charts.bars.whole", value=value))
    return f"{', '.join(figures)}. {language.text('charts.see_table')}"


def _table(language: Language, label: Label, shown: Breakdowns) -> Table:
    several = len(shown.breakdowns) > 1
    lines = [
        Line(f"{groups.name}: {name}" if several else name, (cell,))
        for groups in shown.breakdowns
        for name, cell in groups.bars
    ]
    if shown.whole is not None:
        lines.append(Line(language.text("words.district"), (shown.whole,), strong=True))
    column = Column(language.text("charts.value"), shown.unit)
    return Table(label.name, label.title, language.text("charts.group"), (column,), tuple(lines))
