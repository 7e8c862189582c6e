"""All pairs of records that lie in one person, and how likely each is, third records included."""

from dataclasses import dataclass

import numpy as np

from kim_pipeline.linkage.calibration.census import Census
from kim_pipeline.linkage.calibration.fields import Index, index
from kim_pipeline.linkage.pairs import Flags, Floats, Ints, ScoredPairs

PAIRS_AT_ONCE = 2_000_000


@dataclass(frozen=True)
class Members:
    """n pairs of positions, left < right, in one person.

    chance: float64 (n,), 1 - (1 - p) (1 - the best of what third records imply). compared: bool
    (n,), whether the pair itself was a candidate.
    """

    left: Ints
    right: Ints
    chance: Floats
    compared: Flags


def members(records: Census, pairs: ScoredPairs, probability: Floats, labels: Ints) -> Members:
    """List the pairs of each cluster; `probability` (n,) of candidates, `labels` (records,)."""
    known = index(records, pairs)
    order = np.argsort(labels, kind="stable")
    starts = np.flatnonzero(np.diff(labels[order], prepend=-1) != 0)
    counts = np.diff(starts, append=len(order))
    parts = [_empty()]
    for size in np.unique(counts[counts > 1]).tolist():
        first = starts[counts == size]
        at_once = max(PAIRS_AT_ONCE // size**3, 1)
        for chunk in range(0, len(first), at_once):
            places = first[chunk : chunk + at_once, None] + np.arange(size)
            # A stable sort leaves the positions of each cluster ascending.
            parts.append(_of_size(known, records.source_codes, probability, order[places]))
    columns = ("left", "right", "chance", "compared")
    return Members(*(np.concatenate([getattr(part, name) for part in parts]) for name in columns))


def _of_size(known: Index, sources: Ints, probability: Floats, clusters: Ints) -> Members:
    """Take clusters of one size, int64 (m, size) positions."""
    count, size = clusters.shape
    one, other = np.triu_indices(size, k=1)
    left, right = clusters[:, one], clusters[:, other]
    rows = known.find(left, right)
    direct = np.where(rows >= 0, probability[rows], 0.0)
    between = np.zeros((count, size, size))
    between[:, one, other] = between[:, other, one] = direct
    implied = np.zeros_like(direct)
    for third in range(size):
        implied = np.maximum(implied, between[:, one, third] * between[:, third, other])
    # Duplicates were judged by their partners already: counting these again would flatter them.
    inside = sources[left] == sources[right]
    chance = np.where(inside & (rows >= 0), direct, 1 - (1 - direct) * (1 - implied))
    return Members(left.ravel(), right.ravel(), chance.ravel(), (rows >= 0).ravel())


def _empty() -> Members:
    nothing = np.zeros(0, dtype=np.int64)
    return Members(nothing, nothing, np.zeros(0), np.zeros(0, dtype=np.bool_))
