"""Figures made of values: shown only on a broad base, with noise that hides the largest giver."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from indicators.test_kinds import MEAN, QUOTIENT, RATE, STAFF, WAIT, indicator

from kim_pipeline.disclosure.cell_key import MEASURE_MEAN, MEASURE_VALUE, Draw
from kim_pipeline.disclosure.noise import Noise
from kim_pipeline.disclosure.protect import PUBLISHED, WITHHELD, Figure, protect_cells
from kim_pipeline.disclosure.ptable import read_ptable
from kim_pipeline.disclosure.rules import dominates, error_of_sum, rounded_ratio
from kim_pipeline.indicators.cells import Cell, CellKey, Tally, Total
from kim_pipeline.indicators.indicator import Indicator
from kim_pipeline.indicators.survival import Survival

NOISE = Noise(bytes(range(32, 64)), read_ptable())
KEY = CellKey("X1", "total")
UNIFORM = st.integers(0, 2**63 - 1)


def total(values: list[int], key: int = 99) -> Total:
    first, second, *_ = [*sorted(values, reverse=True), 0, 0]
    return Total(sum(values), first, second, len(set(values)), key)


def shown(wanted: Indicator, cell: Cell) -> Figure:
    return protect_cells([cell], {"X1": wanted}, frozenset(), NOISE)[0]


def mean_of(values: list[int], key: int = 7) -> Figure:
    return shown(indicator(**MEAN), Cell(KEY, None, Tally(len(values), key), 0, total(values)))


def quotient_of(values: list[int], months: list[int], key: int = 7) -> Figure:
    above, below = Tally(len(values), key), Tally(len(months), key + 1)
    cell = Cell(KEY, above, below, 0, total(values, key + 2), total(months, key + 3))
    return shown(indicator(**QUOTIENT), cell)


def test_a_flat_rate_is_not_shown() -> None:
    # T27: all the same, or two values only, is what each single person has.
    assert mean_of([563] * 60).status == WITHHELD
    assert mean_of([563] * 59 + [0]).status == WITHHELD
    assert mean_of([563] * 40 + [451] * 10 + [0] * 10).status == PUBLISHED


@given(st.lists(st.integers(0, 365), max_size=9), st.integers(0, 2**64 - 1))
def test_nine_persons_have_no_mean(values: list[int], key: int) -> None:
    assert mean_of(values, key).status == WITHHELD


def test_a_mean_that_one_person_makes_is_not_shown() -> None:
    small = [0, 1, 0, 2, 1, 0, 1, 2, 0, 1, 0, 1, 3, 0, 1, 2]
    assert mean_of([*small, 300]).status == WITHHELD
    assert mean_of([*small, 300, 290, 40]).status == PUBLISHED
    assert dominates(329, 300, 0)  # exactly: the rest is 29, a tenth would be 30
    assert not dominates(330, 300, 0)


@given(st.integers(1, 365), UNIFORM)
def test_the_error_of_a_sum_is_a_tenth_to_two_fifths_of_its_largest(
    largest: int, uniform: int
) -> None:
    error = error_of_sum(largest, uniform)
    assert 0.1 * largest - 1e-9 <= abs(error) <= 0.4 * largest + 1e-9


def test_errors_of_sums_have_no_bias() -> None:
    chance = random.Random(1)
    errors = [error_of_sum(100, chance.getrandbits(63)) for _ in range(50_000)]
    assert abs(sum(errors) / len(errors)) < 0.5


def test_who_knows_all_others_misses_the_largest_by_a_tenth() -> None:
    # The strongest reader of a mean: knows every other person and the exact number of persons.
    chance = random.Random(2)
    for _ in range(300):
        values = [chance.randrange(20, 300) for _ in range(chance.randrange(10, 60))]
        largest = max(values)
        uniform = NOISE.draw(Tally(len(values), chance.getrandbits(64)), Draw(MEASURE_MEAN))
        guess = sum(values) + error_of_sum(largest, uniform) - (sum(values) - largest)
        assert abs(guess - largest) >= 0.0999 * largest


def test_means_are_near_and_in_steps_of_five_days() -> None:
    chance = random.Random(3)
    values = [chance.randrange(0, 365) for _ in range(200)]
    figures = [mean_of(values, chance.getrandbits(64)) for _ in range(300)]
    assert all(f.value is not None and f.value % 5 == 0 for f in figures)
    exact = sum(values) / len(values)
    assert all(abs((f.value or 0) - exact) <= 0.4 * 365 / 200 + 2.5 for f in figures)
    assert {f.numerator for f in figures} == {None}


def test_the_same_persons_have_the_same_mean_for_ever() -> None:
    values = list(range(0, 300, 7))
    assert mean_of(values, 5) == mean_of(values, 5)


def test_a_quotient_hides_one_event_as_a_count_hides_one_person() -> None:
    months = [12] * 60
    with_her = [quotient_of([1] * 10, months, key).value for key in range(1000)]
    without = [quotient_of([1] * 9, months, key + 10**6).value for key in range(1000)]
    # The best guess from one figure: each value speaks for the world in which it is more common.
    right = sum(max(with_her.count(v), without.count(v)) for v in {*with_her, *without})
    assert right / 2000 < 0.7


def test_an_event_more_of_the_same_persons_changes_the_noise() -> None:
    tally = Tally(10, 1234)
    errors = {NOISE.error(replace(tally, key=key), Draw(MEASURE_VALUE)) for key in range(200)}
    assert len(errors) > 5


def test_a_quotient_needs_thirty_persons_and_keeps_zero() -> None:
    assert quotient_of([0] * 40, [12] * 40).value == 0
    assert quotient_of([1] * 10, [12] * 29).status == WITHHELD
    assert quotient_of([1] * 10, [0] * 40).status == WITHHELD


def test_the_sums_of_a_quotient_are_not_shown() -> None:
    figure = quotient_of([1] * 10, [12] * 60)
    assert figure.numerator is None
    assert figure.denominator is not None
    assert abs(figure.denominator - 60) <= 7


def test_a_rate_may_pass_one_hundred_and_needs_a_base() -> None:
    rate = indicator(**RATE)
    assert shown(rate, Cell(KEY, Tally(90, 1), Tally(40, 2))).value in range(180, 300, 5)
    assert shown(rate, Cell(KEY, Tally(90, 1), Tally(29, 2))).status == WITHHELD


@pytest.mark.parametrize(
    ("ratio", "persons", "unit", "written"),
    [
        (12.34, 29, "percent", None),
        (12.34, 30, "percent", 10.0),
        (12.5, 99, "percent", 15.0),
        (12.34, 100, "percent", 12.0),
        (2.36, 2999, "percent", 2.0),
        (2.36, 3000, "percent", 2.4),
        (104.04, 5000, "percent", 104.0),
        (8.3, 60, "months", 8.0),
        (8.3, 600, "months", 8.5),
        (-1.0, 600, "months", 0.0),
        (123.0, 60, "per_1000", 100.0),
    ],
)
def test_ratios_are_rounded_by_their_base(
    ratio: float, persons: int, unit: str, written: float | None
) -> None:
    assert rounded_ratio(ratio, persons, unit) == written


def test_cases_for_each_post_are_whole_and_need_posts() -> None:
    staff, cell = indicator(**STAFF), Cell(KEY, Tally(800, 5), None)
    assert shown(staff, cell).status == WITHHELD
    figure = shown(staff.with_posts(16), cell)
    assert figure.numerator is not None
    assert figure.value == int(figure.numerator / 16 + 0.5)


def test_a_wait_is_shown_in_quarters_on_ten_events_of_thirty_persons() -> None:
    wait = indicator(**WAIT)

    def wait_of(persons: int, survival: Survival) -> Figure:
        return shown(wait, Cell(KEY, None, Tally(persons, 3), 0, survival))

    assert wait_of(60, Survival(25, 31, 12)).value in {24, 27}
    assert wait_of(29, Survival(25, 20, 12)).status == WITHHELD
    assert wait_of(60, Survival(25, 9, 8)).status == WITHHELD
    assert wait_of(60, Survival(25, 31, 2)).status == WITHHELD
    assert wait_of(60, Survival(None, 20, 12)).status == WITHHELD
