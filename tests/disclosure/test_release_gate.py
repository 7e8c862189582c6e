"""The gate of a release in a real warehouse, and counts that are one count wherever they stand."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from disclosure.publishing import (
    CATALOGUE,
    KEYS,
    LATER,
    everything,
    publish,
    restate,
    rows,
    value,
)
from indicators.person_months import MONTH, TOWNS, invent, person, store

from kim_pipeline.disclosure.earlier_values import read_earlier
from kim_pipeline.disclosure.release import publish_month
from kim_pipeline.errors import DisclosureError
from kim_pipeline.periods import next_month
from kim_pipeline.warehouse.schema import audit, published


def test_a_revised_rate_keeps_the_base_that_did_not_change(warehouse: sa.Engine) -> None:
    people = [person(n, foreign_resident=True, sgb2_benefit=n < 100) for n in range(200)]
    store(warehouse, people)
    publish(warehouse)
    base = value(warehouse, "S1")["numerator"]
    restate(
        warehouse,
        [person(n, foreign_resident=True, sgb2_benefit=n < 110) for n in range(203)],
    )
    assert publish(warehouse, LATER).revised > 0
    rate = value(warehouse, "J1")
    assert (rate["revision"], value(warehouse, "S1")["revision"]) == (1, 0)
    # The same persons have one value, or readers could subtract them by their noise.
    assert rate["denominator"] == value(warehouse, "S1")["numerator"] == base
    ledger = audit.cell_ledger.c
    (kept,) = rows(
        warehouse,
        audit.cell_ledger,
        ledger.indicator_id == "J1",
        ledger.breakdown == "total",
        ledger.revision == 1,
    )
    assert (kept["true_numerator"], kept["true_denominator"]) == (110, 200)


def test_every_release_keeps_what_its_attacks_found(warehouse: sa.Engine) -> None:
    store(warehouse, invent(600, seed=11))
    counts = publish(warehouse)
    (found,) = rows(warehouse, audit.release_audit)
    assert found["release"] == counts.release
    assert found["attacked"] == counts.attacked > 50
    assert (counts.smallest_interval or 0) >= 3
    assert found["most_partitions"] <= 5
    assert found["exact_share_year"] < 0.35
    assert found["small_counts"] > 20
    assert round(found["exact_share_year"], 3) == counts.reconstructed
    assert found["withheld"] == counts.withheld_by_audit


def test_a_month_is_not_published_again_with_another_cell_key(warehouse: sa.Engine) -> None:
    people = [person(n, foreign_resident=True) for n in range(100)]
    store(warehouse, people)
    publish(warehouse)
    restate(warehouse, people[:80])
    before = everything(warehouse)
    other = replace(KEYS, kid="cell-other")
    with warehouse.begin() as connection, pytest.raises(DisclosureError, match="blocked"):
        publish_month(connection, MONTH, LATER, other, CATALOGUE, provisional=False)
    assert everything(warehouse) == before


def test_what_one_table_hides_no_other_shows(warehouse: sa.Engine) -> None:
    doubled = replace(CATALOGUE["S1"], id="S1_again", sensitive=None)
    planted = replace(CATALOGUE, indicators=(CATALOGUE["S1"], doubled))
    village = [person(n, foreign_resident=True, status_group="DULDUNG") for n in range(60)]
    store(warehouse, village)
    publish(warehouse, catalogue=planted)
    table = published.indicator_value
    told = rows(warehouse, table, table.c.breakdown == "town+status_group")
    assert {r["indicator_id"] for r in told} == {"S1", "S1_again"}
    assert {r["status"] for r in told if r["town_ags"] == TOWNS[0]} == {"withheld"}
    assert value(warehouse, "S1_again")["status"] == "published"


def test_an_attacker_keeps_the_newest_values_of_twelve_months(warehouse: sa.Engine) -> None:
    store(warehouse, [person(n, foreign_resident=True) for n in range(100)])
    publish(warehouse)
    first = value(warehouse, "S1")["numerator"]
    restate(warehouse, [person(n, foreign_resident=True) for n in range(120)])
    publish(warehouse, LATER)
    revised = value(warehouse, "S1")["numerator"]
    assert revised != first
    by_id = {one.id: one for one in CATALOGUE.indicators}
    who = by_id["S1"].numerator
    assert who is not None
    with warehouse.begin() as connection:
        assert read_earlier(connection, next_month(MONTH), by_id)[who][()] == [float(revised)]
        assert read_earlier(connection, next_month(MONTH, 13), by_id) == {}
        assert read_earlier(connection, MONTH, by_id) == {}
