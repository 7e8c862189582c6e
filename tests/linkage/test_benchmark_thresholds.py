"""The best threshold that a peer is given: against trying every threshold by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.linkage.found import Found, components, load_found, pairs_of
from benchmarks.linkage.thresholds import best, best_pairs, cluster_agreement, pairs_within
from kim_pipeline.linkage.evaluate import evaluate

LABELS = st.lists(st.integers(0, 4), min_size=1, max_size=14).map(np.array)
SCORES = st.lists(st.integers(-3, 3), min_size=91, max_size=91)


def scored(size: int, scores: list[int]) -> Found:
    left, right = np.triu_indices(size, 1)
    score = np.array(scores[: len(left)], dtype=np.float64)
    return Found(left.astype(np.int64), right.astype(np.int64), score, {})


@given(LABELS)
def test_pairs_of_a_label_are_listed_once_and_counted(labels):
    left, right = pairs_of(labels)
    expected = {(a, b) for a in range(len(labels)) for b in range(a) if labels[a] == labels[b]}
    assert {(max(p), min(p)) for p in zip(left, right, strict=True)} == expected
    assert len(left) == len(expected) == pairs_within(labels)


@given(LABELS, SCORES)
def test_no_threshold_beats_the_best_for_pairs(persons, scores):
    found = scored(len(persons), scores)
    threshold, reached = best_pairs(found, persons)
    for other in {*found.score, 4.0}:
        left, right = found.pairs_at(other)
        both = int((persons[left] == persons[right]).sum())
        total = len(left) + pairs_within(persons)
        assert 2 * both <= reached.f1 * total + 1e-9
    if reached.found:
        assert reached.found == len(found.pairs_at(threshold)[0])


@settings(max_examples=20, deadline=None)
@given(LABELS, LABELS)
def test_clusters_are_judged_as_the_pipeline_judges_links(one, other):
    size = min(len(one), len(other))
    labels, persons = one[:size], other[:size]
    names = {"source": "a", "record_pseudonym": np.arange(size).astype(str)}
    links = pd.DataFrame(names | {"person_id": labels})
    judged = evaluate(links, pd.DataFrame(names | {"person": persons}))
    assert cluster_agreement(labels, persons) == judged.pairs


def test_a_way_with_groups_is_judged_only_where_it_has_some():
    persons = np.array([0, 0, 1, 1])
    groups = {0.7: np.array([0, 0, 0, 0]), 0.8: np.array([0, 0, 1, 1])}
    found = Found(np.array([0, 2]), np.array([1, 3]), np.array([0.9, 0.8]), groups)
    reached = best(found, persons)
    assert (reached.cluster_threshold, reached.clusters.f1) == (0.8, 1.0)


def test_nothing_found_is_no_error():
    nothing = Found(*(np.zeros(0, np.int64),) * 2, np.zeros(0), {})
    assert best(nothing, np.array([0, 0, 1])).pairs.found == 0


def test_findings_come_back_as_they_were_written(tmp_path):
    labels = components(4, np.array([0, 2]), np.array([1, 3]))
    found = Found(np.array([0, 2]), np.array([1, 3]), np.array([1.5, 0.1]), {0.1: labels})
    found.save(tmp_path, "way")
    read = load_found(tmp_path, "way")
    assert read.score == pytest.approx(found.score)
    assert read.groups[0.1].tolist() == labels.tolist() == [0, 0, 1, 1]
