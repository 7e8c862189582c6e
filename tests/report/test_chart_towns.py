"""Towns against the Kreis: right is favourable, and what is not certain stays uncoloured."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from report.invented_charts import LABEL, TOWNS, WITHHELD, german, measured, share

from kim_pipeline.report.charts.matrix import matrix
from kim_pipeline.report.charts.profile import profile
from kim_pipeline.report.charts.standing import Measured, standing

ACCESS, UNKNOWN, WAIT, CASES = measured()


def test_right_is_favourable_whichever_way_the_figure_runs() -> None:
    low_wait = standing(WAIT, WAIT.towns["Bedorf"])
    low_access = standing(ACCESS, ACCESS.towns["Ahausen"])
    assert low_wait is not None
    assert low_access is not None
    assert low_wait.place > 0 > low_access.place
    assert low_wait.level > 0 > low_access.level


def test_a_distance_within_the_estimated_error_is_uncertain() -> None:
    there = standing(UNKNOWN, UNKNOWN.towns["Ahausen"])
    assert there is not None
    assert (there.certain, there.level) == (False, 0)
    firm = standing(replace(UNKNOWN, error=0.0), UNKNOWN.towns["Ahausen"])
    assert firm is not None
    assert firm.certain


def test_what_is_neither_good_nor_bad_is_not_coloured() -> None:
    there = standing(CASES, CASES.towns["Ahausen"])
    assert there is not None
    assert there.certain
    assert there.level == 0


def test_a_hidden_figure_has_no_place() -> None:
    assert standing(ACCESS, WITHHELD) is None
    assert standing(replace(ACCESS, whole=WITHHELD), share(20)) is None


@given(st.lists(st.integers(0, 100), min_size=1, max_size=10), st.integers(0, 100))
def test_places_stay_on_the_axis(values: list[int], whole: int) -> None:
    towns = {str(number): share(value) for number, value in enumerate(values)}
    column = Measured("Anteil", "percent", towns, share(whole), "less")
    for cell in towns.values():
        there = standing(column, cell)
        assert there is not None
        assert -1 <= there.place <= 1
        assert there.certain or there.level == 0


def test_uncertain_towns_are_open_dots_in_the_matrix() -> None:
    body = str(matrix(german(), LABEL, TOWNS, [UNKNOWN]).chart.wide.body)
    assert body.count('class="open-ink"') == 4
    assert "worse-" not in body
    assert "better-" not in body


def test_the_matrix_has_a_line_for_every_town_and_the_kreis() -> None:
    table = matrix(german(), LABEL, TOWNS, measured()).table
    assert [line.heading for line in table.lines] == [*TOWNS, "Kreis"]
    assert table.lines[-1].strong
    assert [column.unit for column in table.columns] == ["percent", "percent", "days", "persons"]


def test_more_indicators_than_fit_make_blocks_below_each_other() -> None:
    one = matrix(german(), LABEL, TOWNS, measured()[:2]).chart
    many = matrix(german(), LABEL, TOWNS, measured() * 3).chart
    assert many.wide.width == one.wide.width
    assert many.wide.height > 1.8 * one.wide.height


def test_what_is_hidden_in_every_town_is_in_the_table_and_in_a_note_alone() -> None:
    hidden = replace(WAIT, towns=dict.fromkeys(TOWNS, WITHHELD))
    plot = matrix(german(), LABEL, TOWNS, [ACCESS, hidden])
    assert "Wartezeit" not in str(plot.chart.wide.body)
    assert "Wartezeit" in plot.notes[0]
    assert [column.heading for column in plot.table.columns] == ["Zugang", "Wartezeit"]


def test_a_profile_gives_town_and_kreis_and_hides_what_is_hidden() -> None:
    plot = profile(german(), LABEL, "Dehain", measured())
    cells = plot.table.lines[0].cells
    assert cells[1] is WITHHELD
    assert cells[2] == ACCESS.whole
    assert str(plot.chart.wide.body).count("<circle") == 2
