"""Who had which status a year ago and now: what is drawn, said and listed of it."""

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from kim_pipeline.report.charts import svg
from kim_pipeline.report.charts.flow_drawing import above, beside, places_above, ribbons
from kim_pipeline.report.charts.flow_layout import Frame, Layout, Move, Status, layout
from kim_pipeline.report.charts.plot import (
    FULL,
    NARROW,
    Drawings,
    Label,
    Legend,
    Plot,
    plot,
)
from kim_pipeline.report.document import Column, Line, Table
from kim_pipeline.report.figures import Cell
from kim_pipeline.report.language import Language

_WIDE = Frame(left=270, right=850, node=8, top=40, height=560, gap=16, least=12)
_NARROW = Frame(left=8, right=342, node=8, top=80, height=760, gap=58, least=8)
_DIRECTIONS = ("up", "same", "across", "down", "outside")


@dataclass(frozen=True)
class Flows:
    """Statuses from the firmest down, arrivals and departures last, and the moves between them."""

    statuses: tuple[Status, ...]
    moves: tuple[Move, ...]
    since: date
    until: date


def flows(language: Language, label: Label, shown: Flows) -> Plot:
    """Draw the moves: firmer in blue, fall-backs dashed with an arrow, hidden ones as stubs.

    Unchanged statuses, arrivals and departures are cut to a greatest thickness, and it says so.
    """
    wide = layout(shown.statuses, shown.moves, _WIDE)
    narrow = layout(shown.statuses, shown.moves, _NARROW)
    drawings = Drawings(_wide(language, shown, wide), _narrow(language, shown, narrow))
    table = _table(language, label, shown)
    return plot(label, _description(language, shown), drawings, table, _legend(language, wide))


def _wide(language: Language, shown: Flows, placed: Layout) -> svg.Drawing:
    if not placed.bands:
        return svg.Drawing(FULL, 0, Markup(""))
    heads = _heads(language, shown, (_WIDE.left, _WIDE.right))
    body = [heads, *ribbons(language, placed), *beside(language, placed, _WIDE)]
    return svg.Drawing(FULL, _foot(placed), svg.join(body))


def _narrow(language: Language, shown: Flows, placed: Layout) -> svg.Drawing:
    if not placed.bands:
        return svg.Drawing(NARROW, 0, Markup(""))
    heads = _heads(language, shown, (0, NARROW))
    body = [heads, *ribbons(language, placed, places_above(placed)), *above(language, placed)]
    return svg.Drawing(NARROW, _foot(placed), svg.join(body))


def _heads(language: Language, shown: Flows, ends: tuple[float, float]) -> Markup:
    """Write both days over the nodes, outwards in wide drawings and inwards in narrow ones."""
    left, right = ends
    anchors = ("end", "start") if left else ("start", "end")
    before, now = language.short_day(shown.since), language.short_day(shown.until)
    return svg.text((left, 16), before, "strong small when", anchors[0]) + svg.text(
        (right, 16), now, "strong small when", anchors[1]
    )


def _foot(placed: Layout) -> float:
    return max(node.top + node.height for node in (*placed.left, *placed.right)) + 14


def _legend(language: Language, placed: Layout) -> Legend:
    signs = []
    for name in _DIRECTIONS:
        bands = [band for band in placed.bands if band.direction == name]
        if bands:
            words = language.text(f"charts.flows.{name}")
            if any(band.cut for band in bands):
                words += language.text("charts.flows.cut")
            signs.append((f"flow-{name}", words))
    if any(node.hidden for node in (*placed.left, *placed.right)):
        signs.append(("withheld", language.text("charts.flows.hidden")))
    return tuple(signs)


def _description(language: Language, shown: Flows) -> str:
    return language.text(
        "charts.flows.description",
        since=language.day(shown.since),
        until=language.day(shown.until),
        statuses=", ".join(status.name for status in shown.statuses if not status.outside),
    )


def _table(language: Language, label: Label, shown: Flows) -> Table:
    """Set the statuses before against those now; stocks where they are published."""
    cells = {(move.source, move.goal): move.cell for move in shown.moves}
    sources = [s for s in shown.statuses if any(source == s.key for source, _ in cells)]
    goals = [s for s in shown.statuses if any(goal == s.key for _, goal in cells)]
    before = any(status.before.status != "absent" for status in sources)
    columns = [Column(goal.name, "persons") for goal in goals]
    lines = []
    for source in sources:
        row = [cells.get((source.key, goal.key), Cell("absent")) for goal in goals]
        lines.append(Line(source.name, (*row, source.before) if before else tuple(row)))
    if before:
        columns.append(Column(language.text("charts.flows.before"), "persons"))
    if any(status.now.status != "absent" for status in goals):
        now = tuple(goal.now for goal in goals)
        foot: tuple[Cell | str, ...] = (*now, "") if before else now
        lines.append(Line(language.text("charts.flows.now"), foot, strong=True))
    corner = language.text("charts.flows.corner")
    return Table(label.name, label.title, corner, tuple(columns), tuple(lines))
