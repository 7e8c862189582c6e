"""The towns side by side in one indicator: values, changes and classes for map and comparison."""

import re
from dataclasses import dataclass

from kim_pipeline.kreis import Kreis
from kim_pipeline.report.changes import Change, change_of, differs
from kim_pipeline.report.charts.scale import classes
from kim_pipeline.report.figures import Figures, Indicator
from kim_pipeline.report.thresholds import firmness_among

_ADDITION = re.compile(r"\s*(\(.*\)|\b(am|an|auf|bei|im|in|ob)\b.*)$")


@dataclass(frozen=True)
class TownFigure:
    """A town's figure and its change."""

    ags: str
    name: str
    change: Change

    @property
    def value(self) -> float | None:
        """Give the figure of the month; None when it is not published."""
        return self.change.now.value


@dataclass(frozen=True)
class Comparison:
    """One indicator in all towns and the whole Kreis; towns from the highest figure down."""

    indicator: Indicator
    towns: tuple[TownFigure, ...]
    district: Change

    def published(self) -> tuple[TownFigure, ...]:
        """Give the towns whose figure is published."""
        return tuple(town for town in self.towns if town.value is not None)

    def extremes(self) -> tuple[tuple[TownFigure, ...], tuple[TownFigure, ...]]:
        """Give the towns with the highest and with the lowest figure."""
        shown = self.published()
        values = [town.value for town in shown if town.value is not None]
        highest = tuple(town for town in shown if town.value == max(values))
        return highest, tuple(town for town in shown if town.value == min(values))

    def differ(self) -> bool:
        """Tell whether highest and lowest differ by more than noise, rounding and known error.

        They were picked for being extremes, so noise alone sets them further apart than two towns.
        An error that nobody can tell has a mark of its own beside the figures.
        """
        shown = self.published()
        if len(shown) < 2:
            return False
        high, low = (towns[0].change for towns in self.extremes())
        unit, kind = self.indicator.unit, self.indicator.kind
        if not differs(unit, high.now, low.now, kind, firmness_among(len(shown))):
            return False
        margin = max(high.margin or 0.0, low.margin or 0.0)
        return (high.now.value or 0.0) - (low.now.value or 0.0) > margin

    def mover(self) -> TownFigure | None:
        """Give the town that changed most, if it did so by more than the noise of the largest."""
        known = [town for town in self.towns if town.change.known]
        moved = [town for town in known if town.change.certain]
        first = max(moved, key=lambda town: abs(town.change.difference), default=None)
        firm = firmness_among(len(known))
        return first if first and first.change.recognisable_by(firm) else None

    def borders(self) -> tuple[float, ...]:
        """Give the inner borders of the map's classes; none where no difference can be told."""
        if not self.differ():
            return ()
        values = [town.value for town in self.published() if town.value is not None]
        return classes(values) if values else ()

    def class_of(self, value: float) -> int:
        """Give the class of a figure, counted from 0."""
        return sum(value >= border for border in self.borders())


def compare_towns(figures: Figures, kreis: Kreis, indicator: Indicator) -> Comparison:
    """Set the towns of the Kreis side by side."""
    towns = [
        TownFigure(town.ags, short_name(town.name), change_of(figures, indicator, town.ags))
        for town in kreis.towns
    ]
    towns.sort(key=lambda town: (town.value is None, -(town.value or 0.0), town.name))
    return Comparison(indicator, tuple(towns), change_of(figures, indicator))


def short_name(name: str) -> str:
    """Leave out what only tells a town from its namesakes."""
    return _ADDITION.sub("", name)
