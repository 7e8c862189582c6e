"""Tables of ways say every published figure between statuses that somebody had, zeros as well."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import product

import pytest

from kim_pipeline.indicators.labels import read_labels
from kim_pipeline.kreis import Kreis
from kim_pipeline.report.document import Section
from kim_pipeline.report.figures import Cell, Figures, Part
from kim_pipeline.report.language import Language
from kim_pipeline.report.pages.desk import Desk
from kim_pipeline.report.pages.plan import read_plan
from kim_pipeline.report.pages.transitions import transitions

WITHHELD, ZERO = Cell("withheld"), Cell("published", 0.0, 0)
BENEFITS = "benefit_system_year_ago+benefit_system"
NEITHER = "Weder SGB II noch AsylbLG"


def count(persons: int) -> Cell:
    return Cell("published", float(persons), persons)


@pytest.fixture
def desk(figures: Figures, kreis: Kreis, language: Language) -> Desk:
    return Desk(language, figures, kreis, read_labels(), read_plan(), page="baustein-1")


def ways(desk: Desk, cells: Mapping[tuple[str, str], Cell]) -> Section:
    """The section of ways between benefit systems, from these cells alone."""
    (planned,) = (
        one for one in desk.plan.bausteine["I"] if one.entries.get("indicator") == "S4_flow"
    )
    parts = tuple(Part("", values, cell) for values, cell in cells.items())
    breakdowns = {("S4_flow", BENEFITS, desk.figures.month): parts}
    figures = replace(desk.figures, breakdowns=breakdowns)
    (section,) = transitions(replace(desk, figures=figures), planned)
    return section


def told(section: Section) -> dict[tuple[str, str], Cell | str]:
    assert section.table
    return {
        (line.heading, column.heading): cell
        for line in section.table.lines
        for column, cell in zip(section.table.columns, line.cells, strict=True)
    }


def test_a_published_zero_is_a_zero_and_no_way_that_nobody_counts(desk: Desk) -> None:
    cells = dict.fromkeys(product(("NONE", "SGB2"), repeat=2), count(40))
    found = told(ways(desk, cells | {("SGB2", "NONE"): ZERO}))
    assert found["SGB II", NEITHER] == ZERO
    assert len(found) == 4


def test_a_status_that_nobody_had_has_no_line(desk: Desk) -> None:
    cells = {("NONE", "NONE"): count(40), ("BOTH", "NONE"): ZERO, ("NONE", "BOTH"): ZERO}
    assert set(told(ways(desk, cells))) == {(NEITHER, NEITHER)}


def test_of_two_ways_called_alike_the_published_one_is_told(desk: Desk) -> None:
    cells = {("NONE", "NONE"): WITHHELD, ("NONE", "NO_BENEFIT"): count(5859)}
    for order in (list(cells), list(cells)[::-1]):
        found = told(ways(desk, {values: cells[values] for values in order}))
        assert found == {(NEITHER, NEITHER): count(5859)}
