"""Standardised shares: worked out by hand, and what holds for every pair of groups."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kim_pipeline.indicators.standardised import Counts, noise_base, standardised_share

COUNTS = st.builds(
    lambda counted, rest, compared: Counts(counted, counted + rest, compared),
    st.integers(0, 50),
    st.integers(1, 50),
    st.integers(1, 50),
)


def test_each_stratum_counts_as_much_as_it_has_persons_in_both_groups() -> None:
    # 2 of 4 and 1 of 10; 10 and 40 persons in both groups: (10 x 0.5 + 40 x 0.1) / 50.
    strata = [Counts(2, 4, 6), Counts(1, 10, 30)]
    assert standardised_share(strata) == pytest.approx(0.18)


def test_a_stratum_that_one_group_lacks_is_left_out() -> None:
    assert standardised_share([Counts(2, 4, 6), Counts(3, 3, 0), Counts(0, 0, 9)]) == 0.5
    assert standardised_share([Counts(3, 3, 0)]) is None
    assert standardised_share([]) is None


def test_noise_beyond_the_group_does_not_make_a_share_above_one() -> None:
    assert standardised_share([Counts(12, 10, 10), Counts(-1, 10, 10)]) == 0.5


@given(st.lists(COUNTS, min_size=1))
def test_it_lies_between_the_shares_of_the_strata(strata: list[Counts]) -> None:
    shares = [s.counted / s.group for s in strata]
    found = standardised_share(strata)
    assert found is not None
    assert min(shares) - 1e-9 <= found <= max(shares) + 1e-9


@given(st.lists(COUNTS, min_size=1), st.integers(1, 5))
def test_groups_made_up_alike_keep_their_plain_share(strata: list[Counts], times: int) -> None:
    alike = [Counts(s.counted, s.group, times * s.group) for s in strata]
    plain = sum(s.counted for s in alike) / sum(s.group for s in alike)
    assert standardised_share(alike) == pytest.approx(plain)


def test_the_noise_of_strata_is_that_of_fewer_persons_in_one() -> None:
    assert noise_base([Counts(3, 30, 90)]) == pytest.approx(30)
    # Four equal shares of one variance each: half the deviation of one.
    assert noise_base([Counts(3, 30, 90)] * 4) == pytest.approx(60)
    assert noise_base([Counts(3, 30, 90), Counts(1, 1, 90)]) < 30
    assert noise_base([]) == 0
