"""A change no larger than the estimated error of links or late reports counts for nothing."""

from dataclasses import replace

import pytest
from report.invented_figures import MONTH

from kim_pipeline.report.changes import Change, change_of
from kim_pipeline.report.doubts import doubt, grade
from kim_pipeline.report.figures import Cell, Estimate, Figures, Indicator
from kim_pipeline.report.pages.plan import read_plan

PLAN = read_plan()


def indicator(figures: Figures, name: str) -> Indicator:
    found = figures.indicator(name)
    assert found is not None
    return found


def share(percent: int, base: int = 10_000, *, provisional: bool = False) -> Cell:
    count = percent * base // 100
    return Cell("published", float(percent), count, base, provisional=provisional)


def with_recall(figures: Figures, low: float) -> Figures:
    estimate = Estimate("estimated", (99.0, 100.0), (low, 100.0))
    rates = tuple(replace(rate, estimate=estimate) for rate in figures.link_rates)
    return replace(figures, link_rates=rates)


@pytest.mark.parametrize(("name", "error"), [("C3", 20 * 0.25), ("S5", 80 * 0.25), ("N1", 0.0)])
def test_what_a_link_counts_is_too_low_and_what_none_counts_too_high(
    name: str, error: float, figures: Figures
) -> None:
    found = doubt(PLAN, with_recall(figures, 80.0), indicator(figures, name), share(20))
    assert found.links == pytest.approx(error)


@pytest.mark.parametrize(("low", "mark"), [(99.0, "A"), (93.0, "B"), (80.0, "C")])
def test_linked_figures_are_marked_by_their_error(low: float, mark: str, figures: Figures) -> None:
    assert grade(PLAN, with_recall(figures, low), indicator(figures, "C3"), share(20)) == mark


def test_an_error_nobody_can_tell_is_marked_as_such(figures: Figures) -> None:
    rates = tuple(replace(r, estimate=Estimate("not_identified")) for r in figures.link_rates)
    unknown = replace(figures, link_rates=rates)
    assert grade(PLAN, unknown, indicator(figures, "C3"), share(20)) == "?"
    assert grade(PLAN, unknown, indicator(figures, "N1"), share(20)) == ""
    assert doubt(PLAN, unknown, indicator(figures, "C3"), share(20)).margin is None


def test_a_count_of_the_unlinked_has_no_bound(figures: Figures) -> None:
    cell = Cell("published", 900.0, 900)
    potential = indicator(figures, "N3")
    found = with_recall(figures, 80.0)
    assert doubt(PLAN, found, potential, cell).margin is None
    assert grade(PLAN, found, potential, cell) == "?"


def test_a_change_within_the_error_is_uncertain(figures: Figures) -> None:
    cells = dict(figures.cells)
    cells["C3", MONTH, ""], cells["C3", figures.months()[0], ""] = share(20), share(17)
    changed = replace(figures, cells=cells)
    within = change_of(with_recall(changed, 80.0), indicator(figures, "C3"))
    beyond = change_of(with_recall(changed, 99.0), indicator(figures, "C3"))
    assert (within.recognisable, within.certain, within.favourable) == (True, False, 0)
    assert (beyond.certain, beyond.favourable) == (True, 1)


def test_provisional_figures_must_change_by_more_than_is_told_late(figures: Figures) -> None:
    found = doubt(PLAN, figures, indicator(figures, "J1"), share(50, provisional=True))
    late = figures.cell("Q2_late_job_centre").value
    assert late
    assert found.late == pytest.approx(50 * late / 100)


def test_a_provisional_duration_has_no_bound(figures: Figures) -> None:
    gap = indicator(figures, "G2")
    cell = Cell("published", 90.0, provisional=True)
    change = Change(
        gap, MONTH, cell, Cell("published", 10.0), doubt(PLAN, figures, gap, cell).margin
    )
    assert (change.recognisable, change.certain, change.uncertain) == (True, False, True)
