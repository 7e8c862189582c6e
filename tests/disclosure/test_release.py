"""Publishing a month: what readers get, what never changes, and what is refused."""

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from disclosure.publishing import (
    CATALOGUE,
    KEYS,
    LATER,
    RELEASED,
    delivery,
    everything,
    publish,
    restate,
    rows,
    value,
)
from indicators.person_months import (
    KNOWN,
    MONTH,
    TOWNS,
    invent,
    person,
    store,
)

from kim_pipeline.disclosure.disclosure_keys import DisclosureKeys
from kim_pipeline.disclosure.release_chain import verify_releases
from kim_pipeline.errors import DisclosureError
from kim_pipeline.periods import next_month
from kim_pipeline.warehouse.schema import audit, published, quality


def test_nothing_published_is_one_or_two_or_exact_by_rule(warehouse: sa.Engine) -> None:
    for seed, size in ((1, 60), (2, 300), (3, 1500)):
        restate(warehouse, invent(size, seed))
        publish(warehouse, KNOWN + timedelta(days=seed))
    shown = rows(warehouse, published.indicator_value)
    assert len(shown) > 400
    for row in shown:
        numbers = {row["numerator"], row["denominator"]} - {None}
        assert not numbers & {1, 2}
        assert all(n >= 0 for n in numbers)
        assert (row["value"] is not None) == (row["status"] == "published")
        if row["unit"] != "persons" and row["status"] == "published":
            assert row["denominator"] >= 30
        if row["unit"] == "days" and row["status"] == "published":
            assert row["value"] % 5 == 0
    exact = rows(warehouse, audit.cell_ledger)
    assert all(abs(r["numerator"] - r["true_numerator"]) <= 7 for r in exact if r["numerator"])


def test_running_a_month_again_changes_nothing(warehouse: sa.Engine) -> None:
    store(warehouse, invent(800, seed=4))
    first = publish(warehouse)
    before = everything(warehouse)
    again = publish(warehouse)
    assert everything(warehouse) == before
    assert (again.added, again.release) == (0, None)
    assert (first.release, first.added > 400) == ("2026-10-r1", True)


def test_shuffled_persons_give_equal_figures(warehouse: sa.Engine) -> None:
    people = invent(500, seed=5)
    store(warehouse, people)
    publish(warehouse)
    before = everything(warehouse)
    random.Random(1).shuffle(people)
    restate(warehouse, people)
    with warehouse.begin() as connection:
        for table in RELEASED:
            connection.execute(sa.delete(table))
    publish(warehouse)
    assert everything(warehouse) == before


def test_the_same_persons_have_the_same_noise_in_every_table_and_month(
    warehouse: sa.Engine,
) -> None:
    november = next_month(MONTH)
    store(warehouse, [person(n, foreign_resident=True, sex="w") for n in range(40)])
    store(warehouse, [person(n, foreign_resident=True, sex="w", month=november) for n in range(40)])
    publish(warehouse)
    publish(warehouse, LATER, november)
    table = published.indicator_value
    shown = rows(warehouse, table, table.c.indicator_id == "S1", table.c.numerator > 0)
    assert {row["breakdown"] for row in shown} == {"total", "town", "sex"}
    assert len({row["numerator"] for row in shown}) == 1
    assert len(shown) == 6


def test_a_person_known_twice_does_not_move_the_noise(warehouse: sa.Engine) -> None:
    people = [person(n, foreign_resident=True) for n in range(50)]
    store(warehouse, people)
    publish(warehouse)
    before = value(warehouse, "S1")
    # The same person in an older state of knowledge is one more row, and not one more person.
    store(warehouse, [person(7, foreign_resident=True)], KNOWN - timedelta(days=30))
    with warehouse.begin() as connection:
        connection.execute(
            sa.text(
                "UPDATE core.person_month_history SET known_to = :known WHERE known_from < :known"
            ),
            {"known": KNOWN},
        )
        for table in RELEASED:
            connection.execute(sa.delete(table))
    publish(warehouse)
    assert value(warehouse, "S1") == before


def test_a_small_late_correction_is_served_from_the_ledger(warehouse: sa.Engine) -> None:
    people = invent(400, seed=6)
    store(warehouse, people)
    publish(warehouse)
    before = rows(warehouse, published.indicator_value)
    restate(warehouse, people[:-4])
    counts = publish(warehouse, LATER)
    assert (counts.added, counts.revised) == (0, 0)
    assert rows(warehouse, published.indicator_value) == before


def test_a_large_late_correction_is_a_marked_revision(warehouse: sa.Engine) -> None:
    people = [person(n, foreign_resident=True, sex="w") for n in range(100)]
    more = [person(n, foreign_resident=True, sex="m") for n in range(100, 105)]
    store(warehouse, people)
    publish(warehouse)
    restate(warehouse, people + more)
    assert publish(warehouse).revised == 0  # no new state of knowledge
    counts = publish(warehouse, LATER)
    assert counts.revised == counts.added > 0
    assert counts.release == "2026-10-r2"
    assert value(warehouse, "S1")["revision"] == 1
    assert value(warehouse, "S1")["known_on"] == LATER.date()
    assert value(warehouse, "S1", "sex", value_1="w")["revision"] == 0
    assert len(rows(warehouse, audit.cell_ledger, audit.cell_ledger.c.indicator_id == "S1")) > 100
    assert publish(warehouse, LATER + timedelta(days=1)).added == 0


def test_an_older_state_of_knowledge_never_replaces_a_newer_one(warehouse: sa.Engine) -> None:
    store(warehouse, [person(n, foreign_resident=True) for n in range(100)])
    publish(warehouse, LATER)
    before = rows(warehouse, audit.cell_ledger), rows(warehouse, published.indicator_value)
    restate(warehouse, [person(n, foreign_resident=True) for n in range(50)])
    publish(warehouse, KNOWN)
    assert (
        rows(warehouse, audit.cell_ledger),
        rows(warehouse, published.indicator_value),
    ) == before


def test_a_single_status_village_is_coarsened_for_a_year(warehouse: sa.Engine) -> None:
    def people(month: date, status: str) -> list[dict[str, Any]]:
        mixed = [
            person(n, month=month, foreign_resident=True, town_ags=t, status_group=s)
            for n, (t, s) in enumerate(
                (t, s) for t in TOWNS[1:] for s in ("NE", "AE_FAM", "DULDUNG") for _ in range(50)
            )
        ]
        village = [
            person(
                1000 + n,
                month=month,
                foreign_resident=True,
                town_ags=TOWNS[0],
                status_group=status if n % 2 else "DULDUNG",
            )
            for n in range(60)
        ]
        return mixed + village

    def shown_in_village(month: date) -> list[dict[str, Any]]:
        table = published.indicator_value
        return rows(
            warehouse,
            table,
            table.c.month == month,
            table.c.breakdown == "town+status_group",
            table.c.town_ags == TOWNS[0],
            table.c.status == "published",
        )

    mixed_again = next_month(MONTH, 12)
    over = next_month(MONTH, 13)
    store(warehouse, people(MONTH, "DULDUNG"))
    store(warehouse, people(mixed_again, "NE"))
    store(warehouse, people(over, "NE"))
    for month in (MONTH, mixed_again, over):
        publish(warehouse, KNOWN + (month - MONTH), month)
    assert shown_in_village(MONTH) == []
    assert shown_in_village(mixed_again) == []
    assert {row["value_1"] for row in shown_in_village(over)} >= {"NE", "DULDUNG"}
    # The smallest other town goes with it, else the totals would tell.
    hidden = {r["town_ags"] for r in rows(warehouse, audit.ladder)}
    assert hidden == set(TOWNS[:2])
    assert value(warehouse, "S1", "town", town_ags=TOWNS[0], month=MONTH)["status"] == "published"


def test_a_village_of_one_title_is_shown_with_merged_titles(warehouse: sa.Engine) -> None:
    village = [person(n, foreign_resident=True, status_group="AE_24") for n in range(60)]
    store(warehouse, village)
    publish(warehouse)
    table = published.indicator_value
    shown = rows(warehouse, table, table.c.breakdown == "town+status_group")
    merged = {
        r["value_1"]: r["numerator"] for r in shown if r["town_ags"] == TOWNS[0] and r["value"]
    }
    assert set(merged) == {"LIMITED"}


def test_structural_zeros_and_small_bases_show_no_number(warehouse: sa.Engine) -> None:
    store(warehouse, [person(n, foreign_resident=True, sgb2_benefit=n < 5) for n in range(20)])
    counts = publish(warehouse)
    german = value(warehouse, "S1", "nationality_group", value_1="GERMAN")
    assert (german["status"], german["numerator"]) == ("structural_zero", None)
    rate = value(warehouse, "J1")
    assert (rate["status"], rate["numerator"], rate["denominator"]) == ("withheld", None, None)
    assert value(warehouse, "N6")["status"] == "withheld"
    assert counts.structural_zeros > 0
    assert counts.withheld > 0


def test_a_median_of_flat_values_is_withheld(warehouse: sa.Engine) -> None:
    store(warehouse, [person(n, benefit_gap_days=30 + n % 2) for n in range(60)])
    publish(warehouse)
    assert value(warehouse, "G2")["status"] == "withheld"
    assert value(warehouse, "G2_over_30")["status"] == "published"


def test_tables_that_leave_the_catalogue_are_no_longer_shown(warehouse: sa.Engine) -> None:
    store(warehouse, invent(100, seed=7))
    publish(warehouse)
    smaller = replace(CATALOGUE, indicators=CATALOGUE.indicators[:1])
    publish(warehouse, catalogue=smaller)
    assert {r["indicator_id"] for r in rows(warehouse, published.indicator_value)} == {"S1"}
    assert len(rows(warehouse, published.indicator)) == 1
    before = rows(warehouse, audit.cell_ledger)
    assert publish(warehouse).added == 0
    assert rows(warehouse, audit.cell_ledger) == before


def test_an_altered_ledger_or_release_is_found(warehouse: sa.Engine) -> None:
    store(warehouse, invent(100, seed=8))
    publish(warehouse)
    restate(warehouse, invent(200, seed=8))
    publish(warehouse, LATER)
    with warehouse.begin() as connection:
        assert verify_releases(connection, KEYS.audit) == 2
    alterations = [
        audit.cell_ledger.update().where(audit.cell_ledger.c.numerator == 0).values(numerator=3),
        audit.release.update().where(audit.release.c.position == 1).values(position=3),
        audit.release.delete().where(audit.release.c.position == 1),
    ]
    for alteration in alterations:
        with warehouse.connect() as connection, connection.begin() as transaction:
            connection.execute(alteration)
            with pytest.raises(DisclosureError, match="2026-10-r"):
                verify_releases(connection, KEYS.audit)
            transaction.rollback()
    with warehouse.begin() as connection, pytest.raises(DisclosureError):
        verify_releases(connection, b"b" * 32)


def test_nothing_is_written_when_a_month_cannot_be_measured(warehouse: sa.Engine) -> None:
    store(warehouse, [person(1, foreign_resident=True, status_group="NOBODY_DECLARED_THIS")])
    with pytest.raises(DisclosureError, match="status_group"):
        publish(warehouse)
    assert everything(warehouse) == repr([[] for _ in RELEASED])


def test_keys_that_are_short_or_equal_are_refused() -> None:
    for keys in ((b"", b"", b""), (bytes(32), bytes(32), bytes(32))):
        with pytest.raises(DisclosureError, match="keys"):
            DisclosureKeys(*keys, "cell")
    assert "k_rec" not in repr(KEYS)


def rule(name: str, *, passed: bool) -> dict[str, Any]:
    return {
        "month": MONTH,
        "asset": "incoming_persons",
        "rule": name,
        "source": "job_centre",
        "description_de": name,
        "passed": passed,
        "blocking": False,
        "known_at": KNOWN,
    }


def test_the_quality_box_tells_of_deliveries_rules_and_recognisable_changes(
    warehouse: sa.Engine,
) -> None:
    november = next_month(MONTH)
    with warehouse.begin() as connection:
        connection.execute(
            quality.delivery.insert(),
            [
                delivery(1, "job_centre", MONTH),
                delivery(2, "job_centre", november, status="refused"),
                delivery(3, "immigration_office", MONTH),
                delivery(4, "immigration_office", november),
                delivery(5, "asylum_benefits", MONTH),
            ],
        )
        connection.execute(
            quality.check_result.insert(), [rule("a", passed=True), rule("b", passed=False)]
        )
    both, one = ["immigration_office", "job_centre"], ["job_centre"]
    european = {"nationality_group": "EU"}
    known = [person(n, **european, in_sources=both if n < 100 else one) for n in range(200)]
    store(warehouse, known)
    later = [
        person(n, **european, in_sources=both if n < 150 else one, month=november)
        for n in range(201)
    ]
    store(warehouse, later)
    publish(warehouse)
    publish(warehouse, LATER + timedelta(days=10), november)
    box = {(r["month"], r["source"]): r for r in rows(warehouse, published.source_quality)}
    first, stale = box[MONTH, "job_centre"], box[november, "job_centre"]
    assert (first["rules_passed"], first["rules_checked"]) == (1, 2)
    assert first["change_percent"] is None
    assert (stale["delivery_month"], stale["change_percent"]) == (MONTH, None)
    assert box[november, "immigration_office"]["change_percent"] == pytest.approx(50, abs=12)
    assert box[MONTH, "case_management"]["status"] == "withheld"
    assert box[MONTH, "asylum_benefits"]["persons"] is None
    exact = rows(warehouse, quality.link_rate, quality.link_rate.c.month == MONTH)
    rates = {(r["source"], r["other_source"], r["nationality_group"]): r for r in exact}
    total = rates["job_centre", "immigration_office", ""]
    assert (total["persons"], total["found"]) == (200, 100)
    assert rates["job_centre", "immigration_office", "EU"]["found"] == 100
    assert ("job_centre", "immigration_office", "GERMAN") not in rates
    shown = rows(warehouse, published.link_quality, published.link_quality.c.month == MONTH)
    assert len(shown) == len(exact)
    (rate,) = [
        r
        for r in shown
        if (r["source"], r["other_source"], r["nationality_group"])
        == ("job_centre", "immigration_office", "")
    ]
    assert rate["value"] == pytest.approx(50, abs=7)
    assert rate["denominator"] == first["persons"]
