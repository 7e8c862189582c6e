"""From the Kreis configuration and an entry to the published tables: all kinds, posts, targets."""

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa
from disclosure.test_release import KNOWN, MONTH, publish, rows, value
from indicators.person_months import invent, store
from indicators.test_analyst_sql import KINDS
from indicators.test_kinds import ALIKE, LABELS, indicator

from kim_pipeline.indicators.catalogue import Catalogue
from kim_pipeline.periods import next_month
from kim_pipeline.steering import Measure, Staff, Steering, Target
from kim_pipeline.warehouse.schema import audit, published

STEERING = Steering(
    staff=(Staff("case_management", 4.0, date(2026, 1, 1), date(2026, 10, 31)),),
    targets=(Target("mean", "at_most", 30.0, date(2027, 12, 31), "Rat"),),
    measures=(
        Measure("M1", "Beratung", "Gruppe", "ARBEIT", "running", None, None, ("mean", "rate")),
    ),
)
# A standardised share is made of the published tables of its two groups.
SHARE = {"kind": "share", "breakdowns": ["total", "sex"]}
TABLES = {
    "group": SHARE | {name: ALIKE[name] for name in ("numerator", "denominator")},
    "compared": SHARE
    | {"numerator": ALIKE["compared"] | {"sgb2_benefit": True}, "denominator": ALIKE["compared"]},
}
DECLARED = KINDS | TABLES | {"standardised_share": ALIKE | {"strata": ["sex"]}}
CATALOGUE = Catalogue(
    tuple(replace(indicator(**parts), id=name) for name, parts in DECLARED.items()),
    LABELS,
    STEERING,
)


@pytest.fixture
def released(warehouse: sa.Engine) -> sa.Engine:
    people = [p | {"employed": p["age"] % 2 == 0} for p in invent(3000, seed=4)]
    store(warehouse, people)
    publish(warehouse, catalogue=CATALOGUE)
    return warehouse


def test_every_kind_is_published_near_its_exact_figure(released: sa.Engine) -> None:
    for one in CATALOGUE.of_month(MONTH):
        shown = value(released, one.id)
        assert shown["status"] == "published", one.id
        assert shown["unit"] == one.unit
    exact = rows(released, audit.cell_ledger, audit.cell_ledger.c.breakdown == "total")
    true = {row["indicator_id"]: row["true_value"] for row in exact}
    assert value(released, "mean")["value"] == pytest.approx(true["mean"], abs=3)
    assert value(released, "quotient")["value"] == pytest.approx(true["quotient"], rel=0.5)
    assert value(released, "survival_median")["value"] == pytest.approx(
        true["survival_median"], abs=3
    )
    assert true["rate"] is None


def test_posts_divide_the_protected_count(released: sa.Engine) -> None:
    shown = value(released, "per_staff")
    assert shown["value"] == int(shown["numerator"] / 4 + 0.5)


def test_without_posts_nothing_is_shown(released: sa.Engine) -> None:
    later = next_month(MONTH)
    store(released, [p | {"month": later} for p in invent(300, seed=4)], KNOWN)
    publish(released, month=later, catalogue=CATALOGUE)
    table = published.indicator_value
    where = (table.c.month == later, table.c.indicator_id == "per_staff")
    assert [row["status"] for row in rows(released, table, *where)] == ["withheld"]


def test_targets_posts_and_measures_stand_beside_the_indicators(released: sa.Engine) -> None:
    by_id = {row["indicator_id"]: row for row in rows(released, published.indicator)}
    target = [by_id["mean"][f"target_{name}"] for name in ("direction", "value", "by", "set_by")]
    assert target == ["at_most", 30.0, date(2027, 12, 31), "Rat"]
    assert by_id["rate"]["target_value"] is None
    assert {row["protection"] for row in by_id.values()} == {"noise"}
    assert [row["posts"] for row in rows(released, published.staff)] == [4.0]
    assert [row["title"] for row in rows(released, published.measure)] == ["Beratung"]
    served = [row["indicator_id"] for row in rows(released, published.measure_indicator)]
    assert served == ["mean", "rate"]


def test_what_the_kreis_takes_back_is_gone_with_the_next_publication(released: sa.Engine) -> None:
    publish(released, catalogue=replace(CATALOGUE, steering=Steering()))
    for table in (published.staff, published.measure, published.measure_indicator):
        assert rows(released, table) == []
    assert {row["target_value"] for row in rows(released, published.indicator)} == {None}
