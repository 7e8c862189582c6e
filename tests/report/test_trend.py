"""Trends break where a figure is withheld and turn dotted where it is provisional."""

from datetime import date

from kim_pipeline.periods import months_between
from kim_pipeline.report.charts.trend import spark, trend
from kim_pipeline.report.figures import Cell
from kim_pipeline.report.language import Language

MONTHS = list(months_between(date(2026, 1, 1), date(2026, 6, 1)))


def cell(value: float, *, provisional: bool = False) -> Cell:
    return Cell("published", value, provisional=provisional)


def test_a_withheld_month_breaks_the_line(language: Language) -> None:
    cells = [cell(10), cell(11), Cell("withheld"), cell(12), cell(13), cell(14)]
    body = str(trend(language, list(zip(MONTHS, cells, strict=True)), "percent").body)
    assert body.count('class="course"') == 2


def test_provisional_months_are_dotted_to_an_open_dot(language: Language) -> None:
    cells = [cell(10), cell(11), cell(12), cell(12), *[cell(13, provisional=True)] * 2]
    body = str(trend(language, list(zip(MONTHS, cells, strict=True)), "percent").body)
    assert body.count('class="course"') == 1
    assert body.count('class="course loose"') == 1
    assert 'class="open-data"' in body


def test_a_month_between_gaps_is_a_dot(language: Language) -> None:
    cells = [cell(10), Cell("withheld"), cell(12), Cell("withheld"), cell(13), cell(14)]
    body = str(trend(language, list(zip(MONTHS, cells, strict=True)), "percent").body)
    assert body.count("<circle") == 2 + 1  # two lonely months and the last one


def test_nothing_published_draws_nothing(language: Language) -> None:
    hidden = [(month, Cell("withheld")) for month in MONTHS]
    assert trend(language, hidden, "percent").height == 0
    assert str(spark(hidden).body) == ""
