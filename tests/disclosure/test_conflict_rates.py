"""Contradictions between sources reach readers as protected shares of those known to both."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from disclosure.publishing import LATER, publish, restate, rows
from indicators.person_months import KNOWN, MONTH, SOURCES, forget, person, store

from kim_pipeline.disclosure.conflict_rates import conflict_rates
from kim_pipeline.periods import next_month
from kim_pipeline.warehouse.schema import audit, published
from kim_pipeline.warehouse.schema.base import FOREVER
from kim_pipeline.warehouse.schema.conflicts import COMPARED, conflict

CASES, OFFICE, CENTRE = SOURCES
BOTH = [OFFICE, CENTRE]
TOWN = ("town", OFFICE, CENTRE)
FIGURES = ("numerator", "denominator", "value")


def _people(known: int = 200) -> list[dict[str, Any]]:
    return [person(n, in_sources=BOTH if n < known else [CENTRE]) for n in range(300)]


def _disagree(engine: sa.Engine, numbers: range, known_to: Any = FOREVER) -> None:
    """Let the job centre, which goes first, contradict the immigration office on towns."""
    told = {"source": CENTRE, "value": "a", "other_source": OFFICE, "other_value": "b"}
    kept = {"kept_source": CENTRE, "kept_value": "a", "attribute": "town"}
    times = {"known_from": KNOWN - timedelta(days=1), "known_to": known_to}
    with engine.begin() as connection:
        for number in numbers:
            of = {"person_id": person(number)["person_id"]}
            connection.execute(conflict.insert().values(**of, **told, **kept, **times))


def _rates_of(engine: sa.Engine, month: date) -> dict[tuple[str, ...], dict[str, Any]]:
    return _rates(engine, published.conflict_rate.c.month == month)


def _rates(engine: sa.Engine, *where: Any) -> dict[tuple[str, ...], dict[str, Any]]:
    found = rows(engine, published.conflict_rate, *where)
    return {(row["attribute"], row["source"], row["other_source"]): row for row in found}


def test_a_rate_is_protected_and_served_like_every_figure(warehouse: sa.Engine) -> None:
    store(warehouse, _people())
    _disagree(warehouse, range(150, 250))
    publish(warehouse)
    shown = _rates(warehouse)
    assert len(shown) == len(conflict_rates(SOURCES)) == len(COMPARED) * 3
    rate = shown[TOWN]
    assert 43 <= rate["numerator"] <= 57, "half of those who disagree are known to one source only"
    assert 193 <= rate["denominator"] <= 207
    assert rate["value"] == round(100 * rate["numerator"] / rate["denominator"])
    exact = rows(
        warehouse,
        audit.cell_ledger,
        audit.cell_ledger.c.indicator_id == ":".join(("conflict", *TOWN)),
    )
    assert [(row["true_numerator"], row["true_denominator"]) for row in exact] == [(50, 200)]
    assert shown["sex", OFFICE, CENTRE]["value"] == 0
    nobody = shown["town", CASES, CENTRE]
    assert (nobody["status"], *(nobody[name] for name in FIGURES)) == ("withheld", *[None] * 3)
    restate(warehouse, _people(known=198))
    assert publish(warehouse, LATER).revised == 0
    assert _rates(warehouse) == shown


def test_contradictions_that_were_resolved_by_then_are_not_counted(warehouse: sa.Engine) -> None:
    store(warehouse, _people())
    _disagree(warehouse, range(100), known_to=KNOWN)
    publish(warehouse)
    assert _rates(warehouse)[TOWN]["numerator"] == 0


@pytest.mark.parametrize("known", [150, 60])
def test_an_older_month_keeps_what_was_published_of_contradictions(
    warehouse: sa.Engine, known: int
) -> None:
    later, soon = next_month(MONTH), KNOWN + timedelta(days=20)
    store(warehouse, _people())
    _disagree(warehouse, range(100))
    publish(warehouse)
    before = _rates(warehouse)[TOWN]["numerator"]
    store(warehouse, [row | {"month": later} for row in _people()], soon)
    _disagree(warehouse, range(100, 190))
    publish(warehouse, soon, later)
    assert _rates_of(warehouse, later)[TOWN]["numerator"] > 175
    forget(warehouse)
    store(warehouse, _people(known))
    assert publish(warehouse, LATER).revised > 0
    after = _rates_of(warehouse, MONTH)[TOWN]
    if known < 100:
        assert (after["status"], after["numerator"]) == ("withheld", None)
    else:
        assert after["numerator"] == before
        assert abs(after["denominator"] - known) <= 7


def test_an_older_month_that_comes_late_has_no_rates(warehouse: sa.Engine) -> None:
    later = next_month(MONTH)
    store(warehouse, [row | {"month": later} for row in _people()])
    store(warehouse, _people())
    _disagree(warehouse, range(100))
    publish(warehouse)
    assert _rates(warehouse) == {}
