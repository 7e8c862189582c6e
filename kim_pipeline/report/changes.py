"""Changes of a figure between two months, and whether they can be told from noise and error."""

from dataclasses import dataclass
from datetime import date
from math import inf

from kim_pipeline.report.doubts import doubt
from kim_pipeline.report.figures import DISTRICT, Cell, Figures, Indicator
from kim_pipeline.report.pages.plan import read_plan
from kim_pipeline.report.thresholds import threshold

# A change worth a headline: in points of a share, or in proportion to the earlier figure.
_WORTH_POINTS, _WORTH_SHARE = 2.0, 0.05
# What a change is measured against when the earlier value is small: points, days, persons.
_SMALL_BASE = {"percent": 10.0, "days": 30.0, "months": 3.0, "persons": 100.0}
# What a sum of floats may lack of a whole number of persons.
_TINY = 1e-9


@dataclass(frozen=True)
class Change:
    """A figure now and before; `recognisable` is False whenever the noise could have made it.

    `margin` is the estimated error of the figure now, from missing links and late reports; None
    where nobody can tell. A change that does not exceed it is uncertain and counts for nothing.
    """

    indicator: Indicator
    since: date | None
    now: Cell
    before: Cell
    margin: float | None = 0.0

    @property
    def known(self) -> bool:
        """Tell whether both months have a published figure."""
        return self.now.value is not None and self.before.value is not None

    @property
    def difference(self) -> float:
        """Give the change of the figures as shown; 0 when one of them is not published."""
        if self.now.value is None or self.before.value is None:
            return 0.0
        return self.now.value - self.before.value

    @property
    def recognisable(self) -> bool:
        """Tell whether the change is more than noise and rounding (B.6.7)."""
        return self.recognisable_by(1.0)

    def recognisable_by(self, firmness: float) -> bool:
        """Tell the same of a change picked among many, which has more noise to beat."""
        unit, kind = self.indicator.unit, self.indicator.kind
        return differs(unit, self.now, self.before, kind, firmness)

    @property
    def certain(self) -> bool:
        """Tell whether the change is more than noise, rounding and estimated error."""
        if not self.recognisable or self.margin is None:
            return False
        return abs(self.difference) > self.margin

    @property
    def uncertain(self) -> bool:
        """Tell whether a change is seen that the estimated error could have made."""
        return self.recognisable and not self.certain

    @property
    def notable(self) -> bool:
        """Tell whether a certain change is large enough for a headline."""
        if self.indicator.unit == "percent":
            return self.certain and abs(self.difference) >= _WORTH_POINTS
        return self.certain and abs(self.difference) >= _WORTH_SHARE * abs(self.before.value or 0.0)

    @property
    def favourable(self) -> int:
        """Give 1 for a certain improvement, -1 for the contrary, 0 where neither can be said."""
        better = read_plan().better.get(self.indicator.indicator_id, 0)
        if not self.certain or not better:
            return 0
        return better if self.difference > 0 else -better

    @property
    def size(self) -> float:
        """Give the change in proportion to the earlier figure, to rank changes of unlike units."""
        base = max(abs(self.before.value or 0.0), _SMALL_BASE.get(self.indicator.unit, 1.0))
        return abs(self.difference) / base


def change_of(figures: Figures, indicator: Indicator, town: str = DISTRICT) -> Change:
    """Compare a figure of the month with the same figure in the baseline month."""
    since = figures.baseline()
    now = figures.cell(indicator.indicator_id, town)
    before = figures.cell(indicator.indicator_id, town, since) if since else Cell("absent")
    return Change(indicator, since, now, before, doubt(read_plan(), figures, indicator, now).margin)


def differs(unit: str, one: Cell, other: Cell, kind: str = "", firmness: float = 1.0) -> bool:
    """Tell whether two published figures differ by more than noise and rounding.

    `firmness` multiplies the noise to beat where the figures were picked for being extremes.
    """
    if one.value is None or other.value is None:
        return False
    least = threshold(unit, kind, one, other).least(firmness)
    if unit == "persons_per_post":
        # Its noise is that of the persons; posts have none.
        persons = abs((one.numerator or 0) - (other.numerator or 0))
        return one.value != other.value and persons >= least
    return abs(_value(unit, kind, one) - _value(unit, kind, other)) >= least - _TINY


def is_beyond(indicator: Indicator, cell: Cell, level: float) -> bool:
    """Tell whether a figure lies off a level by as much as it must change to be recognisable."""
    if cell.value is None:
        return False
    unit, kind = indicator.unit, indicator.kind
    least = threshold(unit, kind, cell, cell).least(1.0)
    if unit == "persons_per_post":
        least *= cell.value / cell.numerator if cell.numerator else inf
    return abs(_value(unit, kind, cell) - level) >= least - _TINY


def _value(unit: str, kind: str, cell: Cell) -> float:
    """Give the figure to compare: a share as exact as readers can work it out."""
    exact = unit == "percent" and kind != "rate"
    return _share(cell) if exact else cell.value or 0.0


def _share(cell: Cell) -> float:
    """Give the share in percent before its rounding, from the protected counts."""
    if cell.numerator is None or not cell.denominator:
        return cell.value or 0.0
    return min(100.0, 100 * cell.numerator / cell.denominator)
