"""Reads the figures of a month from `published`, as the report's own role may."""

from collections import defaultdict
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from kim_pipeline.errors import DisclosureError
from kim_pipeline.periods import format_month, next_month
from kim_pipeline.report.figures import (
    HISTORY_MONTHS,
    Cell,
    Delivery,
    Estimate,
    Figures,
    Indicator,
    LinkRate,
    Part,
    PartKey,
)
from kim_pipeline.steering import Measure, Target
from kim_pipeline.warehouse.schema import meta, published

_INDICATOR = published.indicator
_VALUE = published.indicator_value
_SOURCE = published.source_quality
_LINK = published.link_quality
_MEASURE = published.measure
_SHOWN_IN = published.measure_indicator
_PLACES = ("total", "town")


def read_figures(
    connection: sa.Connection, month: date, locale: str = "de", since: date | None = None
) -> Figures:
    """Read what `published` holds on a month and the twelve before it.

    `since` is the month to compare with, where it is not the first of these. Raises
    DisclosureError when nothing is published for the month.
    """
    rows = connection.execute(_values_until(month, since)).all()
    known = [row.known_on for row in rows if row.month == month]
    if not known:
        raise DisclosureError(
            f"published.indicator_value has no rows for {format_month(month)}; "
            "publish the month before its report."
        )
    deliveries = _deliveries(connection, month, locale)
    # A delivery may be used that changed no figure.
    used = [one.delivered_on for one in deliveries if one.delivered_on]
    return Figures(
        month=month,
        known_on=max(*known, *used),
        indicators=_indicators(connection, locale),
        cells={
            (row.indicator_id, row.month, row.town_ags): _cell(row)
            for row in rows
            if row.breakdown in _PLACES
        },
        deliveries=deliveries,
        link_rates=_link_rates(connection, month),
        breakdowns=_breakdowns(row for row in rows if row.breakdown not in _PLACES),
        measures=_measures(connection),
        since=since,
    )


def translated(connection: sa.Connection, figures: Figures, locale: str) -> Figures:
    """Give the same figures with the names of indicators and sources in another language."""
    return replace(
        figures,
        indicators=_indicators(connection, locale),
        deliveries=_deliveries(connection, figures.month, locale),
    )


def newest_published(connection: sa.Connection) -> date | None:
    """Give the newest month that has published figures."""
    month: date | None = connection.execute(sa.select(sa.func.max(_VALUE.c.month))).scalar()
    return month


def _values_until(month: date, since: date | None) -> sa.Select[Any]:
    """Select totals and towns of all months, other breakdowns of the two that are compared."""
    first = next_month(month, 1 - HISTORY_MONTHS)
    oldest = sa.select(sa.func.min(_VALUE.c.month)).where(_VALUE.c.month >= first)
    compared = oldest.scalar_subquery() if since is None else sa.literal(since)
    wanted = sa.or_(
        _VALUE.c.breakdown.in_(_PLACES), _VALUE.c.month == month, _VALUE.c.month == compared
    )
    order = (_VALUE.c.town_ags, _VALUE.c.value_1, _VALUE.c.value_2)
    return sa.select(_VALUE).where(_VALUE.c.month.between(first, month), wanted).order_by(*order)


def _breakdowns(rows: Any) -> dict[PartKey, tuple[Part, ...]]:
    found: dict[PartKey, list[Part]] = defaultdict(list)
    for row in rows:
        values = tuple(value for value in (row.value_1, row.value_2) if value)
        key = (row.indicator_id, row.breakdown, row.month)
        found[key].append(Part(row.town_ags, values, _cell(row)))
    return {key: tuple(parts) for key, parts in found.items()}


def _cell(row: Any) -> Cell:
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
            baustein=row["baustein"],
            target=_target(row),
        )
        for row in connection.execute(query).mappings()
    )


def _target(row: sa.RowMapping) -> Target | None:
    if row["target_direction"] is None:
        return None
    return Target(
        indicator_id=row["indicator_id"],
        direction=row["target_direction"],
        value=row["target_value"],
        by=row["target_by"],
        set_by=row["target_set_by"],
    )


def _measures(connection: sa.Connection) -> tuple[Measure, ...]:
    shown = sa.func.array_agg(_SHOWN_IN.c.indicator_id)
    query = (
        sa.select(_MEASURE, shown.label("indicator_ids"))
        .join(_SHOWN_IN, _SHOWN_IN.c.measure_id == _MEASURE.c.measure_id)
        .group_by(*_MEASURE.c)
        .order_by(_MEASURE.c.position)
    )
    return tuple(
        Measure(
            id=row.measure_id,
            title=row.title,
            owner=row.owner,
            field=row.field,
            status=row.status,
            first_day=row.first_day,
            last_day=row.last_day,
            indicator_ids=tuple(sorted(row.indicator_ids)),
        )
        for row in connection.execute(query)
    )


def _deliveries(connection: sa.Connection, month: date, locale: str) -> tuple[Delivery, ...]:
    earlier = sa.select(_SOURCE.c.source).where(_SOURCE.c.month < month).distinct()
    before = set(connection.execute(earlier).scalars())
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
            first=row.source not in before,
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


def _estimate(row: Any) -> Estimate:
    """Keep the bands of estimated rows only, whatever stands in the others."""
    if row.estimate_status != "estimated":
        return Estimate(row.estimate_status)
    precision = (row.precision_low, row.precision_high)
    return Estimate("estimated", precision, (row.recall_low, row.recall_high))
