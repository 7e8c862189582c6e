import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kim_pipeline.linkage.clusters import Clusters, Pairs, cluster
from kim_pipeline.linkage.thresholds import Thresholds

Edge = tuple[int, int, float]


def clustered(
    sources: list[int],
    edges: list[Edge],
    must: tuple[tuple[int, int], ...] = (),
    cannot: tuple[tuple[int, int], ...] = (),
) -> Clusters:
    chances = {(a, b): p for a, b, p in edges}
    noted = {pair: 0.0 for pair in (*must, *cannot) if pair not in chances}
    pairs = sorted(chances | noted)
    probability = np.array([(chances | noted)[pair] for pair in pairs], dtype=np.float64)
    return cluster(
        np.array(sources, dtype=np.int64),
        Pairs(
            l=np.array([a for a, _ in pairs], dtype=np.int64),
            r=np.array([b for _, b in pairs], dtype=np.int64),
            strength=probability,
            probability=np.where([pair in must for pair in pairs], 1.0, probability),
            must=np.array([pair in must for pair in pairs], dtype=bool),
            cannot=np.array([pair in cannot for pair in pairs], dtype=bool),
        ),
        Thresholds(),
    )


def groups(found: Clusters) -> list[list[int]]:
    labels = found.labels.tolist()
    return [[i for i, x in enumerate(labels) if x == label] for label in sorted(set(labels))]


def test_records_of_two_sources_unite() -> None:
    assert groups(clustered([0, 1], [(0, 1, 0.9)])) == [[0, 1]]


def test_a_weak_pair_stays_apart() -> None:
    assert groups(clustered([0, 1], [(0, 1, 0.4)])) == [[0], [1]]


def test_two_records_of_a_source_never_meet_through_a_third() -> None:
    found = clustered([0, 0, 1], [(0, 2, 0.99), (1, 2, 0.95)])
    assert groups(found) == [[0, 2], [1]]
    assert found.refused == 1


def test_records_of_one_source_need_more_than_records_of_two() -> None:
    assert groups(clustered([0, 0], [(0, 1, 0.8)])) == [[0], [1]]
    assert groups(clustered([0, 0], [(0, 1, 0.95)])) == [[0, 1]]


def test_a_note_of_the_same_person_unites_without_evidence() -> None:
    assert groups(clustered([0, 0], [], must=((0, 1),))) == [[0, 1]]


def test_a_note_of_different_people_holds_through_third_records() -> None:
    found = clustered([0, 0, 1], [(0, 1, 0.99), (0, 2, 0.98), (1, 2, 0.97)], cannot=((0, 1),))
    assert groups(found) == [[0, 2], [1]]


def test_contradicting_notes_keep_people_apart() -> None:
    assert groups(clustered([0, 0], [], must=((0, 1),), cannot=((0, 1),))) == [[0], [1]]


def test_ties_go_to_the_lower_position() -> None:
    assert groups(clustered([0, 1, 1], [(0, 1, 0.9), (0, 2, 0.9)])) == [[0, 1], [2]]


EDGES = st.lists(
    st.tuples(st.integers(0, 11), st.integers(0, 11), st.floats(0, 1)).filter(
        lambda e: e[0] < e[1]
    ),
    unique_by=lambda e: e[:2],
)


@given(EDGES, st.sets(st.integers(0, 40), max_size=6))
@settings(deadline=None)
def test_no_cluster_holds_what_may_not_meet(edges: list[Edge], picked: set[int]) -> None:
    sources = [i % 3 for i in range(12)]
    cannot = tuple(e[:2] for i, e in enumerate(edges) if i in picked)
    chance = {e[:2]: e[2] for e in edges}
    for group in groups(clustered(sources, edges, cannot=cannot)):
        for a in group:
            for b in (x for x in group if x > a):
                assert (a, b) not in cannot
                assert sources[a] != sources[b] or chance[a, b] >= Thresholds().within


@given(EDGES)
@settings(deadline=None)
def test_order_of_pairs_does_not_matter(edges: list[Edge]) -> None:
    sources = [i % 3 for i in range(12)]
    one, other = clustered(sources, edges), clustered(sources, edges[::-1])
    assert (one.labels == other.labels).all()
