"""Turn exact cells into figures that may be shown: noise for counts, rules for the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kim_pipeline.disclosure.magnitudes import figure_of_values
from kim_pipeline.disclosure.noise import Noise
from kim_pipeline.disclosure.rules import has_base, rounded_ratio, share_percent, to_step
from kim_pipeline.indicators.cells import Cell, CellKey, Strata
from kim_pipeline.indicators.indicator import Indicator

PUBLISHED = "published"
WITHHELD = "withheld"
STRUCTURAL_ZERO = "structural_zero"


@dataclass(frozen=True)
class Figure:
    """What readers see of a cell; without numbers unless it is published."""

    status: str
    numerator: int | None = None
    denominator: int | None = None
    value: float | None = None


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
            indicator = indicators[cell.key.indicator_id]
            figures.append(_figure(indicator, cell, numerator, denominator, noise))
    return figures


def _figure(
    indicator: Indicator,
    cell: Cell,
    numerator: int | None,
    denominator: int | None,
    noise: Noise,
) -> Figure:
    if indicator.formula.value is not None:
        # What was summed are not the persons counted, so these do not stand beside the figure.
        made = figure_of_values(indicator, cell, denominator or 0, noise)
        return _shown(None, denominator, made)
    if isinstance(cell.quantity, Strata):
        # Made of what is shown of other cells (`standardised_share`).
        return Figure(WITHHELD)
    if numerator is None:
        return Figure(WITHHELD)
    return _shown(numerator, denominator, _of_counts(indicator, cell, numerator, denominator))


def _shown(numerator: int | None, denominator: int | None, value: float | None) -> Figure:
    if value is None:
        return Figure(WITHHELD)
    return Figure(PUBLISHED, numerator, denominator, value)


def _of_counts(
    indicator: Indicator, cell: Cell, numerator: int, denominator: int | None
) -> float | None:
    formula = indicator.formula
    if indicator.kind == "per_staff":
        return to_step(numerator / formula.posts, 1) if formula.posts else None
    if denominator is None or cell.denominator is None:
        return float(numerator)
    if not has_base(cell.denominator.count, denominator):
        return None
    if indicator.kind == "share":
        return share_percent(numerator, denominator)
    return rounded_ratio(formula.times * numerator / denominator, denominator, indicator.unit)
