"""The published figures of one month with their history, as values. Nothing is computed here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from kim_pipeline.periods import months_between
from kim_pipeline.steering import Measure, Target

HISTORY_MONTHS = 13
DISTRICT = ""
Band = tuple[float, float]


@dataclass(frozen=True)
class Indicator:
    """An indicator of the catalogue, in the reader's language."""

    indicator_id: str
    name: str
    definition: str
    kind: str
    unit: str
    sources: str
    linked: bool
    baustein: str = ""
    target: Target | None = None

    @property
    def source_ids(self) -> tuple[str, ...]:
        """List the sources it is made from."""
        return tuple(self.sources.replace(",", " ").split())

    @property
    def bausteine(self) -> tuple[str, ...]:
        """List the Bausteine it serves."""
        return tuple(self.baustein.replace(",", " ").split())


@dataclass(frozen=True)
class Cell:
    """One protected figure; its numbers are None unless its status is published."""

    status: str
    value: float | None = None
    numerator: int | None = None
    denominator: int | None = None
    revised: bool = False
    provisional: bool = False


@dataclass(frozen=True)
class Part:
    """A cell of a breakdown: its town and the values of its dimensions besides the town."""

    town: str
    values: tuple[str, ...]
    cell: Cell


@dataclass(frozen=True)
class Delivery:
    """What one source delivered for the month."""

    source: str
    name: str
    delivered_on: date | None
    delivery_month: date | None
    persons: int | None
    change_percent: float | None
    rules_passed: int
    rules_checked: int
    provisional: bool
    status: str
    first: bool = False
    """There is no month before to compare with."""


@dataclass(frozen=True)
class Estimate:
    """Estimated quality of links: bands in percent, None unless the status is estimated."""

    status: str
    precision: Band | None = None
    recall: Band | None = None


@dataclass(frozen=True)
class LinkRate:
    """The share of one source's persons found in another; group "" means all persons."""

    source: str
    other_source: str
    group: str
    cell: Cell
    estimate: Estimate = Estimate("not_identified")


PartKey = tuple[str, str, date]


@dataclass(frozen=True)
class Figures:
    """Everything the report may say about a month.

    `cells` are totals and towns over the months, keyed by (indicator, month, town); `breakdowns`
    the parts of all other breakdowns, keyed by (indicator, breakdown, month), for the month and
    the one it is compared with. `since` is that month; None takes the first of the history.
    """

    month: date
    known_on: date
    indicators: tuple[Indicator, ...]
    cells: Mapping[tuple[str, date, str], Cell]
    deliveries: tuple[Delivery, ...]
    link_rates: tuple[LinkRate, ...]
    breakdowns: Mapping[PartKey, tuple[Part, ...]] = field(default_factory=dict)
    measures: tuple[Measure, ...] = ()
    since: date | None = None

    def months(self) -> tuple[date, ...]:
        """List the months of the trends: from the first with figures, 13 at most."""
        return self._months

    @cached_property
    def _months(self) -> tuple[date, ...]:
        first = min(month for _, month, _ in self.cells)
        return tuple(months_between(first, self.month))

    @cached_property
    def _by_id(self) -> dict[str, Indicator]:
        return {indicator.indicator_id: indicator for indicator in self.indicators}

    def baseline(self) -> date | None:
        """Give the month to compare with: the one asked for, else a year before or the first."""
        first = self.months()[0]
        if self.since is not None and first <= self.since < self.month:
            return self.since
        return first if first < self.month else None

    def indicator(self, indicator_id: str) -> Indicator | None:
        """Find an indicator; None where the catalogue lacks it."""
        return self._by_id.get(indicator_id)

    def cell(self, indicator_id: str, town: str = DISTRICT, month: date | None = None) -> Cell:
        """Give a cell; its status is `absent` where the catalogue makes none."""
        key = (indicator_id, month or self.month, town)
        return self.cells.get(key, Cell("absent"))

    def history(self, indicator_id: str, town: str = DISTRICT) -> Iterator[tuple[date, Cell]]:
        """Walk the months of an indicator, oldest first."""
        for month in self.months():
            yield month, self.cell(indicator_id, town, month)

    def parts(
        self, indicator_id: str, breakdown: str, month: date | None = None
    ) -> tuple[Part, ...]:
        """Give the parts of a breakdown in a month; none where there is no such breakdown."""
        return self.breakdowns.get((indicator_id, breakdown, month or self.month), ())
