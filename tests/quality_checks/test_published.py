from collections import Counter
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from disclosure.publishing import delivery

from kim_pipeline.warehouse.schema import published, quality
from quality_checks.hub import Hub
from quality_checks.published import PUBLISHED_TABLES, published_frame, published_rules
from quality_checks.validation import validate_frame

MONTH = date(2026, 10, 1)
CELL: dict[str, Any] = {
    "indicator_id": "S2",
    "month": MONTH,
    "known_on": date(2026, 11, 5),
    "breakdown": "total",
    "town_ags": "",
    "dimension_1": "",
    "value_1": "",
    "dimension_2": "",
    "value_2": "",
    "numerator": 12,
    "denominator": 48,
    "value": 25.0,
    "unit": "percent",
    "status": "published",
    "revision": 0,
    "provisional": False,
    "release": "2026-10",
}
COUNT = {"denominator": None, "value": 12.0, "unit": "persons"}
RATIO = {"indicator_id": "N2", "value": 104.5}
DAYS = {"numerator": None, "value": 45.0, "unit": "days"}
MONTHS = {"numerator": None, "value": 9.0, "unit": "months"}
RATE: dict[str, Any] = {
    "month": MONTH,
    "source": "a",
    "other_source": "b",
    "nationality_group": "",
    "numerator": 150,
    "denominator": 200,
    "value": 75.0,
    "status": "published",
}
BAND = {"precision": 95.0, "precision_low": 90.0, "precision_high": 100.0}
BAND |= {"recall": 90.0, "recall_low": 90.0, "recall_high": 95.0, "estimate_status": "estimated"}
NO_BAND = dict.fromkeys(BAND) | {"estimate_status": "not_identified"}
BAND_OF_MANY = {"numerator": 200, "denominator": 300, "recall": 92.5}
RATE |= BAND | {"release": "2026-10-r1"}
CONFLICTS: dict[str, Any] = {
    "month": MONTH,
    "attribute": "town",
    "source": "a",
    "other_source": "b",
    "numerator": 6,
    "denominator": 150,
    "value": 4.0,
    "status": "published",
    "release": "2026-10-r1",
}
DELIVERY: dict[str, Any] = {
    "month": MONTH,
    "source": "a",
    "name_de": "A",
    "persons": 100,
    "rules_passed": 3,
    "rules_checked": 3,
    "provisional": False,
    "status": "published",
}
INDICATOR: dict[str, Any] = {
    **dict.fromkeys(("name_de", "name_en", "definition_de", "definition_en", "unit"), "x"),
    **dict.fromkeys(("baustein", "sources", "kind"), "x"),
    "indicator_id": "S2",
    "linked": False,
    "since_last_month": False,
    "position": 1,
    "protection": "noise",
}
NOTHING = {"numerator": None, "denominator": None, "value": None}

# What the tables refuse themselves (1, 2, unknown status) is tried on frames below.
BROKEN = [
    ("indicator_value", "count_never_one_or_two", COUNT | {"value": 2.0}),
    ("indicator_value", "count_whole", COUNT | {"value": 12.5}),
    ("indicator_value", "days_rounded", DAYS | {"value": 44.0}),
    ("indicator_value", "months_rounded", MONTHS | {"value": 8.0}),
    ("indicator_value", "months_rounded", MONTHS | {"indicator_id": "N2", "value": 8.25}),
    ("indicator_value", "share_within_0_and_100", {"value": 105.0}),
    ("indicator_value", "share_denominator_large_enough", {"denominator": 29}),
    ("indicator_value", "share_denominator_large_enough", {"denominator": None}),
    ("indicator_value", "share_rounded", {"value": 26.0}),
    ("indicator_value", "share_rounded", {"denominator": 100, "value": 25.5}),
    ("indicator_value", "ratio_has_base", RATIO | {"denominator": 29}),
    ("indicator_value", "withheld_has_no_value", NOTHING | {"status": "withheld", "numerator": 0}),
    ("indicator_value", "published_has_value", NOTHING),
    ("indicator_value", "structural_zero_is_zero", COUNT | {"status": "structural_zero"}),
    ("indicator_value", "unit_known", {"unit": "euros"}),
    ("indicator_value", "revision_counted", {"revision": -1}),
    ("link_quality", "numerator_never_one_or_two", NO_BAND | {"numerator": 2}),
    (
        "link_quality",
        "denominator_never_one_or_two",
        {"denominator": 1, "value": None, "status": "structural_zero"},
    ),
    ("link_quality", "share_within_0_and_100", {"value": -5.0}),
    ("link_quality", "share_denominator_large_enough", {"denominator": 20}),
    ("link_quality", "share_rounded", {"value": 73.5}),
    ("link_quality", "status_known", {"status": "secret"}),
    ("link_quality", "withheld_has_no_value", {"status": "withheld"}),
    ("link_quality", "published_has_value", NOTHING | NO_BAND),
    ("link_quality", "estimate_rounded", {"precision": 95.5}),
    ("link_quality", "estimate_rounded", {"recall_high": 85.0}),
    ("link_quality", "estimate_rounded", BAND_OF_MANY | {"recall": 97.25}),
    ("link_quality", "estimate_rounded", {"recall": None}),
    ("link_quality", "estimate_has_base", {"numerator": 106}),
    ("link_quality", "no_estimate_no_figure", {"estimate_status": "withheld"}),
    ("conflict_rate", "share_within_0_and_100", {"value": 105.0}),
    ("conflict_rate", "share_denominator_large_enough", {"denominator": 29, "value": 5.0}),
    ("conflict_rate", "share_rounded", {"value": 4.5}),
    ("conflict_rate", "withheld_has_no_value", {"status": "withheld"}),
    ("conflict_rate", "published_has_value", NOTHING),
    ("source_quality", "persons_never_one_or_two", {"persons": 1}),
    ("source_quality", "status_known", {"status": "secret"}),
    ("source_quality", "rules_counted", {"rules_passed": 4}),
]
GOOD = {
    "indicator_value": CELL,
    "link_quality": RATE,
    "conflict_rate": CONFLICTS,
    "source_quality": DELIVERY,
    "indicator": INDICATOR,
}


def _insert(hub: Hub, table: str, *changes: dict[str, Any]) -> None:
    key = "breakdown" if table == "indicator_value" else "source"
    rows = [GOOD[table] | ({key: str(n)} if n else {}) | c for n, c in enumerate(changes)]
    with hub.engine.begin() as connection:
        target: sa.Table = getattr(published, table)
        connection.execute(target.delete())
        for row in rows:
            connection.execute(target.insert().values(**row))


def _failed(hub: Hub, table: str) -> dict[str, int | None]:
    outcomes = validate_frame(published_frame(table)(MONTH, hub), published_rules(table))
    assert not any(o.error for o in outcomes)
    return {o.rule.name.removeprefix(f"{table}__"): o.unexpected for o in outcomes if not o.passed}


@pytest.mark.parametrize("table", PUBLISHED_TABLES)
def test_good_rows_pass_and_each_rule_finds_the_row_that_breaks_it(hub: Hub, table: str) -> None:
    _insert(hub, table, {})
    if table != "indicator":
        _insert(hub, "indicator", {"indicator_id": "N2", "kind": "rate"})
        broken = [(rule, change) for name, rule, change in BROKEN if name == table]
        assert _failed(hub, table) == {}
        _insert(hub, table, {}, *(change for _, change in broken))
        assert _failed(hub, table) == Counter(rule for rule, _ in broken)


def test_cells_of_all_kinds_pass(hub: Hub) -> None:
    withheld = NOTHING | {"status": "withheld"}
    _insert(hub, "indicator", {"indicator_id": "N2", "kind": "rate"})
    share = {"denominator": 101, "value": 13.0}
    months = MONTHS | {"indicator_id": "N2", "value": 8.3}
    _insert(hub, "indicator_value", COUNT, DAYS, withheld, share, RATIO, MONTHS, months)
    assert _failed(hub, "indicator_value") == {}


def test_an_indicator_without_cells_and_an_empty_month_are_found(hub: Hub) -> None:
    _insert(hub, "indicator", {})
    assert _failed(hub, "indicator") == {"every_indicator_measured": 1}
    assert "cells_present" in _failed(hub, "indicator_value")


def test_the_first_month_of_a_source_needs_no_comparison_with_one_before(hub: Hub) -> None:
    _insert(hub, "indicator", {"since_last_month": True})
    assert _failed(hub, "indicator") == {}
    with hub.engine.begin() as connection:
        earlier = delivery(1, INDICATOR["sources"], MONTH.replace(month=9))
        connection.execute(quality.delivery.insert(), [earlier])
    assert _failed(hub, "indicator") == {"every_indicator_measured": 1}


def test_what_the_table_refuses_is_checked_all_the_same(hub: Hub) -> None:
    _insert(hub, "indicator_value", {})
    frame = published_frame("indicator_value")(MONTH, hub)
    for rule, broken in {
        "numerator_never_one_or_two": frame.assign(numerator=1),
        "denominator_never_one_or_two": frame.assign(denominator=2),
        "status_known": frame.assign(status="secret"),
        "one_row_per_cell": frame.loc[[0, 0]],
    }.items():
        outcomes = validate_frame(broken, published_rules("indicator_value"))
        assert [o.rule.name for o in outcomes if not o.passed] == [f"indicator_value__{rule}"]
