"""Each kind of figure, measured on a few persons, with figures worked out by hand."""

from typing import Any

import pytest
import sqlalchemy as sa
from indicators.person_months import KNOWN, MONTH, person, store
from indicators.test_measure import numbers

from kim_pipeline.errors import ConfigError
from kim_pipeline.indicators.catalogue import parse_catalogue
from kim_pipeline.indicators.cells import Cell, CellKey, Tally, Total
from kim_pipeline.indicators.exact import exact_figure
from kim_pipeline.indicators.indicator import Indicator
from kim_pipeline.indicators.labels import read_labels
from kim_pipeline.indicators.measure import State, measure
from kim_pipeline.indicators.survival import Survival

LABELS = read_labels()
ENTRY: dict[str, Any] = {
    "name": {"de": "Kennzahl", "en": "Figure"},
    "definition": {"de": "Erfunden.", "en": "Invented."},
    "baustein": ["I"],
    "sources": ["immigration_office"],
    "breakdowns": ["total", "sex"],
}
GAP = {"benefit_gap_days": {"known": True}}
DONE = {"naturalisation_days": {"known": True}}
MEAN = {"kind": "mean", "denominator": GAP, "value": "benefit_gap_days", "cap": 365}
RATE = {"kind": "rate", "numerator": DONE, "denominator": {"foreign_resident": True}}
QUOTIENT = {
    "kind": "quotient",
    "numerator": GAP,
    "value": "benefit_gap_days",
    "cap": 3,
    "denominator": DONE,
    "over": "naturalisation_days",
    "over_cap": 12,
    "times": 1200,
}
STAFF = {
    "kind": "per_staff",
    "numerator": {"case_active": True},
    "office": "case_management",
    "breakdowns": ["total"],
}
WAIT = {
    "kind": "survival_median",
    "denominator": GAP,
    "value": "benefit_gap_days",
    "event": "employed",
}
ALIKE = {
    "kind": "standardised_share",
    "numerator": {"newly_arrived": True, "sgb2_benefit": True},
    "denominator": {"newly_arrived": True},
    "compared": {"newly_arrived": False},
    "strata": ["sex", "age_group"],
    "breakdowns": ["total"],
}


def indicator(**parts: Any) -> Indicator:
    return parse_catalogue({"X1": ENTRY | parts}, LABELS)["X1"]


def total(engine: sa.Engine, wanted: Indicator, sex: str | None = None) -> Cell:
    with engine.begin() as connection:
        cells = measure(connection, State(MONTH, KNOWN), [wanted], LABELS, numbers)
    key = CellKey("X1", "total") if sex is None else CellKey("X1", "sex", "", "sex", sex)
    return next(c for c in cells if c.key == key)


def exact(wanted: Indicator, cell: Cell) -> float | None:
    counts = [None if t is None else t.count for t in (cell.numerator, cell.denominator)]
    return exact_figure(wanted, *counts, cell.statistic)


def test_a_mean_is_taken_of_clipped_values(warehouse: sa.Engine) -> None:
    days = [10, 50, 50, 400, -3, None]
    store(warehouse, [person(n, benefit_gap_days=d, sex="w") for n, d in enumerate(days)])
    cell = total(warehouse, indicator(**MEAN))
    # 10 + 50 + 50 + 365 (clipped) + 0 (clipped) = 475 of five persons: 95 days.
    assert isinstance(cell.quantity, Total)
    assert (cell.quantity.sum, cell.quantity.largest, cell.quantity.second) == (475, 365, 50)
    assert cell.quantity.distinct == 4
    assert cell.statistic == 95
    assert total(warehouse, indicator(**MEAN), "w").statistic == 95
    assert total(warehouse, indicator(**MEAN), "m").statistic is None


def test_the_key_of_a_sum_counts_each_person_by_its_value(warehouse: sa.Engine) -> None:
    people = [person(n, benefit_gap_days=d) for n, d in enumerate([2, 0, 900])]
    store(warehouse, people)
    keys = [int(k) for k in numbers([p["person_id"] for p in people])]
    quantity = total(warehouse, indicator(**MEAN)).quantity
    assert isinstance(quantity, Total)
    assert quantity.key == (2 * keys[0] + 365 * keys[2]) % 2**64


def test_a_rate_divides_two_sets_that_need_not_meet(warehouse: sa.Engine) -> None:
    here = [person(n, foreign_resident=True) for n in range(8)]
    gone = [person(10 + n, naturalisation_days=300) for n in range(2)]
    store(warehouse, here + gone)
    cell = total(warehouse, indicator(**RATE))
    assert (cell.numerator and cell.numerator.count) == 2
    assert (cell.denominator and cell.denominator.count) == 8
    assert exact(indicator(**RATE), cell) == 25
    assert exact(indicator(**RATE, times=12, unit="months"), cell) == 3


def test_a_quotient_divides_sums_of_two_columns(warehouse: sa.Engine) -> None:
    # Events 1 + 3 (clipped from 5) + 0 = 4; months 12 (clipped from 20) + 12 + 6 = 30.
    values = [(1, 20), (5, 12), (0, None), (None, 6)]
    people = [
        person(n, benefit_gap_days=events, naturalisation_days=months)
        for n, (events, months) in enumerate(values)
    ]
    store(warehouse, people)
    wanted = indicator(**QUOTIENT)
    cell = total(warehouse, wanted)
    assert isinstance(cell.quantity, Total)
    assert (cell.quantity.sum, cell.over and cell.over.sum) == (4, 30)
    # 12 x 4 events of 30 months: 160 % in a year.
    assert exact(wanted, cell) == pytest.approx(160)


def test_cases_are_divided_by_the_posts_of_an_office(warehouse: sa.Engine) -> None:
    store(warehouse, [person(n, case_active=True) for n in range(9)])
    wanted = indicator(**STAFF)
    cell = total(warehouse, wanted)
    assert exact(wanted, cell) is None
    assert exact(wanted.with_posts(4.5), cell) == 2


def test_the_median_of_a_wait_counts_those_who_still_wait(warehouse: sa.Engine) -> None:
    # Months 2, 4, 6 with work; 1, 5 without. At 2: 3/4 left; at 4: 1/2 left. Without those who
    # wait the median would be 4 too; with the plain median of all five it would be 4 as well,
    # so one who waits since 9 moves it: at 2: 4/5, at 4: 3/5, at 6: 3/10.
    waits = [(2, True), (4, True), (6, True), (1, False), (5, False), (9, False)]
    people = [person(n, benefit_gap_days=m, employed=e) for n, (m, e) in enumerate(waits)]
    store(warehouse, people)
    cell = total(warehouse, indicator(**WAIT))
    assert cell.quantity == Survival(6, 3, 3)
    assert cell.statistic == 6


def test_nobody_has_no_figure(warehouse: sa.Engine) -> None:
    store(warehouse, [person(1)])
    for parts in (MEAN, QUOTIENT, WAIT):
        cell = total(warehouse, indicator(**parts))
        assert cell.statistic is None
        assert cell.denominator == Tally(0, 0)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (MEAN | {"cap": 0}, "whole number from 1"),
        (MEAN | {"cap": 2.5}, "whole number from 1"),
        ({k: v for k, v in MEAN.items() if k != "cap"}, "needs exactly cap"),
        (MEAN | {"unit": "years"}, "unit"),
        (MEAN | {"denominator": {}}, "is known"),
        (MEAN | {"value": "sex"}, "type Integer"),
        (MEAN | {"over": "age"}, "needs exactly"),
        (RATE | {"times": 0}, "times"),
        (RATE | {"times": "many"}, "times"),
        (RATE | {"unit": "days"}, "unit"),
        (QUOTIENT | {"denominator": {"foreign_resident": True}}, "denominator must ask"),
        (STAFF | {"office": "9 to 5"}, "office"),
        (STAFF | {"breakdowns": ["total", "sex"]}, "whole Kreis"),
        (ALIKE | {"breakdowns": ["total", "sex"]}, "whole Kreis"),
        (ALIKE | {"compared": {"foreign_resident": True}}, "false in compared"),
        (ALIKE | {"compared": ["newly_arrived"]}, "each population must map"),
        (ALIKE | {"strata": ["sex", "age_group", "goal_topic"]}, "strata"),
        (ALIKE | {"strata": ["town"]}, "strata"),
        (ALIKE | {"numerator": {"sgb2_benefit": True}}, "numerator must repeat"),
        (WAIT | {"event": "sex"}, "type Boolean"),
        ({"kind": "count", "numerator": {}, "unit": "percent"}, "unit"),
        (
            {
                "kind": "count",
                "numerator": {},
                "existence_sensitive": True,
                "breakdowns": ["total", "town"],
            },
            "no breakdown by town",
        ),
    ],
)
def test_a_wrong_formula_is_refused_by_name(parts: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=f"X1.*{message}"):
        indicator(**parts)


def test_the_protection_class_follows_from_the_entry() -> None:
    plain = {"kind": "count", "numerator": {}}
    share = {"kind": "share", "numerator": {"sgb2_benefit": True}, "denominator": {}}
    assert indicator(**plain).protection == "noise"
    assert indicator(**plain, existence_sensitive=True).protection == "existence"
    assert indicator(**share, sensitive="numerator").protection == "groups"
