"""Changes of a figure between two months, and whether they can be told from noise and error."""

from dataclasses import dataclass
from datetime import date

from kim_pipeline.disclosure.rules import (
    COARSE_STEP,
    FINE_BASE,
    RECOGNISABLE,
    TIME_CLASSES,
    is_recognisable,
)
from kim_pipeline.report.doubts import doubt
from kim_pipeline.report.figures import DISTRICT, Cell, Figures, Indicator
from kim_pipeline.report.pages.plan import read_plan

# A change worth a headline: in points of a share, or in proportion to the earlier figure.
_WORTH_POINTS, _WORTH_SHARE = 2.0, 0.05
# What a change is measured against when the earlier value is small: points, days, persons.
_SMALL_BASE = {"percent": 10.0, "days": 30.0, "months": 3.0, "persons": 100.0}


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
        return self.known and differs(self.indicator.unit, self.now, self.before)

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


def differs(unit: str, one: Cell, other: Cell) -> bool:
    """Tell whether two published figures differ by more than noise and rounding.

    Counts differ as the disclosure rules say. Times are rounded up or down by a keyed draw, so one
    class apart may be rounding alone. Shares must differ by their rounding step, and by as many
    persons of the smaller base as counts must: noise in a numerator cannot pass for a change.
    """
    if one.value is None or other.value is None:
        return False
    if unit == "percent":
        return _shares_differ(one, other)
    if unit in TIME_CLASSES:
        return abs(one.value - other.value) > TIME_CLASSES[unit]
    if unit == "persons_per_post":
        return one.value != other.value and is_recognisable(
            one.numerator or 0, other.numerator or 0
        )
    if unit == "per_1000":
        return abs(one.value - other.value) > 10 * RECOGNISABLE
    return is_recognisable(round(one.value), round(other.value))


def _shares_differ(one: Cell, other: Cell) -> bool:
    base = min(one.denominator or 0, other.denominator or 0)
    points = abs(_share(one) - _share(other))
    step = 1 if base >= FINE_BASE else COARSE_STEP
    return points >= step and is_recognisable(0, int(points * base / 100))


def _share(cell: Cell) -> float:
    """Give the share in percent before its rounding, from the protected counts."""
    if cell.numerator is None or not cell.denominator:
        return cell.value or 0.0
    return min(100.0, 100 * cell.numerator / cell.denominator)
