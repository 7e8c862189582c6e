"""Standardised shares: made of what readers see of two groups, and of nothing else."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
import sqlalchemy as sa
from disclosure.publishing import CATALOGUE, LATER, publish, restate, rows, value
from indicators.person_months import person, store

from kim_pipeline.disclosure.standardised_share import share_of
from kim_pipeline.indicators.standardised import Counts
from kim_pipeline.warehouse.schema import published

TABLES = (CATALOGUE["V4_with"], CATALOGUE["V4_without"])
V4 = replace(CATALOGUE, indicators=(*TABLES, CATALOGUE["V4_with_alike"]))
ALONE = replace(CATALOGUE, indicators=(CATALOGUE["V4_with_alike"],))
STRATA = "chance_cohort+chance_age"
# Persons who stayed, with a case, without one; by the cohort and age of their title.
Sizes = Mapping[tuple[str, str], tuple[int, int, int]]
LARGE: Sizes = {("2023", "27_and_over"): (60, 200, 300), ("2023", "under_27"): (90, 100, 100)}


def people(sizes: Sizes) -> list[dict[str, object]]:
    """Invent the persons of strata; nobody without a case stayed."""
    return [
        person(
            1000 * at + number,
            chance_observed=True,
            chance_case=number < group,
            chance_to_stay=number < stayed,
            chance_cohort=cohort,
            chance_age=age,
        )
        for at, ((cohort, age), (stayed, group, compared)) in enumerate(sizes.items())
        for number in range(group + compared)
    ]


def seen(engine: sa.Engine) -> float | None:
    """Work the share out as a reader does, from the published tables alone."""
    shown: dict[tuple[str, str], dict[str, tuple[int, int]]] = {}
    table = published.indicator_value
    for row in rows(engine, table, table.c.breakdown == STRATA, table.c.status == "published"):
        pair = row["numerator"], row["denominator"]
        shown.setdefault((row["value_1"], row["value_2"]), {})[row["indicator_id"]] = pair
    strata = [
        Counts(*both["V4_with"], both["V4_without"][1]) for both in shown.values() if len(both) == 2
    ]
    totals = (value(engine, one.id)["denominator"] for one in TABLES)
    return share_of(strata, sum(totals))


def test_the_share_follows_from_published_tables(warehouse: sa.Engine) -> None:
    store(warehouse, people(LARGE))
    publish(warehouse, catalogue=V4)
    made = value(warehouse, "V4_with_alike")
    # (500 x 0.3 + 200 x 0.9) / 700 = 47 %.
    assert made["value"] == seen(warehouse) == pytest.approx(47, abs=4)
    assert made["numerator"] is None
    assert made["denominator"] == value(warehouse, "V4_with")["denominator"]


def test_strata_that_are_withheld_tell_nothing(warehouse: sa.Engine) -> None:
    store(warehouse, people({**LARGE, ("2024", "27_and_over"): (20, 20, 60)}))
    publish(warehouse, catalogue=V4)
    first = value(warehouse, "V4_with_alike")["value"]
    assert first == seen(warehouse) == pytest.approx(47, abs=4)


def test_without_tables_there_is_no_share(warehouse: sa.Engine) -> None:
    store(warehouse, people(LARGE))
    publish(warehouse, catalogue=ALONE)
    assert value(warehouse, "V4_with_alike")["status"] == "withheld"


def test_a_share_that_comes_later_is_made_of_what_was_published(warehouse: sa.Engine) -> None:
    store(warehouse, people(LARGE))
    publish(warehouse, catalogue=replace(CATALOGUE, indicators=TABLES))
    fewer = {("2023", "27_and_over"): (57, 197, 297), ("2023", "under_27"): (90, 100, 100)}
    restate(warehouse, people(fewer))
    assert publish(warehouse, LATER, catalogue=V4).added == 1
    assert value(warehouse, "V4_with_alike")["value"] == seen(warehouse)


def test_large_strata_give_the_share_to_whole_percent() -> None:
    shown = share_of([Counts(151, 501, 498), Counts(602, 1001, 1003)], 3003)
    assert shown == 50


@pytest.mark.parametrize("compared", range(30, 80, 7))
def test_few_persons_give_steps_of_five_points(compared: int) -> None:
    assert share_of([Counts(11, 30, compared)], 30 + compared) == 35


@pytest.mark.parametrize(
    ("strata", "everybody"),
    [
        ([(5, 31, 4000)], 4031 * 2),  # half of all are in strata that are not shown
        ([(5, 29, 400)], 429),  # too few in the group
        ([(5, 400, 29)], 429),  # too few to compare it with
        ([], 0),
    ],
)
def test_what_is_not_comparable_is_withheld(
    strata: list[tuple[int, int, int]], everybody: int
) -> None:
    assert share_of([Counts(*one) for one in strata], everybody) is None
