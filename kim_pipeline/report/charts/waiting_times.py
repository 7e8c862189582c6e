"""Waiting times by stage: half of the cases take longer than the bar, one in ten than the mark."""

from dataclasses import dataclass

from markupsafe import Markup

from kim_pipeline.report.cells import show
from kim_pipeline.report.charts import svg
from kim_pipeline.report.charts.plot import (
    FULL,
    NARROW,
    Drawings,
    Label,
    Legend,
    Plot,
    cell_signs,
    plot,
    said,
)
from kim_pipeline.report.charts.scale import Scale, scale_around
from kim_pipeline.report.charts.stages import Stage, Way
from kim_pipeline.report.charts.wrapping import PLAIN, STRONG, wrapped
from kim_pipeline.report.document import Column, Line, Table
from kim_pipeline.report.language import Language

_LINE = 17.0


@dataclass(frozen=True)
class _Frame:
    """The measures of a drawing: words beside their bar, or above it in narrow places."""

    width: float
    row: float
    left: float
    column: float
    bar_at: float
    most_ticks: int
    letter: float
    top: float = 40.0

    @property
    def names(self) -> float:
        """Give the room for names."""
        return self.left - 14 if self.column else self.width


_WIDE = _Frame(FULL, 50, 300, 108, 21, 8, PLAIN)
_NARROW = _Frame(NARROW, 76, 2, 0, 52, 4, STRONG)


@dataclass(frozen=True)
class _Row:
    """A stage in the drawing: the lines of its name and the height where it begins."""

    stage: Stage
    lines: tuple[str, ...]
    top: float
    height: float


def _rows(way: Way, frame: _Frame) -> tuple[_Row, ...]:
    rows, top = [], frame.top
    for stage in way.rows():
        lines = wrapped(stage.name, frame.names, frame.letter)
        height = frame.row + _LINE * (len(lines) - 1)
        rows.append(_Row(stage, lines, top, height))
        top += height
    return tuple(rows)


def waiting_times(language: Language, label: Label, way: Way) -> Plot:
    """Draw a bar to the median and a line to the nine-in-ten mark for every stage.

    Medians of stages do not add up to the median of the whole way, so they are not stacked.
    """
    drawings = Drawings(_drawn(language, way, _WIDE), _drawn(language, way, _NARROW))
    return plot(
        label, _description(language, way), drawings, _table(language, label, way),
        _legend(language, way),
    )  # fmt: skip


def _drawn(language: Language, way: Way, frame: _Frame) -> svg.Drawing:
    values = [c.value for s in way.rows() for c in (s.median, s.slow) if c.value is not None]
    if not values:
        return svg.Drawing(frame.width, 0, Markup(""))
    end = frame.width - frame.column * len(way.columns()) - 12
    x = scale_around(values, frame.left, end, least=1.0, zero=True)
    rows = _rows(way, frame)
    foot = rows[-1].top + rows[-1].height
    pieces = [_grid(language, way, x, frame, foot)]
    longest = way.longest()
    for row in rows:
        css = "data" if row.stage is longest else "mid"
        middle = row.top + frame.bar_at + row.height - frame.row
        if frame is _WIDE:
            middle = row.top + row.height / 2 - 4
        pieces.append(_bar(language, row.stage, x, middle, css))
        words = _beside(language, way, row) if frame is _WIDE else _above(language, row)
        pieces.append(words)
    if way.whole:
        under = rows[0].top + rows[0].height
        pieces.append(svg.line((0, under), (frame.width, under), "axis-strong"))
    return svg.Drawing(frame.width, foot + 4, svg.join(pieces))


def _grid(language: Language, way: Way, x: Scale, frame: _Frame, foot: float) -> Markup:
    pieces = []
    ticks = x.ticks(frame.most_ticks)
    for tick in ticks:
        words = language.number(tick)
        if tick == ticks[-1]:
            words = language.amount(tick, way.unit)
        pieces.append(svg.line((x(tick), frame.top - 6), (x(tick), foot), "axis"))
        anchor = "middle" if tick else "start"
        pieces.append(svg.text((x(tick), frame.top - 14), words, "muted tiny tick", anchor))
    if frame.column:
        for number, name in enumerate(reversed(way.columns())):
            place = (frame.width - frame.column * number, frame.top - 14)
            words = language.text(f"charts.waiting_times.{name}")
            pieces.append(svg.text(place, words, "muted small", "end"))
    return svg.join(pieces)


def _bar(language: Language, stage: Stage, x: Scale, middle: float, css: str) -> Markup:
    if stage.median.value is None:
        words = language.text("charts.withheld")
        return svg.text((x.start + 4, middle + 5), words, "muted small halo")
    pieces = []
    if stage.slow.value is not None:
        end = x(stage.slow.value)
        pieces.append(svg.line((x.start, middle), (end, middle), "whisker"))
        pieces.append(svg.line((end, middle - 8), (end, middle + 8), "mark"))
    style = f"open-{css}" if stage.median.provisional else f"fill-{css}"
    length = x(stage.median.value) - x.start
    pieces.append(svg.box((x.start, middle - 7), length, 14, style))
    return svg.join(pieces)


def _beside(language: Language, way: Way, row: _Row) -> Markup:
    """Write the name before and the figures behind the bar."""
    stage, middle = row.stage, row.top + row.height / 2 - 4
    css = "strong" if stage is way.whole or stage is way.longest() else ""
    words = [*((line, css) for line in row.lines)]
    if stage.detail:
        words.append((stage.detail, "muted small"))
    first = middle + 5 - _LINE * (len(words) - 1) / 2
    pieces = [
        svg.text((0, first + _LINE * number), line, style)
        for number, (line, style) in enumerate(words)
    ]
    for number, name in enumerate(reversed(way.columns())):
        figure = show(language, stage.cells()[name]).written
        style = "strong" if name == "median" else ""
        place = (_WIDE.width - _WIDE.column * number, middle + 5)
        pieces.append(svg.text(place, figure, style, "end"))
    return svg.join(pieces)


def _above(language: Language, row: _Row) -> Markup:
    """Write the name and the figures above the bar, which says itself where it is hidden."""
    figures = [
        language.text(f"charts.waiting_times.{name}_is", value=show(language, cell).written)
        for name, cell in row.stage.cells().items()
        if cell.status != "absent" and (name, cell.status) != ("median", "withheld")
    ]
    pieces = [
        svg.text((0, row.top + 18 + _LINE * number), line, "strong halo")
        for number, line in enumerate(row.lines)
    ]
    foot = row.top + 18 + _LINE * len(row.lines)
    return svg.join([*pieces, svg.text((0, foot), " · ".join(figures), "small halo")])


def _legend(language: Language, way: Way) -> Legend:
    signs = [("fill-mid", language.text("charts.waiting_times.sign_median"))]
    if "slow" in way.columns():
        signs.append(("sign-mark", language.text("charts.waiting_times.sign_slow")))
    longest = way.longest()
    if longest:
        signs.append(("fill-data", language.text("charts.waiting_times.sign_longest")))
    cells = [stage.median for stage in way.rows()]
    return (*signs, *(s for s in cell_signs(language, cells, "open-mid") if s[0] != "withheld"))


def _description(language: Language, way: Way) -> str:
    named = [f"{stage.name}: {said(language, stage.median, way.unit)}" for stage in way.rows()]
    words = language.text(
        "charts.waiting_times.description",
        unit=language.text(f"unit_lines.{way.unit}"),
        stages=", ".join(named),
    )
    return f"{words} {language.text('charts.see_table')}"


def _table(language: Language, label: Label, way: Way) -> Table:
    names = way.columns()
    columns = tuple(
        Column(
            language.text(f"charts.waiting_times.{name}"),
            "persons" if name == "waiting" else way.unit,
        )
        for name in names
    )
    lines = tuple(
        Line(stage.name, tuple(stage.cells()[n] for n in names), strong=stage is way.whole)
        for stage in way.rows()
    )
    return Table(label.name, label.title, language.text("charts.stage"), columns, lines)
