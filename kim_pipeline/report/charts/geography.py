"""Town outlines: from GeoJSON in degrees to paths and label points in drawing units."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from kim_pipeline.errors import ConfigError
from kim_pipeline.kreis import Kreis
from kim_pipeline.report.charts.svg import Point

Ring = tuple[Point, ...]
_GRID = 28
# Labels are about this much wider than high, so room to the sides counts for less.
_LABEL_ASPECT = 2.4


@dataclass(frozen=True)
class Outline:
    """The rings of a town in drawing units, and the point where its label has most room."""

    rings: tuple[Ring, ...]
    label: Point


@dataclass(frozen=True)
class TownMap:
    """All towns of the Kreis, projected to one width."""

    width: float
    height: float
    outlines: Mapping[str, Outline]


def read_town_map(kreis: Kreis, width: float) -> TownMap | None:
    """Project the outlines of the Kreis's towns; None where no map is configured.

    Equirectangular projection with the cosine of the middle latitude: at the size of a Kreis its
    error is far below the width of a line. Raises ConfigError when the file is missing or broken,
    or a town has no outline.
    """
    if kreis.map_file is None:
        return None
    rings = _rings_by_ags(kreis.map_file)
    missing = [town.ags for town in kreis.towns if not rings.get(town.ags)]
    if missing:
        raise ConfigError(f"{kreis.map_file} has no outline for the ags {', '.join(missing)}.")
    return _project(tuple((town.ags, rings[town.ags]) for town in kreis.towns), width)


def _rings_by_ags(path: Path) -> dict[str, tuple[Ring, ...]]:
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        return {str(f["properties"]["ags"]): tuple(_rings(f["geometry"])) for f in features}
    except FileNotFoundError:
        raise ConfigError(f"{path} is missing; see map.file in the Kreis configuration.") from None
    except (ValueError, KeyError, TypeError):
        raise ConfigError(f"{path} is not GeoJSON of areas with the property ags.") from None


def _rings(geometry: Mapping[str, Any]) -> Iterator[Ring]:
    areas = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        areas = [areas]
    elif geometry["type"] != "MultiPolygon":
        raise ValueError("not an area")
    for area in areas:
        for ring in area:
            yield tuple((float(point[0]), float(point[1])) for point in ring)


@lru_cache(maxsize=8)
def _project(towns: tuple[tuple[str, tuple[Ring, ...]], ...], width: float) -> TownMap:
    """Project outlines; kept for the many maps of a report, as labels are costly to place."""
    points = [point for _, rings in towns for ring in rings for point in ring]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    shrink = math.cos(math.radians((south + north) / 2))
    scale = width / ((east - west) * shrink)

    def place(point: Point) -> Point:
        return (point[0] - west) * shrink * scale, (north - point[1]) * scale

    outlines = {}
    for ags, rings in towns:
        placed = tuple(_thin([place(point) for point in ring]) for ring in rings)
        outlines[ags] = Outline(placed, _roomiest_point(placed))
    return TownMap(width, (north - south) * scale, outlines)


def _thin(ring: Sequence[Point]) -> Ring:
    """Drop points that fall on the one before at the precision of the drawing."""
    rounded = [(round(x, 1), round(y, 1)) for x, y in ring]
    return tuple(p for i, p in enumerate(rounded) if i == 0 or p != rounded[i - 1])


def _roomiest_point(rings: tuple[Ring, ...]) -> Point:
    """Give the grid point inside the largest ring that lies farthest from its border."""
    ring = max(rings, key=_extent)
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    left, top = min(xs), min(ys)
    step_x, step_y = (max(xs) - left) / _GRID, (max(ys) - top) / _GRID
    grid = [(left + i * step_x, top + j * step_y) for i in range(1, _GRID) for j in range(1, _GRID)]
    inside = [point for point in grid if _contains(ring, point)] or list(ring[:1])
    return max(inside, key=lambda point: _room(ring, point))


def _extent(ring: Ring) -> float:
    """Give twice the area of a ring (shoelace formula)."""
    return abs(
        sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True))
    )


def _contains(ring: Ring, point: Point) -> bool:
    """Tell whether a point lies in a ring (even-odd rule)."""
    x, y = point
    inside = False
    for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (ay > y) != (by > y) and x < ax + (y - ay) / (by - ay) * (bx - ax):
            inside = not inside
    return inside


def _room(ring: Ring, point: Point) -> float:
    """Give the distance to the nearest border point, sideways distances shortened."""
    x, y = point
    return min(((px - x) / _LABEL_ASPECT) ** 2 + (py - y) ** 2 for px, py in ring)
