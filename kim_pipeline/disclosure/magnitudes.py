"""Figures made of the values of persons: percentiles, means, quotients, times until an event.

Each gives what may be shown, or None. The rules are those of B.6.4; the noise of a mean is a
simple form of Giessing and Tent, "Concepts for generalising tools implementing the cell key method
to the case of continuous variables" (2019).
"""

from kim_pipeline.disclosure import rules
from kim_pipeline.disclosure.cell_key import (
    MEASURE_MEAN,
    MEASURE_MEDIAN,
    MEASURE_OVER,
    MEASURE_PERCENTILE_90,
    MEASURE_SURVIVAL,
    MEASURE_VALUE,
    Draw,
)
from kim_pipeline.disclosure.noise import Noise
from kim_pipeline.indicators.cells import Cell, Percentile, Tally, Total
from kim_pipeline.indicators.indicator import Indicator
from kim_pipeline.indicators.survival import Survival

_PERCENTILE_DRAWS = {
    "median": Draw(MEASURE_MEDIAN),
    "percentile_90": Draw(MEASURE_PERCENTILE_90),
}


def figure_of_values(indicator: Indicator, cell: Cell, persons: int, noise: Noise) -> float | None:
    """Protect a figure made of values; `persons` is the protected count of its denominator."""
    base = cell.denominator
    if base is None:
        return None
    match cell.quantity:
        case Percentile(value=value, distinct=distinct) if value is not None:
            enough = rules.has_base(base.count, persons) and distinct >= rules.LEAST_DISTINCT
            draw = noise.draw(base, _PERCENTILE_DRAWS[indicator.kind])
            return rules.class_of(value, indicator.unit, draw) if enough else None
        case Survival() as survival:
            return _survival(survival, base, indicator, persons, noise)
        case Total() as total if indicator.kind == "mean":
            return _mean(total, base, indicator, persons, noise)
        case Total():
            return _quotient(indicator, cell, persons, noise)
    return None


def _survival(
    survival: Survival, base: Tally, indicator: Indicator, persons: int, noise: Noise
) -> float | None:
    few = survival.events < rules.LEAST_EVENTS or survival.distinct < rules.LEAST_DISTINCT
    if survival.median is None or few or not rules.has_base(base.count, persons):
        return None
    draw = noise.draw(base, Draw(MEASURE_SURVIVAL))
    return rules.class_of(survival.median, indicator.unit, draw)


def _mean(
    total: Total, base: Tally, indicator: Indicator, persons: int, noise: Noise
) -> float | None:
    if not rules.has_mean_base(base.count, persons) or total.distinct < rules.LEAST_DISTINCT:
        return None
    if rules.dominates(total.sum, total.largest, total.second):
        return None
    error = rules.error_of_sum(total.largest, noise.draw(base, Draw(MEASURE_MEAN)))
    return rules.rounded_mean((total.sum + error) / base.count, indicator.unit)


def _quotient(indicator: Indicator, cell: Cell, persons: int, noise: Noise) -> float | None:
    value, over = cell.quantity, cell.over
    if cell.numerator is None or cell.denominator is None or over is None:
        return None
    if not isinstance(value, Total) or not rules.has_base(cell.denominator.count, persons):
        return None
    if rules.dominates(over.sum, over.largest, over.second):
        return None
    above = _protected_sum(value, cell.numerator.count, MEASURE_VALUE, noise)
    below = _protected_sum(over, cell.denominator.count, MEASURE_OVER, noise)
    if below <= 0:
        return None
    return rules.rounded_ratio(indicator.formula.times * above / below, persons, indicator.unit)


def _protected_sum(total: Total, persons: int, measure: int, noise: Noise) -> int:
    """Add the noise of a count, as if every person gave as much as the largest giver."""
    error = noise.error(Tally(persons, total.key), Draw(measure))
    return max(total.sum + error * total.largest, 0)
