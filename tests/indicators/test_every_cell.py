"""Every cell of the catalogue, measured, is what the analyst's line gives for its persons alone."""

import random
from typing import Any

import pytest
import sqlalchemy as sa
from indicators.person_months import FLAGS, KNOWN, MONTH, SOURCES, TOWNS, person, store
from indicators.test_kinds import exact
from indicators.test_measure import numbers

from kim_pipeline.indicators.aggregates import names_of
from kim_pipeline.indicators.analyst_sql import analyst_sql
from kim_pipeline.indicators.catalogue import read_catalogue
from kim_pipeline.indicators.cells import Cell, Tally
from kim_pipeline.indicators.conditions import Population, clause
from kim_pipeline.indicators.indicator import Breakdown, Indicator
from kim_pipeline.indicators.measure import State, measure
from kim_pipeline.indicators.questions import column_of
from kim_pipeline.warehouse.schema.person_month import person_month
from kim_pipeline.warehouse.schema.published import staff
from kim_pipeline.warehouse.views import create_views

CATALOGUE = read_catalogue()
POSTS = 2.5
INDICATORS = tuple(
    one.with_posts(POSTS if one.formula.office else None) for one in CATALOGUE.indicators
)
LISTS = ("flawed_sources", "new_sources", "late_sources")
WHOLE = [
    c.name
    for c in person_month.columns
    if isinstance(c.type, sa.Integer) and c.name != "birth_year"
]
PEOPLE = "core.person_month"
OF_CELL = """(SELECT p.* FROM kim_people p
    WHERE (d.town = '' OR p.town_ags = d.town) AND (d.one = '' OR p.ONE = d.one)
    AND (d.two = '' OR p.TWO = d.two)) AS persons"""
EACH_CELL = """SELECT (LINE) FROM unnest(
        CAST(:towns AS text[]), CAST(:ones AS text[]), CAST(:twos AS text[])
    ) WITH ORDINALITY AS d(town, one, two, place) ORDER BY d.place"""


def anything(number: int, chance: random.Random) -> dict[str, Any]:
    """Invent a person of whom anything may be said that is declared, or nothing."""
    values = {d: [*v, None] for d, v in CATALOGUE.labels.values.items() if d != "town"}
    sources = [*SOURCES, "asylum_benefits"]
    lists = {n: "{" + ",".join(chance.sample(sources, chance.randrange(3))) + "}" for n in LISTS}
    return person(
        number,
        **{name: chance.random() < 0.6 for name in FLAGS},
        **{
            name: chance.choice((None, 0, 5, chance.randrange(900)))
            for name in WHOLE
            if name != "age"
        },
        **{name: chance.choice(there) for name, there in values.items()},
        **{name: chance.choice((None, text)) for name, text in lists.items()},
        age=chance.randrange(90),
        town_ags=chance.choice((*TOWNS, "09999999", None)),
        in_sources=chance.sample(sources, chance.randrange(1, 4)),
    )


@pytest.fixture
def people(warehouse: sa.Engine) -> sa.Engine:
    chance = random.Random(11)
    store(warehouse, [anything(number, chance) for number in range(250)])
    with warehouse.begin() as connection:
        create_views(connection)
        connection.execute(staff.delete())
        offices = {one.formula.office for one in INDICATORS} - {None}
        posts = [
            {"position": n, "office": office, "posts": POSTS, "first_day": MONTH}
            for n, office in enumerate(sorted(offices))
        ]
        connection.execute(staff.insert(), posts)
    return warehouse


def tables(connection: sa.Connection) -> list[tuple[Indicator, Breakdown, list[Cell]]]:
    """Measure the catalogue and give its tables one by one."""
    cells = measure(connection, State(MONTH, KNOWN), INDICATORS, CATALOGUE.labels, numbers)
    found: dict[tuple[str, str], list[Cell]] = {}
    for cell in cells:
        found.setdefault((cell.key.indicator_id, cell.key.breakdown), []).append(cell)
    return [(one, b, found[one.id, b.name]) for one in INDICATORS for b in one.breakdowns]


def answers(connection: sa.Connection, line: str, cells: list[Cell]) -> list[float | None]:
    """Run the analyst's line for the persons of each cell alone."""
    key = cells[0].key
    persons = OF_CELL.replace("ONE", key.dimension_1 or "sex").replace(
        "TWO", key.dimension_2 or "sex"
    )
    query = EACH_CELL.replace("LINE", line.rstrip(";").replace(PEOPLE, persons))
    keys = [cell.key for cell in cells]
    labels = {
        "towns": [k.town_ags for k in keys],
        "ones": [k.value_1 for k in keys],
        "twos": [k.value_2 for k in keys],
    }
    found = connection.execute(sa.text(query), labels).scalars()
    return [None if figure is None else float(figure) for figure in found]


def test_every_cell_is_what_the_analyst_counts(people: sa.Engine) -> None:
    with people.begin() as connection:
        connection.execute(
            sa.text("CREATE TEMPORARY TABLE kim_people AS SELECT * FROM core.person_month")
        )
        for one, breakdown, cells in tables(connection):
            counted = answers(connection, analyst_sql(one, MONTH), cells)
            measured = [exact(one, cell) for cell in cells]
            assert measured == pytest.approx(counted, abs=1e-4), (one.id, breakdown.name)
        connection.execute(sa.text("DROP TABLE kim_people"))


def test_the_key_of_every_cell_is_the_sum_of_its_persons_keys(people: sa.Engine) -> None:
    with people.begin() as connection:
        for one, breakdown, cells in tables(connection):
            for part, population in (
                ("numerator", one.numerator),
                ("denominator", one.denominator),
            ):
                if population is not None:
                    expected = tallies(connection, population, breakdown)
                    assert {
                        label(cell): getattr(cell, part)
                        for cell in cells
                        if getattr(cell, part).count
                    } == expected, (one.id, breakdown.name)


def label(cell: Cell) -> tuple[str, ...]:
    labels = (cell.key.town_ags, cell.key.value_1, cell.key.value_2)
    return tuple(found for found in labels if found)


def tallies(
    connection: sa.Connection, population: Population, breakdown: Breakdown
) -> dict[tuple[str, ...], Tally]:
    """Select the persons of each cell of a table, and add up their keys one by one."""
    columns = [column_of(name) for name in names_of(breakdown)]
    ids = sa.func.array_agg(sa.cast(person_month.c.person_id, sa.Text))
    query = sa.select(ids, *columns).where(clause(population)).group_by(*columns)
    found = {}
    for persons, *labels in connection.execute(query):
        outside = breakdown.by_town and labels[0] not in TOWNS
        if persons and None not in labels and not outside:
            keys = numbers(persons).tolist()
            found[tuple(labels)] = Tally(len(keys), sum(keys) % 2**64)
    return found
