"""The published figures of one month with their history, as values. Nothing is computed here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from kim_pipeline.errors import DisclosureError
from kim_pipeline.periods import format_month, months_between, next_month
from kim_pipeline.warehouse.schema import meta, published

HISTORY_MONTHS = 13
DISTRICT = ""
_INDICATOR = published.indicator
_VALUE = published.indicator_value
_SOURCE = published.source_quality
_LINK = published.link_quality


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


Band = tuple[float, float]


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


@dataclass(frozen=True)
class Figures:
    """Everything the report may say about a month; cells are keyed by (indicator, month, town)."""

    month: date
    known_on: date
    indicators: tuple[Indicator, ...]
    cells: Mapping[tuple[str, date, str], Cell]
    deliveries: tuple[Delivery, ...]
    link_rates: tuple[LinkRate, ...]

    def months(self) -> tuple[date, ...]:
        """List the months of the trends: from the first with figures, 13 at most."""
        first = min(month for _, month, _ in self.cells)
        return tuple(months_between(first, self.month))

    def baseline(self) -> date | None:
        """Give the month to compare with: a year before, or the first there is."""
        first = self.months()[0]
        return first if first < self.month else None

    def cell(self, indicator_id: str, town: str = DISTRICT, month: date | None = None) -> Cell:
        """Give a cell; its status is `absent` where the catalogue makes none."""
        key = (indicator_id, month or self.month, town)
        return self.cells.get(key, Cell("absent"))

    def history(self, indicator_id: str, town: str = DISTRICT) -> Iterator[tuple[date, Cell]]:
        """Walk the months of an indicator, oldest first."""
        for month in self.months():
            yield month, self.cell(indicator_id, town, month)


def read_figures(connection: sa.Connection, month: date, locale: str = "de") -> Figures:
    """Read what `published` holds on a month and the twelve before it.

    Raises DisclosureError when nothing is published for the month.
    """
    rows = connection.execute(_values_until(month)).all()
    known = [row.known_on for row in rows if row.month == month]
    if not known:
        raise DisclosureError(
            f"published.indicator_value has no rows for {format_month(month)}; "
            "publish the month before its report."
        )
    return Figures(
        month=month,
        known_on=max(known),
        indicators=_indicators(connection, locale),
        cells={(row.indicator_id, row.month, row.town_ags): _cell(row) for row in rows},
        deliveries=_deliveries(connection, month, locale),
        link_rates=_link_rates(connection, month),
    )


def newest_published(connection: sa.Connection) -> date | None:
    """Give the newest month that has published figures."""
    month: date | None = connection.execute(sa.select(sa.func.max(_VALUE.c.month))).scalar()
    return month


def _values_until(month: date) -> sa.Select[tuple[object, ...]]:
    first = next_month(month, 1 - HISTORY_MONTHS)
    return (
        sa.select(_VALUE)
        .where(_VALUE.c.month.between(first, month))
        .where(_VALUE.c.breakdown.in_(["total", "town"]))
    )


def _cell(row: sa.Row[tuple[object, ...]]) -> Cell:
    """Keep the numbers of published rows only, whatever stands in the others."""
    revised = getattr(row, "revision", 0) > 0
    provisional = getattr(row, "provisional", False)
    if row.status != "published" or row.value is None:
        status = "structural_zero" if row.status == "structural_zero" else "withheld"
        return Cell(status, revised=revised, provisional=provisional)
    return Cell("published", row.value, row.numerator, row.denominator, revised, provisional)


def _indicators(connection: sa.Connection, locale: str) -> tuple[Indicator, ...]:
    query = sa.select(_INDICATOR).order_by(_INDICATOR.c.position, _INDICATOR.c.indicator_id)
    return tuple(
        Indicator(
            indicator_id=row["indicator_id"],
            name=row[f"name_{locale}"],
            definition=row[f"definition_{locale}"],
            kind=row["kind"],
            unit=row["unit"],
            sources=row["sources"],
            linked=row["linked"],
        )
        for row in connection.execute(query).mappings()
    )


def _deliveries(connection: sa.Connection, month: date, locale: str) -> tuple[Delivery, ...]:
    named = _SOURCE.outerjoin(meta.source, meta.source.c.source == _SOURCE.c.source)
    query = (
        sa.select(_SOURCE, meta.source.c.name_en)
        .select_from(named)
        .where(_SOURCE.c.month == month)
        .order_by(_SOURCE.c.source)
    )
    return tuple(
        Delivery(
            source=row.source,
            name=row.name_de if locale == "de" else row.name_en or row.name_de,
            delivered_on=row.delivered_on,
            delivery_month=row.delivery_month,
            persons=row.persons if row.status == "published" else None,
            change_percent=row.change_percent if row.status == "published" else None,
            rules_passed=row.rules_passed,
            rules_checked=row.rules_checked,
            provisional=row.provisional,
            status=row.status,
        )
        for row in connection.execute(query)
    )


def _link_rates(connection: sa.Connection, month: date) -> tuple[LinkRate, ...]:
    order = (_LINK.c.source, _LINK.c.other_source, _LINK.c.nationality_group)
    query = sa.select(_LINK).where(_LINK.c.month == month).order_by(*order)
    return tuple(
        LinkRate(row.source, row.other_source, row.nationality_group, _cell(row), _estimate(row))
        for row in connection.execute(query)
    )


def _estimate(row: sa.Row[tuple[Any, ...]]) -> Estimate:
    """Keep the bands of estimated rows only, whatever stands in the others."""
    if row.estimate_status != "estimated":
        return Estimate(row.estimate_status)
    precision = (row.precision_low, row.precision_high)
    return Estimate("estimated", precision, (row.recall_low, row.recall_high))
