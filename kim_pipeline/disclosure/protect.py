"""Turn exact cells into figures that may be shown: noise for counts, rules for the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kim_pipeline.disclosure.cell_key import (
    MEASURE_MEDIAN,
    MEASURE_PERCENTILE_90,
    Draw,
    protect_counts,
    uniform,
)
from kim_pipeline.disclosure.ptable import PerturbationTable
from kim_pipeline.disclosure.rules import (
    LEAST_DISTINCT,
    class_of_days,
    has_base,
    share_percent,
)
from kim_pipeline.indicators.cells import Cell, CellKey, Tally
from kim_pipeline.indicators.indicator import Indicator

PUBLISHED = "published"
WITHHELD = "withheld"
STRUCTURAL_ZERO = "structural_zero"
_DRAWS = {"median": Draw(MEASURE_MEDIAN), "percentile_90": Draw(MEASURE_PERCENTILE_90)}


@dataclass(frozen=True)
class Figure:
    """What readers see of a cell; without numbers unless it is published."""

    status: str
    numerator: int | None = None
    denominator: int | None = None
    value: float | None = None


@dataclass(frozen=True)
class Noise:
    """The noise of one release: the cell key and the frozen table."""

    k_cell: bytes
    ptable: PerturbationTable

    def protect(self, tallies: Sequence[Tally]) -> list[int]:
        """Add noise to counts of persons."""
        counts = np.array([t.count for t in tallies], np.int64)
        protected = protect_counts(counts, _keys(tallies), self.k_cell, self.ptable)
        return [int(count) for count in protected]

    def draw(self, tally: Tally, draw: Draw) -> int:
        """Draw a 63-bit integer that stays the same for the same persons."""
        return int(uniform(_keys([tally]), self.k_cell, draw)[0])


def protect_cells(
    cells: Sequence[Cell],
    indicators: Mapping[str, Indicator],
    withheld: frozenset[CellKey],
    noise: Noise,
) -> list[Figure]:
    """Protect cells, one figure per cell in the same order; `withheld` cells show nothing."""
    tallies = [t for c in cells for t in (c.numerator, c.denominator) if t is not None]
    protected = iter(noise.protect(tallies))
    figures = []
    for cell in cells:
        numerator = None if cell.numerator is None else next(protected)
        denominator = None if cell.denominator is None else next(protected)
        if cell.structural:
            figures.append(Figure(STRUCTURAL_ZERO))
        elif cell.key in withheld:
            figures.append(Figure(WITHHELD))
        else:
            kind = indicators[cell.key.indicator_id].kind
            value = _value(kind, cell, numerator, denominator, noise)
            figures.append(_figure(numerator, denominator, value))
    return figures


def _figure(numerator: int | None, denominator: int | None, value: float | None) -> Figure:
    if value is None:
        return Figure(WITHHELD)
    return Figure(PUBLISHED, numerator, denominator, value)


def _value(
    kind: str, cell: Cell, numerator: int | None, denominator: int | None, noise: Noise
) -> float | None:
    if denominator is None or cell.denominator is None:
        return None if numerator is None else float(numerator)
    if not has_base(cell.denominator.count, denominator):
        return None
    if numerator is not None:
        return share_percent(numerator, denominator)
    if cell.statistic is None or cell.distinct < LEAST_DISTINCT:
        return None
    return class_of_days(cell.statistic, noise.draw(cell.denominator, _DRAWS[kind]))


def _keys(tallies: Sequence[Tally]) -> NDArray[np.uint64]:
    return np.array([t.key for t in tallies], np.uint64)
