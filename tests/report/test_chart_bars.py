"""Bars begin at zero, hidden ones have no length, and only firm differences are filled."""

import re
from dataclasses import replace

from report.invented_charts import LABEL, WITHHELD, breakdowns, count, days, german, share, way

from kim_pipeline.report.charts.breakdown_bars import Breakdowns, Groups, breakdown_bars
from kim_pipeline.report.charts.stages import Stage, Way
from kim_pipeline.report.charts.waiting_times import waiting_times


def test_a_group_like_the_kreis_is_hollow() -> None:
    body = str(breakdown_bars(german(), LABEL, breakdowns()).chart.wide.body)
    assert body.count('class="hollow-data"') == 1
    assert body.count('class="fill-data"') == 2
    assert body.count('class="fill-data loose-cut"') == 1


def test_a_hidden_group_has_a_stump_of_one_length() -> None:
    body = str(breakdown_bars(german(), LABEL, breakdowns()).chart.wide.body)
    assert body.count("<rect") == 4
    assert body.count('class="hatch"') == 1


def test_the_whole_kreis_is_a_line_only_where_it_can_be_compared() -> None:
    counts = Breakdowns("persons", (Groups("Status", (("Duldung", count(40)),)),))
    body = str(breakdown_bars(german(), LABEL, counts).chart.wide.body)
    assert 'class="reference"' not in body
    compared = str(breakdown_bars(german(), LABEL, breakdowns()).chart.wide.body)
    assert 'class="reference"' in compared
    assert "Kreis 20" in compared


def test_the_line_of_the_kreis_strikes_no_figure() -> None:
    bars = (("kurz", share(15)), ("lang", share(60)))
    shown = Breakdowns("percent", (Groups("Status", bars),), share(20))
    body = str(breakdown_bars(german(), LABEL, shown).chart.wide.body)
    line = float(re.findall(r'<line x1="([\d.]+)"[^>]*class="reference"', body)[0])
    words = re.findall(r'<text x="([\d.]+)"[^>]*class="strong halo"[^>]*>15', body)
    assert [float(place) > line for place in words] == [True]


def test_long_names_of_groups_are_broken_and_not_cut() -> None:
    name = "EU-Freizügigkeit, Antrag oder unklar und noch einiges mehr"
    shown = Breakdowns("percent", (Groups("Status", ((name, share(10)),)),), share(12))
    plot = breakdown_bars(german(), LABEL, shown)
    assert name not in str(plot.chart.narrow.body)
    assert all(word in str(plot.chart.narrow.body) for word in name.split())
    assert plot.table.lines[0].heading == name


def test_only_a_stage_that_is_recognisably_longest_is_set_apart() -> None:
    longest = way().longest()
    assert longest is not None
    assert longest.name == "Anfrage bis Antrag"
    close = replace(way(), stages=(Stage("a", days(65)), Stage("b", days(60))))
    assert close.longest() is None
    assert 'class="fill-data"' not in str(waiting_times(german(), LABEL, close).chart.wide.body)


def test_a_column_without_any_figure_is_left_out() -> None:
    bare = Way(None, (Stage("a", days(65)), Stage("b", WITHHELD)), "days")
    plot = waiting_times(german(), LABEL, bare)
    assert [column.heading for column in plot.table.columns] == ["Median"]
    assert "9 von 10" not in str(plot.chart.wide.body)


def test_a_stage_that_is_withheld_says_so_and_has_no_bar() -> None:
    plot = waiting_times(german(), LABEL, way())
    assert str(plot.chart.wide.body).count("<rect") == 4
    assert ">nicht veröffentlicht<" in str(plot.chart.wide.body)
    assert "Entscheidung bis Urkunde: nicht veröffentlicht" in plot.chart.description


def test_medians_are_never_added() -> None:
    plot = waiting_times(german(), LABEL, way())
    assert "nicht addieren" in plot.chart.description
    assert "445" not in str(plot.chart.wide.body)  # 240 + 65 + 140
