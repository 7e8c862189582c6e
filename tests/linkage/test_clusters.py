import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kim_pipeline.linkage.clusters import Clusters, cluster
from kim_pipeline.linkage.comparisons import COMPARISONS
from kim_pipeline.linkage.pairs import ScoredPairs

Pair = tuple[int, int]
Edge = tuple[int, int, float]
LEAST = 0.5


def scored(pairs: list[Pair], must: set[Pair], cannot: set[Pair]) -> ScoredPairs:
    shape = (len(pairs), len(COMPARISONS))
    return ScoredPairs(
        l=np.array([a for a, _ in pairs], dtype=np.int64),
        r=np.array([b for _, b in pairs], dtype=np.int64),
        levels=np.zeros(shape, dtype=np.int8),
        frequency=np.zeros(shape, dtype=np.float32),
        weight=np.zeros(len(pairs)),
        must=np.array([pair in must for pair in pairs], dtype=bool),
        cannot=np.array([pair in cannot for pair in pairs], dtype=bool),
    )


def clustered(
    sources: list[int],
    edges: list[Edge],
    must: tuple[Pair, ...] = (),
    cannot: tuple[Pair, ...] = (),
) -> Clusters:
    strength = dict.fromkeys((*must, *cannot), 0.0) | {(a, b): p for a, b, p in edges}
    pairs = sorted(strength)
    bits = np.array([strength[pair] for pair in pairs], dtype=np.float64)
    found = scored(pairs, set(must), set(cannot))
    return cluster(np.array(sources, dtype=np.int64), found, bits, bits >= LEAST)


def groups(found: Clusters) -> list[list[int]]:
    labels = found.labels.tolist()
    return [[i for i, x in enumerate(labels) if x == label] for label in sorted(set(labels))]


def test_records_of_two_sources_unite() -> None:
    assert groups(clustered([0, 1], [(0, 1, 0.9)])) == [[0, 1]]


def test_a_pair_that_was_not_admitted_stays_apart() -> None:
    found = clustered([0, 1], [(0, 1, 0.4)])
    assert groups(found) == [[0], [1]]
    assert found.refused == 0


def test_two_records_of_a_source_never_meet_through_a_third() -> None:
    found = clustered([0, 0, 1], [(0, 2, 0.99), (1, 2, 0.95)])
    assert groups(found) == [[0, 2], [1]]
    conflicts = found.conflicts
    assert (conflicts.l.tolist(), conflicts.r.tolist()) == ([1], [2])
    assert conflicts.noted.tolist() == [False]


def test_two_records_of_a_source_meet_on_evidence_of_their_own() -> None:
    assert groups(clustered([0, 0], [(0, 1, 0.95)])) == [[0, 1]]
    third = [(0, 2, 0.99), (1, 2, 0.95), (0, 1, 0.9)]
    assert groups(clustered([0, 0, 1], third)) == [[0, 1, 2]]


def test_a_note_of_the_same_person_unites_without_evidence() -> None:
    assert groups(clustered([0, 0], [], must=((0, 1),))) == [[0, 1]]


def test_notes_of_the_same_person_unite_through_a_third_record() -> None:
    assert groups(clustered([0, 0, 1], [], must=((0, 2), (1, 2)))) == [[0, 1, 2]]


def test_a_note_of_different_people_holds_through_third_records() -> None:
    found = clustered([0, 0, 1], [(0, 1, 0.99), (0, 2, 0.98), (1, 2, 0.97)], cannot=((0, 1),))
    assert groups(found) == [[0, 2], [1]]
    assert found.conflicts.noted.tolist() == [True]


def test_contradicting_notes_keep_people_apart_and_are_told() -> None:
    found = clustered([0, 0], [], must=((0, 1),), cannot=((0, 1),))
    assert groups(found) == [[0], [1]]
    assert found.conflicts.rows.tolist() == [0]


def test_of_notes_that_contradict_through_a_chain_the_stronger_goes_first() -> None:
    edges = [(0, 1, 9.0), (1, 2, 1.0)]
    found = clustered([0, 1, 2], edges, must=((0, 1), (1, 2)), cannot=((0, 2),))
    assert groups(found) == [[0, 1], [2]]


def test_ties_go_to_the_lower_position() -> None:
    assert groups(clustered([0, 1, 1], [(0, 1, 0.9), (0, 2, 0.9)])) == [[0, 1], [2]]


def test_no_pairs_make_no_clusters() -> None:
    assert groups(clustered([0, 1], [])) == [[0], [1]]
    assert clustered([], []).labels.tolist() == []


EDGES = st.lists(
    st.tuples(
        st.integers(0, 11), st.integers(0, 11), st.sampled_from((0.1, 0.5, 0.6, 0.7, 0.8, 0.9))
    ).filter(lambda e: e[0] < e[1]),
    unique_by=lambda e: e[:2],
    max_size=40,
)
PICKED = st.sets(st.integers(0, 39), max_size=6)
SOURCES = [i % 3 for i in range(12)]


def picked(edges: list[Edge], rows: set[int]) -> tuple[Pair, ...]:
    return tuple(e[:2] for i, e in enumerate(edges) if i in rows)


@given(EDGES, PICKED, PICKED)
@settings(deadline=None)
def test_the_result_is_that_of_the_plain_greedy_way(
    edges: list[Edge], must_rows: set[int], cannot_rows: set[int]
) -> None:
    must, cannot = picked(edges, must_rows), picked(edges, cannot_rows)
    assert groups(clustered(SOURCES, edges, must, cannot)) == plain(edges, must, cannot)


def plain(edges: list[Edge], must: tuple[Pair, ...], cannot: tuple[Pair, ...]) -> list[list[int]]:
    """Unite pair by pair, strongest first, looking at every pair of records that would meet."""
    told = {e[:2]: e[2] for e in edges}
    allowed = {p for p in told if (told[p] >= LEAST or p in must) and p not in cannot}
    persons = [{i} for i in range(len(SOURCES))]
    for pair in sorted(allowed, key=lambda p: (p not in must, -told[p], p)):
        one, other = (next(p for p in persons if i in p) for i in pair)
        meet = [tuple(sorted((u, v))) for u in one for v in other]
        alike = [p for p in meet if SOURCES[p[0]] == SOURCES[p[1]] and p not in allowed]
        if one is other or any(p in cannot for p in meet) or (alike and pair not in must):
            continue
        persons = [p for p in persons if p is not one and p is not other] + [one | other]
    return sorted(sorted(p) for p in persons)


@given(EDGES, PICKED, PICKED)
@settings(deadline=None)
def test_no_cluster_holds_what_may_not_meet(
    edges: list[Edge], must_rows: set[int], cannot_rows: set[int]
) -> None:
    must, cannot = picked(edges, must_rows), picked(edges, cannot_rows)
    chance = {e[:2]: e[2] for e in edges}
    found = clustered(SOURCES, edges, must, cannot)
    for group in groups(found):
        for a in group:
            for b in (x for x in group if x > a):
                assert (a, b) not in cannot
                evidence = chance.get((a, b), 0) >= LEAST or must
                assert SOURCES[a] != SOURCES[b] or evidence


@given(EDGES, PICKED, st.randoms())
@settings(deadline=None)
def test_the_order_of_pairs_does_not_matter(edges, cannot_rows, rng) -> None:
    cannot, strength = set(picked(edges, cannot_rows)), {e[:2]: e[2] for e in edges}
    labels = []
    for rows in (edges, rng.sample(edges, len(edges))):
        pairs = [e[:2] for e in rows]
        bits = np.array([strength[pair] for pair in pairs], dtype=np.float64)
        found = cluster(np.array(SOURCES), scored(pairs, set(), cannot), bits, bits >= LEAST)
        labels.append(found.labels.tolist())
    assert labels[0] == labels[1]


@pytest.mark.long
def test_millions_of_pairs_take_seconds() -> None:
    rng, persons = np.random.default_rng(1), 2_500_000
    size = 2 * persons
    sources = np.repeat([0, 1], persons)
    partner = np.arange(persons)
    partner[: persons // 10] = rng.integers(0, persons, persons // 10)
    l, r = np.arange(persons), partner + persons  # noqa: E741
    strength = rng.random(persons)
    none = np.zeros(persons, dtype=bool)
    pairs = ScoredPairs(
        l=l,
        r=r,
        levels=np.zeros((persons, 1), dtype=np.int8),
        frequency=np.zeros((persons, 1), dtype=np.float32),
        weight=strength,
        must=none,
        cannot=none,
    )
    start = time.monotonic()
    found = cluster(sources.astype(np.int64), pairs, strength, ~none)
    assert time.monotonic() - start < 20
    assert len(found.labels) == size
    assert found.refused > 0
