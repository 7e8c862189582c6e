"""Curved bands from left to right, for flows."""

from dataclasses import dataclass

from markupsafe import Markup

from kim_pipeline.report.charts.svg import Point


@dataclass(frozen=True)
class Ribbon:
    """A band between two upright edges; `left` and `right` are the upper ends of the edges."""

    left: Point
    right: Point
    thickness: float

    def middle(self, along: float) -> Point:
        """Give the point of the centre line at a part of the way, 0 to 1 (a cubic Bézier)."""
        (x0, y0), (x1, y1) = self.left, self.right
        eased = 3 * along**2 - 2 * along**3
        half = (x0 + x1) / 2
        a, b = 3 * (1 - along) ** 2 * along + 3 * (1 - along) * along**2, (1 - along) ** 3
        return b * x0 + a * half + along**3 * x1, y0 + eased * (y1 - y0) + self.thickness / 2

    def area(self, css: str) -> Markup:
        """Draw the band as an area."""
        (x0, y0), (x1, y1) = self.left, self.right
        half, low0, low1 = (x0 + x1) / 2, y0 + self.thickness, y1 + self.thickness
        return Markup(
            '<path d="M{0:.1f} {1:.1f}C{4:.1f} {1:.1f} {4:.1f} {3:.1f} {2:.1f} {3:.1f}'
            'L{2:.1f} {6:.1f}C{4:.1f} {6:.1f} {4:.1f} {5:.1f} {0:.1f} {5:.1f}Z" class="{7}"/>'
        ).format(x0, y0, x1, y1, half, low0, low1, css)

    def centre(self, css: str) -> Markup:
        """Draw the centre line of the band."""
        (x0, y0), (x1, y1) = self.left, self.right
        down = self.thickness / 2
        return Markup(
            '<path d="M{0:.1f} {1:.1f}C{4:.1f} {1:.1f} {4:.1f} {3:.1f} {2:.1f} {3:.1f}"'
            ' class="{5}"/>'
        ).format(x0, y0 + down, x1, y1 + down, (x0 + x1) / 2, css)
