import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kim_pipeline.linkage.calibration.curve import BINS, LOWEST, bins, curve, falling, falls
from kim_pipeline.linkage.calibration.cuts import best_cut
from kim_pipeline.linkage.calibration.odds import probability

SHARES = st.lists(st.floats(0, 1), min_size=1, max_size=30)


@given(SHARES)
def test_the_fit_never_rises_and_keeps_the_sum(values: list[float]) -> None:
    given_values = np.array(values)
    found = falling(given_values, np.ones(len(values)))
    assert (np.diff(found) <= 1e-12).all()
    assert found.sum() == pytest.approx(given_values.sum())


@given(SHARES)
def test_what_falls_already_stays(values: list[float]) -> None:
    fallen = np.sort(values)[::-1]
    np.testing.assert_allclose(falling(fallen, np.ones(len(values))), fallen)


@given(st.lists(st.integers(0, 50), min_size=BINS, max_size=BINS))
def test_a_heavier_pair_is_never_less_likely(false: list[int]) -> None:
    counted = np.array(false, dtype=np.float64)
    read = curve(counted, counted + 10).read(np.linspace(-30, 80, 500))
    assert (np.diff(read) > 0).all()
    assert ((probability(read) >= 0) & (probability(read) <= 1)).all()


def test_the_curve_finds_the_share_of_false_pairs() -> None:
    middle = LOWEST + np.arange(BINS) + 0.5
    share = 1 / (1 + np.exp2(0.7 * (middle - 3)))
    found = probability(curve(10_000 * share, np.full(BINS, 10_000.0)).read(middle))
    known = 10_000 * share > 20
    np.testing.assert_allclose(found[known], 1 - share[known], atol=0.02)


def test_weights_beyond_the_bins_fall_into_the_last() -> None:
    assert bins(np.array([-99.0, LOWEST, 99.0])).tolist() == [0, 0, BINS - 1]


def test_a_curve_that_wants_to_rise_is_told() -> None:
    seen = np.full(BINS, 1000.0)
    honest = np.linspace(1000, 0, BINS)
    assert falls(honest, seen)
    assert not falls(honest[::-1].copy(), seen)


def test_the_cut_is_where_expected_f1_is_largest() -> None:
    chance = np.concatenate([np.full(100, 0.99), np.full(40, 0.6), np.full(400, 0.3)])
    cut = best_cut(chance, 0.0)
    kept = np.sort(chance)[::-1]
    f1 = 2 * np.cumsum(kept) / (np.arange(1, len(kept) + 1) + chance.sum())
    assert (chance >= cut).sum() == f1.argmax() + 1


def test_without_pairs_the_cut_is_one_half() -> None:
    assert best_cut(np.zeros(0), 0.0) == best_cut(np.zeros(9), 3.0) == 0.5
