"""Persons from pairs: greedy clustering that never brings two records of a source together unseen.

Connected components, the usual way, chain people through one wrong pair. Here pairs are taken from
the strongest down, and a union is refused when it would put two records of one source together
without strong evidence for that very pair, or two that their office noted as different people.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kim_pipeline.linkage.thresholds import Thresholds

Ints = npt.NDArray[np.int64]
Pair = tuple[int, int]


@dataclass(frozen=True)
class Pairs:
    """Pairs of record positions with l < r; `strength` orders them, `probability` admits them."""

    l: Ints  # noqa: E741
    r: Ints
    strength: npt.NDArray[np.float64]
    probability: npt.NDArray[np.float64]
    must: npt.NDArray[np.bool_]
    cannot: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Clusters:
    """A label per record (the lowest position in its cluster) and how many unions were refused."""

    labels: Ints
    refused: int


def cluster(sources: Ints, pairs: Pairs, thresholds: Thresholds) -> Clusters:
    """Cluster records, given the source number of each.

    What an office noted as the same person comes first, then falling strength; ties go by position,
    so that the result depends on nothing but the input.
    """
    same = sources[pairs.l] == sources[pairs.r]
    least = np.where(same, thresholds.within, thresholds.between)
    admitted = (pairs.probability >= least) & ~pairs.cannot
    order = np.lexsort((pairs.r, pairs.l, -pairs.strength, ~pairs.must))
    chosen = order[admitted[order]]
    groups = _Groups(sources, _listed(pairs, same & admitted), _listed(pairs, pairs.cannot))
    refused = sum(not groups.unite(pair) for pair in _listed(pairs, chosen))
    return Clusters(groups.labels(), refused)


def _listed(pairs: Pairs, rows: npt.NDArray[np.bool_] | Ints) -> list[Pair]:
    return list(zip(pairs.l[rows].tolist(), pairs.r[rows].tolist(), strict=True))


class _Groups:
    """Disjoint sets of records that remember what may not meet."""

    def __init__(self, sources: Ints, strong: Iterable[Pair], apart: Iterable[Pair]) -> None:
        self._sources: list[int] = sources.tolist()
        self._strong = set(strong)
        self._apart = set(apart)
        self._label = list(range(len(self._sources)))
        self._members = [[position] for position in self._label]

    def unite(self, pair: Pair) -> bool:
        """Unite the groups of two records; False when they may not meet."""
        a, b = sorted((self._label[pair[0]], self._label[pair[1]]))
        if a == b:
            return True
        if any(self._conflict(u, v) for u in self._members[a] for v in self._members[b]):
            return False
        for position in self._members[b]:
            self._label[position] = a
        self._members[a] += self._members[b]
        self._members[b] = []
        return True

    def labels(self) -> Ints:
        """Give each record the lowest position of its group."""
        return np.array(self._label, dtype=np.int64)

    def _conflict(self, u: int, v: int) -> bool:
        pair = (u, v) if u < v else (v, u)
        same_source = self._sources[u] == self._sources[v]
        return pair in self._apart or (same_source and pair not in self._strong)
