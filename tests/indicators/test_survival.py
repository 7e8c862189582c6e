"""Time until an event: textbook curves, and what holds for every curve."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kim_pipeline.indicators.survival import Survival, survival

# Freireich et al. 1963, weeks of remission under 6-MP; + = still in remission. The median of this
# textbook example is 23 weeks, of the placebo group 8 weeks.
TREATED = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"


def times(text: str) -> list[tuple[int, bool]]:
    return [(int(word.rstrip("+")), not word.endswith("+")) for word in text.split()]


def test_the_textbook_example_has_its_medians() -> None:
    assert survival(times(TREATED)) == Survival(23, 9, 7)
    assert survival(times(PLACEBO)).median == 8


def test_four_persons_by_hand() -> None:
    # After 2: 3 of 4 left. One leaves after 3. After 5: 3/4 x 1/2 = 3/8 left, no more than half.
    assert survival(times("2 3+ 5 9+")) == Survival(5, 2, 2)


@pytest.mark.parametrize("text", ["", "4+ 5+ 6+", "1 9+ 9+ 9+"])
def test_there_is_no_median_while_most_wait(text: str) -> None:
    assert survival(times(text)).median is None


def test_half_left_is_the_median() -> None:
    assert survival(times("3 7 8+ 9+")).median == 7


@given(st.lists(st.integers(0, 120), min_size=1))
def test_without_waiting_persons_it_is_the_lower_median(months: list[int]) -> None:
    found = survival((month, True) for month in months)
    assert found.median == sorted(months)[(len(months) - 1) // 2]


@given(st.lists(st.tuples(st.integers(0, 120), st.booleans())), st.randoms())
def test_the_order_of_persons_does_not_matter(
    months: list[tuple[int, bool]], chance: object
) -> None:
    shuffled = list(months)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert survival(months) == survival(shuffled)
