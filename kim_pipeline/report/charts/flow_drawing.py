"""The drawing of flows: ribbons, nodes and their words."""

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from kim_pipeline.report.cells import show
from kim_pipeline.report.changes import differs
from kim_pipeline.report.charts import svg
from kim_pipeline.report.charts.flow_layout import NEUTRAL, STUB, Band, Frame, Layout, Node
from kim_pipeline.report.charts.hatching import hatched
from kim_pipeline.report.charts.label_spread import spread
from kim_pipeline.report.charts.wrapping import SMALL, wrapped
from kim_pipeline.report.language import Language

_THICK, _READABLE = 17.0, 12.0
# Where on its way a ribbon carries its number, the best place first.
_TRIES = {
    "up": (0.4, 0.5, 0.3, 0.6, 0.22, 0.7, 0.15, 0.8),
    "down": (0.8, 0.72, 0.87, 0.64, 0.5, 0.35),
    "across": (0.12, 0.2, 0.06, 0.28, 0.36, 0.88, 0.8, 0.7),
    "same": (0.94,),
    "outside": (0.94,),
}
_ROOM = (34.0, 15.0)
# Changes thinner than this are drawn as a line that can be seen.
_THIN = {"up": 2.5, "down": 5.0, "across": 5.0}
_LABEL_GAP, _NARROW_NAME = 36.0, 166.0


def ribbons(
    language: Language, layout: Layout, taken: Sequence[svg.Point] = ()
) -> Iterator[Markup]:
    """Draw the ribbons, the neutral ones below, then the numbers on them, off taken places."""
    for band in layout.bands:
        yield from _ribbon(band)
    yield from _numbers(language, layout.bands, list(taken))


def places_above(layout: Layout) -> list[svg.Point]:
    """List the places that the words above the nodes take."""
    sides = [(node, 1) for node in layout.left] + [(node, -1) for node in layout.right]
    return [
        (node.x + inward * along, node.top - above)
        for node, inward in sides
        for along in (20.0, 60.0, 100.0)
        for above in (10.0, 25.0)
    ]


def _ribbon(band: Band) -> Iterator[Markup]:
    """Draw a ribbon, or a line where it is thin; fall-backs are dashed."""
    if band.direction in _THIN and band.ribbon.thickness < _THIN[band.direction]:
        yield band.ribbon.centre(f"flow-{band.direction}-thin")
        return
    yield band.ribbon.area(f"flow-{band.direction}")
    if band.direction == "down":
        yield band.ribbon.centre("flow-dash")


def _numbers(language: Language, bands: Sequence[Band], taken: list[svg.Point]) -> Iterator[Markup]:
    """Write the number of each change where no other number stands; the thick ones first."""
    told = [b for b in bands if b.direction not in NEUTRAL or b.ribbon.thickness >= _READABLE]
    for band in sorted(told, key=lambda band: -band.ribbon.thickness):
        for along in _TRIES[band.direction]:
            x, y = band.ribbon.middle(along)
            if all(abs(x - a) > _ROOM[0] or abs(y - b) > _ROOM[1] for a, b in taken):
                taken.append((x, y))
                yield from _number(language, band, (x, y))
                break


def _number(language: Language, band: Band, at: svg.Point) -> Iterator[Markup]:
    """Write on a thick ribbon, or on a patch of the ground over a thin one."""
    x, y = at
    words = show(language, band.move.cell).written
    if band.direction in NEUTRAL:
        yield svg.text((x, y + 5), words, f"small on-flow-{band.direction}", "end")
    elif band.direction != "down" and band.ribbon.thickness >= _THICK:
        yield svg.text((x, y + 5), words, f"strong small on-flow-{band.direction}", "middle")
    else:
        words = f"↓ {words}" if band.direction == "down" else words
        width = 7.2 * len(words) + 6
        yield svg.box((x - width / 2, y - 7.5), width, 15, "patch")
        yield svg.text((x, y + 4.5), words, f"strong small said-{band.direction}", "middle")


def beside(language: Language, layout: Layout, frame: Frame) -> Iterator[Markup]:
    """Draw the nodes with their words beside them."""
    for nodes, is_now in ((layout.left, False), (layout.right, True)):
        wanted = [node.middle for node in nodes]
        bottom = max((node.top + node.height for node in nodes), default=frame.top)
        heights = spread(wanted, _LABEL_GAP, frame.top + 8, max(bottom - 8, frame.top + 8))
        for node, at in zip(nodes, heights, strict=True):
            yield from _node(node, is_now=is_now)
            x = node.x + (frame.node + 10 if is_now else -10)
            anchor = "start" if is_now else "end"
            stock = _stock(language, node, is_now=is_now)
            yield svg.text((x, at + (-2 if stock else 5)), node.status.name, "", anchor)
            yield svg.text((x, at + 15), stock, "strong", anchor)


def above(language: Language, layout: Layout) -> Iterator[Markup]:
    """Draw the nodes with their words above them, for narrow places."""
    for nodes, is_now in ((layout.left, False), (layout.right, True)):
        for node in nodes:
            yield from _node(node, is_now=is_now)
            x, anchor = (node.x + 8, "end") if is_now else (node.x, "start")
            stock = _stock(language, node, is_now=is_now)
            names = wrapped(node.status.name, _NARROW_NAME, SMALL)
            lines = [(name, "small halo") for name in names]
            lines += [(stock, "strong small halo")] if stock else []
            for number, (words, css) in enumerate(reversed(lines)):
                yield svg.text((x, node.top - 6 - 15 * number), words, css, anchor)


def _node(node: Node, *, is_now: bool) -> Iterator[Markup]:
    css = "fill-grey" if node.status.outside else "fill-ink"
    yield svg.box((node.x, node.top), 8, node.height, css)
    if node.hidden:
        foot = node.top + node.height - STUB
        yield hatched((node.x - 30 if is_now else node.x + 8, foot), 30, STUB)


def _stock(language: Language, node: Node, *, is_now: bool) -> str:
    """Write the stock, and now its change where that is more than noise."""
    cell = node.status.now if is_now else node.status.before
    if cell.status == "absent":
        return ""
    words = show(language, cell).written
    before = node.status.before
    if not is_now or cell.value is None or before.value is None:
        return words
    if not differs("persons", cell, before):
        return words
    return f"{words} ({language.signed(cell.value - before.value)})"
