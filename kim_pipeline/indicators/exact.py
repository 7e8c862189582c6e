"""The exact figure of a cell, before any protection; never leaves the house."""

from kim_pipeline.indicators.cells import Percentile, Strata, Tally, Total
from kim_pipeline.indicators.indicator import Indicator
from kim_pipeline.indicators.standardised import exact_counts, standardised_share
from kim_pipeline.indicators.survival import Survival

Quantity = Percentile | Total | Survival | Strata | None


def statistic(
    indicator: Indicator, denominator: Tally | None, quantity: Quantity, over: Total | None
) -> float | None:
    """Give the figure that is made of persons' values; None for counts and where there is none."""
    if isinstance(quantity, Percentile):
        return quantity.value
    if isinstance(quantity, Survival):
        return None if quantity.median is None else float(quantity.median)
    if isinstance(quantity, Strata):
        share = standardised_share(exact_counts(quantity))
        return None if share is None else indicator.formula.times * share
    if quantity is None:
        return None
    if indicator.kind == "quotient":
        divisor = over.sum / indicator.formula.times if over else 0.0
    else:
        divisor = float(denominator.count) if denominator else 0.0
    return quantity.sum / divisor if divisor else None


def exact_figure(
    indicator: Indicator, numerator: int | None, denominator: int | None, made: float | None
) -> float | None:
    """Give an indicator's exact figure from its exact counts and the statistic `made` of values."""
    if indicator.formula.value is not None or indicator.formula.strata or numerator is None:
        return made
    if indicator.kind == "per_staff":
        posts = indicator.formula.posts
        return numerator / posts if posts else None
    if denominator is None:
        return float(numerator)
    return indicator.formula.times * numerator / denominator if denominator else None
