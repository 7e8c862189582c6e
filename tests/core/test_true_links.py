"""Indicators with the links that were found, and with the true ones in their place."""

from datetime import date
from functools import partial

import pandas as pd
import pytest
import sqlalchemy as sa
from world import DEFINITIONS, FEEDS, KNOWN, MONTH, World, key

from kim_pipeline.core.build import Knowledge, build_person_month
from kim_pipeline.indicators.catalogue import read_catalogue
from kim_pipeline.indicators.truth import exact_figures, figures_with_true_links
from kim_pipeline.warehouse.schema import register
from kim_pipeline.warehouse.schema.person_month import person_month

CATALOGUE = read_catalogue()
STATE = Knowledge(MONTH, KNOWN)
TRUTH = pd.DataFrame(
    [
        ("immigration_office", key(1), "Erika"),
        ("job_centre", key(2), "Erika"),
        ("immigration_office", key(3), "Max"),
        ("job_centre", key(4), "Moritz"),
    ],
    columns=["source", "record_pseudonym", "person"],
)


@pytest.fixture
def linked(world: World) -> World:
    """Erika's two records were not linked; Max was linked with Moritz, who is another."""
    world.deliver("job_centre")
    world.resident(1, person=1)
    world.client(2, person=2)
    world.resident(3, person=3)
    world.client(4, person=3)
    world.benefit(20, 2, date(2025, 1, 1))
    world.build()
    return world


def held(world: World) -> list[tuple[object, ...]]:
    tables = (register.link, person_month)
    rows = [world.connection.execute(sa.select(table)).all() for table in tables]
    return sorted((tuple(map(str, row)) for found in rows for row in found), key=repr)


def test_true_links_move_the_linked_indicators_and_nothing_remains(linked: World) -> None:
    before = held(linked)
    linked.connection.commit()
    with linked.connection.begin():
        build = partial(build_person_month, linked.connection, FEEDS, STATE, DEFINITIONS)
        found = exact_figures(linked.connection, CATALOGUE, STATE)
        true = figures_with_true_links(linked.connection, CATALOGUE, STATE, TRUTH, build)
        again = exact_figures(linked.connection, CATALOGUE, STATE)
    # Two residents. SGB II: found, nobody, since Erika's benefit belongs to a stranger; truly one.
    assert (found["S1"], true["S1"]) == (2, 2)
    assert (found["J1"], true["J1"]) == (0, 50)
    # Of the two clients, Max' and the stranger's, one was found with the immigration office; truly
    # it is Erika's and not Moritz'.
    assert (found["Q1"], true["Q1"]) == (50, 50)
    assert again == found
    assert held(linked) == before


def test_records_that_the_truth_does_not_name_keep_their_person(linked: World) -> None:
    linked.connection.commit()
    with linked.connection.begin():
        build = partial(build_person_month, linked.connection, FEEDS, STATE, DEFINITIONS)
        true = figures_with_true_links(linked.connection, CATALOGUE, STATE, TRUTH[2:3], build)
    assert (true["S1"], true["J1"]) == (2, 0)
