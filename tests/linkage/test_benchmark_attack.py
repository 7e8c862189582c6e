"""Rank alignment: expectations against a count over all orders of ties."""

from itertools import permutations

import pandas as pd
import pytest

from benchmarks.linkage.attack import attack, classes


def ranked(values):
    """All rankings a column allows, most frequent first."""
    counts = pd.Series(list(values)).value_counts()
    return [o for o in permutations(counts.index) if list(counts[list(o)]) == sorted(counts)[::-1]]


def by_hand(plain, known):
    """Share of records read, averaged over every order of ties on both sides."""
    shares = [
        sum(1 for value in plain if dict(zip(seen, listed, strict=False)).get(value) == value)
        for seen in ranked(plain)
        for listed in ranked(known)
    ]
    return sum(shares) / len(shares) / len(plain)


@pytest.mark.parametrize(
    ("plain", "known"),
    [
        ("aaabbc", "aaabbc"),
        ("aabbcd", "aabbcd"),
        ("aabbcd", "bbbacd"),
        ("aabbcc", "ccddaa"),
        ("abcd", "wxyz"),
    ],
)
def test_the_share_read_is_the_mean_over_all_orders_of_ties(plain, known):
    found = attack(pd.Series(list(plain)), pd.Series(list(known)))
    assert found.read == pytest.approx(by_hand(plain, known))


def test_distinct_frequencies_are_read_wholly():
    values = pd.Series(list("aaaabbbccd"))
    found = attack(values, values)
    assert (found.read, found.commonest, found.values) == (1.0, 1.0, 4)
    assert found.singled_out == pytest.approx(0.1)


def test_values_that_all_occur_once_are_read_by_chance_alone():
    values = pd.Series([str(n) for n in range(50)])
    assert attack(values, values).read == pytest.approx(1 / 50)


def test_records_without_a_value_do_not_count():
    values = pd.Series(["a", "a", None, "b"])
    assert attack(values, values).singled_out == pytest.approx(1 / 3)


def test_a_record_among_k_with_its_value_is_named_with_chance_1_in_k():
    assert classes(pd.Series([1.5, 1.5, 2.5, 3.5])).singled_out == pytest.approx(3 / 4)
