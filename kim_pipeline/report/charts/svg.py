"""Small pieces of SVG, escaped by markupsafe. What a chart shows stands in the chart's module."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

Point = tuple[float, float]


@dataclass(frozen=True)
class Drawing:
    """A drawing of a fixed size in user units."""

    width: float
    height: float
    body: Markup


def join(pieces: Iterable[Markup]) -> Markup:
    """Join pieces in their order."""
    return Markup("").join(pieces)


def text(at: Point, words: str, css: str = "", anchor: str = "start") -> Markup:
    """Write words; the anchor is start, middle or end."""
    return Markup('<text x="{:.1f}" y="{:.1f}" class="{}" text-anchor="{}">{}</text>').format(
        *at, css, anchor, words
    )


def line(start: Point, end: Point, css: str) -> Markup:
    """Draw a straight line."""
    return Markup('<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" class="{}"/>').format(
        *start, *end, css
    )


def circle(centre: Point, radius: float, css: str) -> Markup:
    """Draw a dot."""
    return Markup('<circle cx="{:.1f}" cy="{:.1f}" r="{:.1f}" class="{}"/>').format(
        *centre, radius, css
    )


def box(corner: Point, width: float, height: float, css: str) -> Markup:
    """Draw a rectangle from its upper left corner."""
    return Markup('<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" class="{}"/>').format(
        *corner, width, height, css
    )


def polyline(points: Sequence[Point], css: str) -> Markup:
    """Draw a line through points."""
    return shape([points], css, closed=False)


def shape(
    rings: Iterable[Sequence[Point]], css: str, *, closed: bool = True, pattern: str = ""
) -> Markup:
    """Draw rings as one path; inner rings become holes. A pattern is named by its id."""
    end = "Z" if closed else ""
    path = "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring) + end for ring in rings)
    fill = Markup(' fill="url(#{})"').format(pattern) if pattern else ""
    return Markup('<path d="{}" class="{}" fill-rule="evenodd"{}/>').format(path, css, fill)


def image(drawing: Drawing, name: str, title: str, description: str, css: str = "") -> Markup:
    """Wrap a drawing as an image with its title and description; the name makes its ids."""
    return Markup(
        '<svg class="{4}" viewBox="0 0 {0:.0f} {1:.0f}" role="img" aria-labelledby="{2}-t {2}-d">'
        '<title id="{2}-t">{3}</title><desc id="{2}-d">{5}</desc>{6}</svg>'
    ).format(drawing.width, drawing.height, name, title, css, description, drawing.body)


def responsive(wide: Drawing, narrow: Drawing, name: str, title: str, description: str) -> Markup:
    """Give a wide and a narrow drawing of one chart; the style sheet shows one of them."""
    return image(wide, f"{name}-w", title, description, "wide") + image(
        narrow, f"{name}-n", title, description, "narrow"
    )
