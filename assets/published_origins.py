"""Origins of published figures: the columns of a person month that the catalogue counts."""

from collections.abc import Iterable, Mapping, Sequence

from assets.origins import MONTHS, Origin, Origins
from kim_pipeline.indicators.indicator import Indicator


def published_origins(indicators: Sequence[Indicator]) -> Origins:
    """Say for figures and dimensions, over all indicators, which columns they count."""
    columns = [counted(indicator) for indicator in indicators]
    dimensions = {d for i in indicators for b in i.breakdowns for d in b.dimensions}
    figures = {
        name: _of_month(c for one in columns for c in one[name])
        for name in ("numerator", "denominator", "value")
    }
    shown = _of_month(dimensions)
    return {**figures, "town_ags": _of_month(["town_ags"]), "value_1": shown, "value_2": shown}


def counted(indicator: Indicator) -> Mapping[str, frozenset[str]]:
    """List the person month columns behind numerator, denominator and value of one indicator."""
    formula = indicator.formula
    numerator = frozenset(condition.read for condition in indicator.numerator or ())
    denominator = frozenset(condition.read for condition in indicator.denominator or ())
    values = {name for name in (formula.value, formula.over, formula.event) if name}
    everything = numerator | denominator | values
    return {"numerator": numerator, "denominator": denominator, "value": everything}


def _of_month(columns: Iterable[str]) -> frozenset[Origin]:
    return frozenset((MONTHS, column) for column in columns)
