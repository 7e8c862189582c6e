"""How a town stands to the whole Kreis in one indicator: where its dot goes, and how firmly."""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import pstdev
from typing import Literal

from kim_pipeline.report.changes import differs
from kim_pipeline.report.figures import Cell

Favourable = Literal["more", "less"]
# Standard deviations of the towns from which a distance is coloured, and coloured firmly.
CLEAR, FIRM = 0.45, 1.1
_LEAST_REACH = {"percent": 4.0, "days": 20.0, "persons": 30.0, "months": 2.0, "per_1000": 30.0}


@dataclass(frozen=True)
class Measured:
    """An indicator in the towns, by name, and in the whole Kreis.

    `favourable` says whether more or less is better; None where neither is. `error` is the
    estimated error of a linked figure, in its unit. `grade` is its mark, A to C.
    """

    name: str
    unit: str
    towns: Mapping[str, Cell]
    whole: Cell
    favourable: Favourable | None = None
    error: float = 0.0
    grade: str = ""
    target: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Standing:
    """A town against the Kreis: `place` from -1 to 1, right is favourable.

    `level` runs from -2, clearly unfavourable, to 2; it is 0 wherever the difference is not
    certain, and where neither direction is favourable.
    """

    place: float
    level: int
    certain: bool


def standing(measured: Measured, cell: Cell, firmness: float = 1.0) -> Standing | None:
    """Place a figure; None where it or that of the Kreis is not published."""
    if cell.value is None or measured.whole.value is None:
        return None
    distance = _toward_better(measured, cell.value)
    apart = differs(measured.unit, cell, measured.whole, measured.kind, firmness)
    certain = apart and abs(distance) > measured.error
    level = _level(measured, distance) if certain and measured.favourable else 0
    return Standing(distance / _reach(measured), level, certain)


def span(measured: Measured) -> tuple[float, float] | None:
    """Give the places of the lowest and the highest town; None where no town is published."""
    if measured.whole.value is None:
        return None
    places = [_toward_better(measured, value) / _reach(measured) for value in _values(measured)]
    return (min(places), max(places)) if places else None


def _toward_better(measured: Measured, value: float) -> float:
    distance = value - (measured.whole.value or 0.0)
    return -distance if measured.favourable == "less" else distance


def _values(measured: Measured) -> list[float]:
    return [cell.value for cell in measured.towns.values() if cell.value is not None]


def _reach(measured: Measured) -> float:
    """Give the distance at the end of the axis; never so small that noise fills it."""
    far = [abs(_toward_better(measured, value)) for value in _values(measured)]
    return max([*far, _LEAST_REACH.get(measured.unit, 1.0)])


def _level(measured: Measured, distance: float) -> int:
    spread = pstdev(_values(measured))
    steps = abs(distance) / spread if spread else 0.0
    size = 2 if steps >= FIRM else 1 if steps >= CLEAR else 0
    return size if distance > 0 else -size
