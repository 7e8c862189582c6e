"""A Kreis adds an indicator by an entry in its file; no code is written for it."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from indicators.person_months import KNOWN, MONTH, TOWNS, person, store
from indicators.test_measure import numbers

from kim_pipeline.indicators.analyst_sql import analyst_sql
from kim_pipeline.indicators.catalogue import parse_catalogue, problems, read_own
from kim_pipeline.indicators.indicator import Indicator
from kim_pipeline.indicators.labels import read_labels
from kim_pipeline.indicators.measure import State, measure
from kim_pipeline.warehouse.views import create_views

ENTRY = """
K_WAIT:
  name: {de: Wartende Frauen, en: Waiting women}
  definition: {de: Erfunden., en: Invented.}
  kind: share
  baustein: [III]
  sources: [immigration_office, job_centre]
  linked: true
  numerator: {naturalisation_open: true, sex: {any_of: [w]}, age: {from: 20}, in_job_centre: true}
  denominator: {sex: {any_of: [w]}, age: {from: 20}}
  breakdowns: [total, town+age_group]
"""


@pytest.fixture
def own(tmp_path: Path) -> Indicator:
    file = tmp_path / "own.yaml"
    file.write_text(ENTRY, "utf-8")
    assert problems(file) == []
    return parse_catalogue(read_own(file), read_labels())["K_WAIT"]


def test_an_entry_is_measured_in_its_tables_and_checked_by_its_line(
    warehouse: sa.Engine, own: Indicator
) -> None:
    woman = {"sex": "w", "age": 20, "age_group": "18_24"}
    waits = {"naturalisation_open": True, "in_sources": ["job_centre"]}
    people = [
        person(1, **woman, **waits),
        person(2, **woman, **waits | {"in_sources": []}),
        person(3, **woman | {"age": 19}, **waits),
        person(4, **woman | {"sex": "m"}, **waits),
        person(5, **woman, town_ags=TOWNS[1]),
        person(6, **woman | {"age": None}, **waits),
    ]
    store(warehouse, people)
    with warehouse.begin() as connection:
        create_views(connection)
        cells = measure(connection, State(MONTH, KNOWN), [own], read_labels(), numbers)
        line = sa.text(analyst_sql(own, MONTH))
        assert float(connection.execute(line).scalar_one()) == pytest.approx(100 / 3, abs=1e-4)
    counts = {
        (c.key.town_ags, c.key.value_1): (c.numerator.count, c.denominator.count)
        for c in cells
        if c.numerator and c.denominator and c.denominator.count
    }
    # 1, 2 and 5 are women of 20; of them 1 waits and is known to the job centre.
    assert counts == {("", ""): (1, 3), (TOWNS[0], "18_24"): (1, 2), (TOWNS[1], "18_24"): (0, 1)}
