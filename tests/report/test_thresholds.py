"""Figures of every kind differ only beyond the noise and the rounding of their kind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kim_pipeline.indicators.kinds import FORMS, Kind
from kim_pipeline.report.changes import differs, is_beyond
from kim_pipeline.report.figures import Cell, Indicator
from kim_pipeline.report.thresholds import firmness_among, threshold

BASES = st.integers(min_value=30, max_value=100_000)
FORM_UNITS = [(kind, unit) for kind, form in FORMS.items() for unit in form.units]


def made(value: float, base: int, numerator: int | None = None) -> Cell:
    return Cell("published", value, numerator, base)


@pytest.mark.parametrize(
    ("now", "recognisable"), [(55.0, True), (50.0, False), (43.0, False), (41.0, False)]
)
def test_a_standardised_share_has_the_noise_of_the_smallest_base(
    now: float, *, recognisable: bool
) -> None:
    before = made(35.0, 2000)
    assert differs("percent", made(now, 2000), before, "standardised_share") is recognisable


def test_a_share_without_counts_is_taken_for_the_coarsest() -> None:
    assert not differs("percent", made(50.0, 9000), made(35.0, 9000))
    assert differs("percent", made(52.0, 9000), made(35.0, 9000))


@pytest.mark.parametrize(
    ("now", "base", "recognisable"),
    [
        (24.9, 50_000, False),  # less than the coarsest class
        (25.0, 50_000, True),
        (27.0, 200, False),  # 12.5 points: 25 persons of 200
        (33.0, 200, True),
        (45.0, 60, False),
    ],
)
def test_a_quotient_counts_a_person_as_its_largest_giver(
    now: float, base: int, *, recognisable: bool
) -> None:
    assert differs("percent", made(now, base), made(20.0, base), "quotient") is recognisable


@pytest.mark.parametrize(
    ("now", "before", "recognisable"),
    [
        (made(12.0, 400, 400), made(10.0, 400, 333), False),  # less than 3 months
        (made(13.0, 400, 433), made(10.0, 400, 333), True),
        (made(34.0, 400, 1133), made(30.0, 400, 1000), False),  # less than 15 percent
        (made(36.0, 400, 1200), made(30.0, 400, 1000), True),
        (made(36.0, 31, 93), made(30.0, 31, 78), False),  # few decisions: 5 move it by 5.8 months
    ],
)
def test_a_backlog_differs_in_proportion(now: Cell, before: Cell, *, recognisable: bool) -> None:
    assert differs("months", now, before, "rate") is recognisable


def test_a_rate_may_exceed_its_whole_and_has_the_noise_of_both_counts() -> None:
    assert differs("percent", made(260.0, 200, 520), made(150.0, 200, 300), "rate")
    assert not differs("percent", made(260.0, 200, 520), made(255.0, 200, 510), "rate")
    assert differs("percent", made(1.8, 70_000, 1260), made(1.5, 70_000, 1050), "rate")


def test_a_rate_per_thousand_differs_by_the_persons_of_its_base() -> None:
    assert not differs("per_1000", made(150.0, 40, 6), made(50.0, 40, 2), "rate")
    assert differs("per_1000", made(80.0, 1000, 80), made(50.0, 1000, 50), "rate")


def test_a_mean_of_few_may_owe_its_change_to_one_giver() -> None:
    assert not differs("days", made(130.0, 12), made(100.0, 12), "mean")
    assert differs("days", made(130.0, 1200), made(100.0, 1200), "mean")


@pytest.mark.parametrize(("kind", "unit"), FORM_UNITS)
def test_every_kind_has_a_threshold_in_each_of_its_units(kind: Kind, unit: str) -> None:
    for numerator in (None, 0, 40):
        cell = made(40.0, 100, numerator)
        assert 0 < threshold(unit, kind, cell, cell).least(1.0) < 1000


@given(st.sampled_from(FORM_UNITS), st.floats(0, 500), st.floats(0, 500), BASES)
def test_what_differs_firmly_differs(
    form: tuple[Kind, str], one: float, other: float, base: int
) -> None:
    kind, unit = form
    pair = made(one, base), made(other, base)
    assert differs(unit, *pair, kind) or not differs(unit, *pair, kind, firmness_among(10))


@pytest.mark.parametrize("towns", [2, 10, 25])
def test_extremes_of_towns_without_any_difference_rarely_stand_apart(towns: int) -> None:
    least = threshold("persons", "count", made(0, 0), made(0, 0))
    # The studentised range that one of 20 draws exceeds; noise has a standard deviation of 1.73.
    assert least.least(firmness_among(towns)) >= {2: 2.77, 10: 4.47, 25: 5.17}[towns] * 1.73


def test_a_load_is_off_a_level_by_its_persons() -> None:
    load = Indicator("L", "Last", "", "per_staff", "persons_per_post", "", linked=False)
    assert not is_beyond(load, Cell("published", 50.0, 50), 48.0)
    assert is_beyond(load, Cell("published", 50.0, 800), 48.0)
