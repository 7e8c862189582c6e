"""Link rates per nationality group as dots, one panel for each pair of sources."""

from dataclasses import dataclass

from markupsafe import Markup

from kim_pipeline.report.cells import show
from kim_pipeline.report.charts import svg
from kim_pipeline.report.charts.scale import Scale
from kim_pipeline.report.figures import Cell, Estimate
from kim_pipeline.report.language import Language

_TOP = 66.0


@dataclass(frozen=True)
class LinkPanel:
    """One pair of sources: who is looked for where, overall and per nationality group.

    `estimates` say how good the links are: for all persons, then for each group.
    """

    source: str
    other_source: str
    overall: Cell
    groups: tuple[tuple[str, Cell], ...]
    estimates: tuple[Estimate, ...]


@dataclass(frozen=True)
class _Place:
    """Where a panel stands: its scale, its first row, and how its rows are built."""

    x: Scale
    top: float
    row: float
    dot_at: float
    head_at: float


def wide_panels(language: Language, panels: tuple[LinkPanel, ...]) -> svg.Drawing:
    """Draw the panels beside each other with the groups as shared rows."""
    names, width, row = 232.0, 1120.0, 34.0
    each = (width - names) / max(1, len(panels))
    groups = [group for group, _ in panels[0].groups]
    pieces = [svg.text((0, _TOP + row * i + 22), group) for i, group in enumerate(groups)]
    for place, panel in enumerate(panels):
        left = names + each * place + 8
        x = Scale(0, 100, left, left + each - 74)
        pieces.append(_panel(language, panel, _Place(x, _TOP, row, 17, left)))
    return svg.Drawing(width, _TOP + row * len(groups) + 6, svg.join(pieces))


def narrow_panels(language: Language, panels: tuple[LinkPanel, ...]) -> svg.Drawing:
    """Draw the panels below each other, the name of each group above its dot."""
    pieces, top, row = [], 0.0, 46.0
    for panel in panels:
        first = top + _TOP
        pieces.append(_panel(language, panel, _Place(Scale(0, 100, 2, 290), first, row, 32, 0)))
        for i, (group, _) in enumerate(panel.groups):
            pieces.append(svg.text((2, first + row * i + 19), group, "small halo"))
        top = first + row * len(panel.groups) + 30
    return svg.Drawing(350, top - 20, svg.join(pieces))


def _panel(language: Language, panel: LinkPanel, place: _Place) -> Markup:
    x, top = place.x, place.top
    bottom = top + place.row * len(panel.groups)
    towards = language.text("quality.towards", other=panel.other_source)
    pieces = [
        svg.text((place.head_at, top - 52), panel.source, "strong small"),
        svg.text((place.head_at, top - 35), towards, "small"),
    ]
    for tick, anchor in ((0, "start"), (50, "middle"), (100, "middle")):
        words = language.percent(tick) if tick else language.number(tick)
        pieces.append(svg.line((x(tick), top - 4), (x(tick), bottom), "axis"))
        pieces.append(svg.text((x(tick), top - 12), words, "muted tiny tick", anchor))
    if panel.overall.value is not None:
        where = x(panel.overall.value)
        pieces.append(svg.line((where, top - 4), (where, bottom), "reference"))
    for i, (_, cell) in enumerate(panel.groups):
        pieces.append(_dot(language, x, top + place.row * i + place.dot_at, cell))
    return svg.join(pieces)


def _dot(language: Language, x: Scale, middle: float, cell: Cell) -> Markup:
    words = show(language, cell, "percent").written
    label = svg.text((x.end + 12, middle + 5), words, "strong")
    if cell.value is None:
        return label
    lead = svg.line((x.start, middle), (x(cell.value), middle), "lead-line")
    return svg.join([lead, svg.circle((x(cell.value), middle), 5.5, "fill-data"), label])
