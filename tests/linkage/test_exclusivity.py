import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kim_pipeline.linkage.exclusivity import Candidates, exclusive_probability

NO_DUPLICATES = pd.DataFrame({"record": [], "twin": [], "p_twin": []}).astype(
    {"record": "int64", "twin": "int64", "p_twin": "float64"}
)


def chances(
    odds: dict[tuple[int, int], float],
    duplicates: pd.DataFrame = NO_DUPLICATES,
    sizes: tuple[int, int] = (1000, 1000),
) -> dict[tuple[int, int], float]:
    pairs = sorted(odds)
    candidates = Candidates(
        left=np.array([a for a, _ in pairs]),
        right=np.array([b for _, b in pairs]),
        odds=np.array([odds[pair] for pair in pairs]),
        duplicates=duplicates,
        sizes=sizes,
    )
    return dict(zip(pairs, exclusive_probability(candidates).tolist(), strict=True))


def test_a_pair_without_rivals_keeps_its_odds() -> None:
    assert chances({(0, 10): 3.0})[0, 10] == pytest.approx(0.75, abs=0.01)


def test_equal_rivals_share() -> None:
    found = chances({(0, 10): 2.0**40, (0, 11): 2.0**40})
    assert found[0, 10] == found[0, 11] == pytest.approx(0.5, abs=0.001)


def test_a_rival_with_a_better_partner_is_none() -> None:
    own, crossed = 2.0**50, 2.0**30
    found = chances({(0, 10): own, (1, 11): own, (0, 11): crossed, (1, 10): crossed})
    assert found[0, 10] > 0.999
    assert found[0, 11] < 0.001


def test_a_duplicate_of_the_partner_is_no_rival() -> None:
    twins = pd.DataFrame({"record": [10, 11], "twin": [11, 10], "p_twin": [0.999999, 0.999999]})
    found = chances({(0, 10): 2.0**20, (0, 11): 2.0**20}, twins)
    assert min(found.values()) > 0.9


def test_odds_of_hundreds_of_bits_lose_nothing() -> None:
    found = chances({(0, 10): 2.0**300, (0, 11): 2.0**-300, (1, 11): 8.0})
    assert found[0, 10] > 0.999
    assert found[1, 11] == pytest.approx(8 / 9, abs=0.01)


@given(st.lists(st.floats(-8, 12), min_size=3, max_size=3))
@settings(deadline=None)
def test_on_chains_the_probabilities_are_exact(bits: list[float]) -> None:
    """A chain has no cycle, so belief propagation equals the sum over all matchings."""
    pairs = [(0, 10), (1, 10), (1, 11)]
    odds = dict(zip(pairs, np.exp2(bits).tolist(), strict=True))
    weights = dict.fromkeys(pairs, 0.0)
    total = 0.0
    for size in range(3):
        for chosen in itertools.combinations(pairs, size):
            sides = [{pair[side] for pair in chosen} for side in (0, 1)]
            if any(len(side) < size for side in sides):
                continue
            weight = float(np.prod([odds[pair] for pair in chosen]))
            total += weight
            for pair in chosen:
                weights[pair] += weight
    found = chances(odds, sizes=(10**9, 10**9))
    for pair in pairs:
        assert found[pair] == pytest.approx(weights[pair] / total, abs=0.01)
