"""The one line of SQL gives what was measured, for every kind of figure."""

import random
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from indicators.person_months import MONTH, invent, store
from indicators.test_kinds import ALIKE, MEAN, QUOTIENT, RATE, STAFF, WAIT, exact, indicator, total

from kim_pipeline.indicators.analyst_sql import analyst_sql
from kim_pipeline.indicators.catalogue import read_catalogue
from kim_pipeline.warehouse.schema.published import staff
from kim_pipeline.warehouse.views import create_views

POSTS = 3.5
SHARE = {
    "kind": "share",
    "denominator": {"age": {"from": 18, "below": 66}, "sex": {"not": ["d"]}},
    "numerator": {
        "age": {"from": 18, "below": 66},
        "sex": {"not": ["d"]},
        "in_immigration_office": True,
        "status_group": {"any_of": ["NE", "EU_FZ"]},
    },
}
KINDS: dict[str, dict[str, Any]] = {
    "count": {"kind": "count", "numerator": {"foreign_resident": True}},
    "share": SHARE,
    "rate": RATE,
    "per_staff": STAFF,
    "median": {"kind": "median", "denominator": MEAN["denominator"], "value": MEAN["value"]},
    "percentile_90": {
        "kind": "percentile_90",
        "denominator": MEAN["denominator"],
        "value": MEAN["value"],
    },
    "mean": MEAN | {"cap": 60},
    "quotient": QUOTIENT | {"cap": 40, "over_cap": 500},
    "survival_median": WAIT,
    "standardised_share": ALIKE,
}


def answer(engine: sa.Engine, query: str) -> float | None:
    with engine.connect() as connection:
        found = connection.execute(sa.text(query)).scalar_one()
    return None if found is None else float(found)


@pytest.fixture
def people(warehouse: sa.Engine) -> sa.Engine:
    chance = random.Random(5)
    rows = [p | {"employed": chance.random() < 0.6} for p in invent(1500, seed=5)]
    store(warehouse, rows)
    with warehouse.begin() as connection:
        create_views(connection)
        post = {"office": "case_management", "posts": POSTS, "first_day": date(2020, 1, 1)}
        connection.execute(staff.delete())
        connection.execute(staff.insert().values(position=1, **post))
    return warehouse


def test_every_kind_is_tried() -> None:
    assert {indicator(**parts).kind for parts in KINDS.values()} == set(KINDS)


def test_the_line_gives_what_was_measured(people: sa.Engine) -> None:
    for kind, parts in KINDS.items():
        wanted = indicator(**parts)
        if kind == "per_staff":
            wanted = wanted.with_posts(POSTS)
        measured = exact(wanted, total(people, wanted))
        assert measured
        assert answer(people, analyst_sql(wanted, MONTH)) == pytest.approx(measured, abs=1e-4), kind


def test_every_indicator_of_the_catalogue_is_one_line_that_runs(people: sa.Engine) -> None:
    for one in read_catalogue().indicators:
        query = analyst_sql(one, MONTH)
        assert "\n" not in query
        assert "person_month_history" not in query
        answer(people, query.replace(":", r"\:"))
