"""Courses break where a figure is withheld, show targets and errors, and never begin in secret."""

from dataclasses import replace

from report.invented_charts import LABEL, MONTHS, WITHHELD, count, course, days, german, pair, stock

from kim_pipeline.report.charts.stacked_area import stacked_area
from kim_pipeline.report.charts.target_trend import Course, target_trend
from kim_pipeline.report.charts.two_lines import Pair, Strand, two_lines


def test_a_withheld_month_breaks_line_and_band() -> None:
    body = str(target_trend(german(), LABEL, course()).chart.wide.body)
    assert body.count('class="error-band"') == 2
    assert body.count('class="course"') == 2
    assert body.count('class="hatch"') == 1


def test_a_trend_shows_its_target_dashed_and_named() -> None:
    plot = target_trend(german(), LABEL, course())
    assert 'class="target"' in str(plot.chart.wide.body)
    assert "Ziel 25" in str(plot.chart.wide.body)
    assert "mindestens 25" in plot.chart.description
    assert any("31.\u00a0Dezember\u00a02027" in words for _, words in plot.legend)


def test_without_target_and_estimate_there_is_neither() -> None:
    plot = target_trend(german(), LABEL, replace(course(), target=None, error=None))
    body = str(plot.chart.wide.body)
    assert "target" not in body
    assert "error-band" not in body


def test_an_axis_that_is_cut_says_so() -> None:
    cut = target_trend(german(), LABEL, course()).chart.wide.body
    full = stacked_area(german(), LABEL, stock()).chart.wide.body
    assert "die Achse beginnt nicht bei null" in str(cut)
    assert "die Achse beginnt nicht bei null" not in str(full)


def test_a_last_month_that_is_withheld_leaves_the_label_at_its_own_month() -> None:
    cells = (*(days(200 + number) for number in range(12)), WITHHELD)
    body = str(target_trend(german(), LABEL, Course(MONTHS, cells, "days")).chart.wide.body)
    place = body[: body.index(">211<")].rsplit("<text", 1)[1]
    assert "halo" in place
    assert 'text-anchor="middle"' in place


def test_provisional_months_end_in_an_open_dot() -> None:
    plot = target_trend(german(), LABEL, course())
    assert 'class="open-data"' in str(plot.chart.wide.body)
    assert 'class="course loose"' in str(plot.chart.wide.body)
    assert any("vorläufig" in words for _, words in plot.legend)


def test_the_difference_changes_its_shade_where_the_lines_cross() -> None:
    main = Strand("Entscheidungen", tuple(count(v) for v in (100, 300)))
    other = Strand("Anträge", tuple(count(v) for v in (300, 100)))
    body = str(two_lines(german(), LABEL, Pair(MONTHS[:2], main, other, "persons")).chart.wide.body)
    assert body.count('class="difference-above"') == 1
    assert body.count('class="difference-below"') == 1


def test_only_shades_that_occur_are_explained() -> None:
    main = Strand("Entscheidungen", tuple(count(v) for v in (300, 350)))
    other = Strand("Anträge", tuple(count(v) for v in (100, 100)))
    legend = two_lines(german(), LABEL, Pair(MONTHS[:2], main, other, "persons")).legend
    assert legend == (("difference-above", "Entscheidungen höher"),)


def test_no_difference_is_shaded_beside_a_withheld_month() -> None:
    body = str(two_lines(german(), LABEL, pair()).chart.wide.body)
    shades = body.count('class="difference-above"') + body.count('class="difference-below"')
    assert shades == 12 - 2 + 1  # two steps touch the withheld month, one is cut in two


def test_layers_are_drawn_as_published_and_never_subtracted() -> None:
    plot = stacked_area(german(), LABEL, stock())
    assert str(plot.chart.wide.body).count('class="area-2"') == 2
    last = [cell for cell in plot.table.lines[-1].cells if not isinstance(cell, str)]
    assert [cell.value for cell in last] == [4140, 1820, 512]


def test_nothing_published_draws_nothing() -> None:
    hidden = tuple(WITHHELD for _ in MONTHS)
    plot = target_trend(german(), LABEL, Course(MONTHS, hidden, "percent"))
    assert plot.chart.wide.height == plot.chart.narrow.height == 0
    assert len(plot.table.lines) == len(MONTHS)
