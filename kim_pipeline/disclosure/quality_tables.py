"""Write the data-quality box: deliveries behind a month and link rates, protected like the rest."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date
from typing import Any

import sqlalchemy as sa

from kim_pipeline.disclosure.ledger import Entry
from kim_pipeline.disclosure.link_bands import ESTIMATED, Band, shown_band
from kim_pipeline.disclosure.protect import PUBLISHED, WITHHELD
from kim_pipeline.disclosure.published_tables import replace_rows
from kim_pipeline.disclosure.rules import is_recognisable
from kim_pipeline.indicators.cells import Cell, CellKey
from kim_pipeline.indicators.indicator import TOTAL
from kim_pipeline.indicators.measure import State
from kim_pipeline.indicators.quality_counts import LINK_PREFIX, link_pair, source_id
from kim_pipeline.periods import previous_month
from kim_pipeline.warehouse import link_estimates
from kim_pipeline.warehouse.link_estimates import EstimateKey, LinkEstimate
from kim_pipeline.warehouse.schema.published import (
    ESTIMATE_FIGURES,
    link_quality,
    source_quality,
)
from kim_pipeline.warehouse.schema.quality import check_result, delivery, link_rate
from kim_pipeline.warehouse.source_names import SourceName

Shown = Mapping[CellKey, Entry]
Fields = dict[str, Any]
_Release = tuple[str, str, str, str]

_NO_DELIVERY: Fields = {"delivered_on": None, "delivery_month": None}
_NO_RULES: Fields = {"rules_passed": 0, "rules_checked": 0}


def write_link_rates(
    connection: sa.Connection, month: date, cells: Sequence[Cell], shown: Shown
) -> None:
    """Replace the month's link rates: exact for analysts, protected in `published.link_quality`.

    Beside a protected rate stands the estimated quality of the links between both sources, in
    rounded bands. Groups for which a rate cannot exist have no row.
    """
    links = [c for c in cells if c.key.indicator_id.startswith(LINK_PREFIX) and not c.structural]
    exact = [
        _link(month, cell.key) | {"persons": cell.denominator.count, "found": cell.numerator.count}
        for cell in links
        if cell.denominator is not None and cell.numerator is not None
    ]
    estimates = link_estimates.read(connection, month)
    before = _bands_before(connection, month)
    protected = [
        _link(month, cell.key) | _protected(shown[cell.key], estimates, before) for cell in links
    ]
    replace_rows(connection, link_rate, link_rate.c.month == month, exact)
    replace_rows(connection, link_quality, link_quality.c.month == month, protected)


def _protected(
    entry: Entry, estimates: Mapping[EstimateKey, LinkEstimate], before: Mapping[_Release, Band]
) -> Fields:
    """Put a rate and its band together; a band once shown stays for its release."""
    source, other = link_pair(entry.indicator_id)
    first, second = sorted((source, other))
    band = shown_band(estimates.get((first, second, entry.value_1)), entry)
    if band["estimate_status"] == ESTIMATED:
        band = before.get((source, other, entry.value_1, entry.release), band)
    rate = {n: getattr(entry, n) for n in ("numerator", "denominator", "value", "status")}
    return {**rate, **band, "release": entry.release}


def _bands_before(connection: sa.Connection, month: date) -> dict[_Release, Band]:
    shown = (*ESTIMATE_FIGURES, "estimate_status")
    query = sa.select(link_quality).where(
        link_quality.c.month == month, link_quality.c.estimate_status == ESTIMATED
    )
    return {
        (row["source"], row["other_source"], row["nationality_group"], row["release"]): {
            name: row[name] for name in shown
        }
        for row in connection.execute(query).mappings()
    }


def _link(month: date, key: CellKey) -> dict[str, Any]:
    source, other = link_pair(key.indicator_id)
    return {
        "month": month,
        "source": source,
        "other_source": other,
        "nationality_group": key.value_1,
    }


def write_source_quality(
    connection: sa.Connection,
    state: State,
    shown: Shown,
    names: Mapping[str, SourceName],
    provisional: frozenset[str],
) -> None:
    """Replace the month's rows of `published.source_quality`, one per source."""
    deliveries = _deliveries(connection, state)
    rules = _rules(connection, state.month)
    before = _persons_before(connection, state.month)
    rows = [
        {
            "month": state.month,
            "source": source,
            "name_de": names[source].name_de if source in names else source,
            **deliveries.get(source, _NO_DELIVERY),
            **_persons(shown, source, before.get(source), delivered=source in deliveries),
            **rules.get(source, _NO_RULES),
            "provisional": source in provisional,
        }
        for source in sorted({*names, *deliveries})
    ]
    replace_rows(connection, source_quality, source_quality.c.month == state.month, rows)


def _deliveries(connection: sa.Connection, state: State) -> dict[str, Fields]:
    query = (
        sa.select(delivery.c.source, delivery.c.received_at, delivery.c.month)
        .where(
            delivery.c.status == "accepted",
            delivery.c.month <= state.month,
            delivery.c.known_at <= state.known_at,
        )
        .order_by(delivery.c.month, delivery.c.sequence)
    )
    # Oldest first: the newest delivery of each source is the one that stays.
    return {
        source: {"delivered_on": received.astimezone(UTC).date(), "delivery_month": described}
        for source, received, described in connection.execute(query)
    }


def _rules(connection: sa.Connection, month: date) -> dict[str, Fields]:
    passed = sa.func.count().filter(check_result.c.passed)
    query = (
        sa.select(check_result.c.source, passed, sa.func.count())
        .where(check_result.c.month == month, check_result.c.source.is_not(None))
        .group_by(check_result.c.source)
    )
    return {
        source: {"rules_passed": held, "rules_checked": checked}
        for source, held, checked in connection.execute(query)
    }


def _persons_before(connection: sa.Connection, month: date) -> dict[str, int | None]:
    query = sa.select(source_quality.c.source, source_quality.c.persons).where(
        source_quality.c.month == previous_month(month)
    )
    return {row.source: row.persons for row in connection.execute(query)}


def _persons(shown: Shown, source: str, before: int | None, *, delivered: bool) -> Fields:
    entry = shown.get(CellKey(source_id(source), TOTAL)) if delivered else None
    persons = None if entry is None else entry.numerator
    return {
        "persons": persons,
        "change_percent": _change(before, persons),
        "status": WITHHELD if persons is None else PUBLISHED,
    }


def _change(before: int | None, now: int | None) -> float | None:
    """Give the change in whole percent, or None when it cannot be told from noise."""
    if not before or now is None or not is_recognisable(before, now):
        return None
    return float(round(100 * (now - before) / before))
