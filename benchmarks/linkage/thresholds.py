"""The best threshold of a way, chosen with the truth: what no real run knows, given to all peers.

Pairs are those that a way links itself, directly; clusters are all pairs of records it calls one
person. Each has its own best threshold, which favours the peers.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.linkage.found import Floats, Found, Ints
from kim_pipeline.linkage.evaluate import Agreement

Flags = npt.NDArray[np.bool_]
BELOW, ABOVE, STEPS = 10.0, 15.0, 41


@dataclass(frozen=True)
class Best:
    """The best threshold for pairs and for clusters, and what they reach there."""

    pair_threshold: float
    pairs: Agreement
    cluster_threshold: float
    clusters: Agreement
    labels: Ints


def best(found: Found, persons: Ints) -> Best:
    """Try thresholds over the range of the scores; `persons` numbers each record's true person.

    For pairs every score is tried, for clusters steps of 0.6 bits around the best for pairs; where
    a way has groups, both are tried at the thresholds of these.
    """
    pair, pairs = best_pairs(found, persons)
    grid = sorted(found.groups) or np.linspace(pair - BELOW, pair + ABOVE, STEPS).tolist()
    labels = {t: found.labels_at(t, len(persons)) for t in grid}
    agreements = {t: cluster_agreement(labels[t], persons) for t in grid}
    cluster = max(grid, key=lambda t: agreements[t].f1)
    return Best(pair, pairs, cluster, agreements[cluster], labels[cluster])


def best_pairs(found: Found, persons: Ints) -> tuple[float, Agreement]:
    """Find the threshold at which the linked pairs agree best with the truth."""
    hits = persons[found.l] == persons[found.r]
    if not found.groups:
        return _best_score(found.score, hits, pairs_within(persons))
    true, agreements = pairs_within(persons), {}
    for threshold, labels in found.groups.items():
        linked = labels[found.l] == labels[found.r]
        agreements[threshold] = Agreement(int(linked.sum()), true, int((linked & hits).sum()))
    chosen = max(agreements, key=lambda t: agreements[t].f1)
    return chosen, agreements[chosen]


def _best_score(score: Floats, hits: Flags, true: int) -> tuple[float, Agreement]:
    order = np.argsort(-score, kind="stable")
    falling, right = score[order], np.cumsum(hits[order])
    last = np.flatnonzero(np.append(np.diff(falling) != 0, [True] * bool(len(falling))))
    if not len(last):
        return 0.0, Agreement(0, true, 0)
    at = int(last[np.argmax(right[last] / (last + 1 + true))])
    return float(falling[at]), Agreement(at + 1, true, int(right[at]))


def cluster_agreement(labels: Ints, persons: Ints) -> Agreement:
    """Hold all pairs inside clusters against all true pairs."""
    crossed = labels * (int(persons.max(initial=0)) + 1) + persons
    return Agreement(pairs_within(labels), pairs_within(persons), pairs_within(crossed))


def pairs_within(labels: Ints) -> int:
    """Count the pairs of records that carry one label."""
    sizes = np.unique(labels, return_counts=True)[1]
    return int((sizes * (sizes - 1) // 2).sum())
