import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kim_pipeline.linkage.calibration.exclusivity import Contest, exclusive
from kim_pipeline.linkage.calibration.sides import side
from kim_pipeline.linkage.calibration.twins import Twins, twins

SIZE = 100
ALONE = 1.0


def same(*pairs: tuple[int, int, float]) -> Twins:
    left, right = (np.array([pair[at] for pair in pairs], dtype=np.int64) for at in (0, 1))
    return twins(left, right, np.array([pair[2] for pair in pairs]), SIZE)


def chances(
    bits: dict[tuple[int, int], float], known: Twins | None = None
) -> dict[tuple[int, int], float]:
    pairs = sorted(bits)
    left, right = (np.array([pair[at] for pair in pairs], dtype=np.int64) for at in (0, 1))
    known = known or same()
    contest = Contest(
        side(left), side(right), known.excuses(left, right), known.excuses(right, left)
    )
    alone = np.full(len(pairs), ALONE)
    found = exclusive(contest, np.array([bits[pair] for pair in pairs]), (alone, alone))
    return dict(zip(pairs, found.tolist(), strict=True))


def test_a_pair_without_rivals_keeps_its_odds() -> None:
    assert chances({(0, 10): np.log2(3)})[0, 10] == pytest.approx(0.75)


def test_equal_rivals_share() -> None:
    found = chances({(0, 10): 40.0, (0, 11): 40.0})
    assert found[0, 10] == found[0, 11] == pytest.approx(0.5, abs=0.001)


def test_a_rival_with_a_better_partner_is_none() -> None:
    found = chances({(0, 10): 50.0, (1, 11): 50.0, (0, 11): 30.0, (1, 10): 30.0})
    assert found[0, 10] > 0.999
    assert found[0, 11] < 0.001


def test_a_sure_duplicate_of_the_partner_is_true_with_it() -> None:
    found = chances({(0, 10): 14.0, (0, 11): 5.0}, same((10, 11, 0.98)))
    assert found[0, 10] > 0.99
    assert found[0, 11] > 0.95


def test_an_unlikely_duplicate_stays_a_rival() -> None:
    found = chances({(0, 10): 14.0, (0, 11): 5.0}, same((10, 11, 0.1)))
    assert found[0, 11] < 0.15


def test_odds_of_many_bits_lose_nothing() -> None:
    found = chances({(0, 10): 60.0, (0, 11): -60.0, (1, 11): 3.0})
    assert found[0, 10] > 0.999
    assert found[1, 11] == pytest.approx(8 / 9, abs=0.01)


@given(st.lists(st.floats(-8, 12), min_size=3, max_size=3))
@settings(deadline=None)
def test_on_chains_the_probabilities_are_near_exact(bits: list[float]) -> None:
    """A chain has no cycle, so belief propagation tends to the sum over all matchings."""
    pairs = [(0, 10), (1, 10), (1, 11)]
    odds = dict(zip(pairs, np.exp2(bits).tolist(), strict=True))
    weights = dict.fromkeys(pairs, 0.0)
    total = 0.0
    for size in range(3):
        for chosen in itertools.combinations(pairs, size):
            if any(len({pair[at] for pair in chosen}) < size for at in (0, 1)):
                continue
            weight = float(np.prod([odds[pair] for pair in chosen]))
            total += weight
            for pair in chosen:
                weights[pair] += weight
    found = chances(dict(zip(pairs, bits, strict=True)))
    for pair in pairs:
        assert found[pair] == pytest.approx(weights[pair] / total, abs=0.03)


@given(st.dictionaries(st.tuples(st.integers(0, 4), st.integers(10, 14)), st.floats(-5, 8)))
@settings(deadline=None)
def test_probabilities_stay_in_range(bits: dict[tuple[int, int], float]) -> None:
    if bits:
        assert all(0 <= chance <= 1 for chance in chances(bits).values())


def test_twins_are_found_in_both_directions() -> None:
    known = same((3, 7, 0.4), (2, 9, 0.01))
    one, other = np.array([3, 7, 2, 3]), np.array([7, 3, 9, 9])
    np.testing.assert_allclose(known.chance_of(one, other), [0.4, 0.4, 0.0, 0.0])
