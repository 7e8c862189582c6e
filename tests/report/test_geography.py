"""Outlines keep their shape, labels lie inside their town, and broken maps are refused."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from kim_pipeline.errors import ConfigError
from kim_pipeline.kreis import Kreis
from kim_pipeline.report.charts.geography import read_town_map


def test_every_town_has_an_outline_in_the_drawing(kreis: Kreis) -> None:
    drawn = read_town_map(kreis, 470)
    assert drawn is not None
    assert set(drawn.outlines) == {town.ags for town in kreis.towns}
    points = [p for outline in drawn.outlines.values() for ring in outline.rings for p in ring]
    assert all(0 <= x <= drawn.width and 0 <= y <= drawn.height + 0.1 for x, y in points)


def test_north_is_up_and_a_square_stays_square(kreis: Kreis, tmp_path: Path) -> None:
    # 0.01 degrees of latitude are 0.02 degrees of longitude at 60 degrees north.
    south = [[6.0, 59.995], [6.02, 59.995], [6.02, 60.005], [6.0, 60.005], [6.0, 59.995]]
    small = _kreis_of(kreis, tmp_path, {"1": south})
    drawn = read_town_map(small, 100)
    assert drawn is not None
    assert drawn.height == pytest.approx(100, rel=1e-3)
    assert drawn.outlines["1"].rings[0][0] == pytest.approx((0, 100), abs=0.1)
    assert drawn.outlines["1"].label == pytest.approx((50, 50), abs=4)


def test_a_map_without_a_town_is_refused(kreis: Kreis, tmp_path: Path) -> None:
    ring = [[6.0, 51.0], [6.1, 51.0], [6.1, 51.1], [6.0, 51.0]]
    small = _kreis_of(kreis, tmp_path, {"1": ring})
    lacking = replace(small, towns=(*small.towns, replace(small.towns[0], ags="2")))
    with pytest.raises(ConfigError, match="ags 2"):
        read_town_map(lacking, 100)


@pytest.mark.parametrize("content", ["", "[]", '{"features": [{}]}'])
def test_a_broken_map_is_refused(content: str, kreis: Kreis, tmp_path: Path) -> None:
    path = tmp_path / "map.geojson"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match="not GeoJSON"):
        read_town_map(replace(kreis, map_file=path), 100)


def test_a_missing_map_is_refused(kreis: Kreis, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="missing"):
        read_town_map(replace(kreis, map_file=tmp_path / "none.geojson"), 100)


def test_no_map_is_no_error(kreis: Kreis) -> None:
    assert read_town_map(replace(kreis, map_file=None), 100) is None


def _kreis_of(kreis: Kreis, folder: Path, rings: dict[str, list[list[float]]]) -> Kreis:
    features = [
        {
            "type": "Feature",
            "properties": {"ags": ags},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for ags, ring in rings.items()
    ]
    path = folder / "map.geojson"
    path.write_text(json.dumps({"features": features}), encoding="utf-8")
    towns = tuple(replace(kreis.towns[0], ags=ags, name=ags) for ags in rings)
    return replace(kreis, map_file=path, towns=towns)
