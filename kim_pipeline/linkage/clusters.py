"""Persons from pairs: greedy clustering that never brings two records of a source together unseen.

Connected components, the usual way, chain people through one wrong pair. Here pairs are taken from
the strongest down, and a union is refused when it would put two records of one source together
without strong evidence for that very pair, or two that were noted as different people. Most
components hold nothing that could be refused; only the others are walked pair by pair.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from kim_pipeline.linkage.pairs import Flags, Floats, Ints, ScoredPairs

Edge = tuple[int, int, bool]


@dataclass(frozen=True)
class Conflicts:
    """Pairs that were admitted and still lie in two clusters; n rows, ordered as the pairs.

    rows: their row numbers among the pairs; l, r: positions of their records.
    noted: True where records of the two clusters were noted as different people, else the clusters
      hold two records of one source without evidence of their own.
    """

    rows: Ints
    l: Ints  # noqa: E741 - left and right are the field's words
    r: Ints
    noted: Flags


@dataclass(frozen=True)
class Clusters:
    """A label per record (the lowest position in its cluster), and what was refused."""

    labels: Ints
    conflicts: Conflicts

    @property
    def refused(self) -> int:
        """Count the admitted pairs that were refused."""
        return len(self.conflicts.rows)


def cluster(sources: Ints, pairs: ScoredPairs, strength: Floats, admitted: Flags) -> Clusters:
    """Cluster records, given the source number of each and the strength of each pair in bits.

    What was noted as the same person comes first, then falling strength; ties go by position, so
    that the result depends on nothing but the input. A note of the same person is evidence enough
    for two records of one source, also through a third record; only a note of different people
    stands above it, and that holds through any chain.
    """
    allowed = (admitted | pairs.must) & ~pairs.cannot
    parts = _components(len(sources), pairs.l[allowed], pairs.r[allowed])
    strong = allowed & (sources[pairs.l] == sources[pairs.r])
    dirty = _with_conflicts(sources, pairs, strong, parts)
    labels = _lowest(parts)
    if dirty.any():
        inside = dirty[parts[pairs.l]]
        order = np.lexsort((pairs.r, pairs.l, -strength, ~pairs.must))
        chosen = order[(allowed & inside)[order]]
        groups = _Groups(sources, np.flatnonzero(dirty[parts]))
        apart = pairs.cannot & inside & (parts[pairs.l] == parts[pairs.r])
        groups.declare(_edges(pairs, strong & inside), _edges(pairs, apart))
        for edge in _edges(pairs, chosen):
            groups.unite(edge)
        members, walked = groups.labels()
        labels[members] = walked
    return Clusters(labels, _conflicts(pairs, labels, allowed))


def _components(size: int, left: Ints, right: Ints) -> Ints:
    graph = coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(size, size))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _lowest(parts: Ints) -> Ints:
    """Name every component by its lowest position."""
    lowest = np.full(int(parts.max(initial=-1)) + 1, len(parts), dtype=np.int64)
    np.minimum.at(lowest, parts, np.arange(len(parts), dtype=np.int64))
    return lowest[parts]


def _with_conflicts(sources: Ints, pairs: ScoredPairs, strong: Flags, parts: Ints) -> Flags:
    """Flag the components in which a union could be refused.

    Of each source they hold more pairs of records than there is strong evidence for, or two records
    noted as different. Pairs occur once, so that counting them is enough.
    """
    dirty = np.zeros(int(parts.max(initial=-1)) + 1, dtype=np.bool_)
    noted = pairs.cannot & (parts[pairs.l] == parts[pairs.r])
    dirty[parts[pairs.l[noted]]] = True
    kinds = int(sources.max(initial=0)) + 1
    cell = parts * kinds + sources
    many = np.bincount(cell, minlength=len(dirty) * kinds)
    proven = np.bincount(cell[pairs.l[strong]], minlength=len(dirty) * kinds)
    dirty[np.flatnonzero(many * (many - 1) // 2 > proven) // kinds] = True
    return dirty


def _edges(pairs: ScoredPairs, rows: Flags | Ints) -> list[Edge]:
    columns = (pairs.l[rows], pairs.r[rows], pairs.must[rows])
    return list(zip(*(column.tolist() for column in columns), strict=True))


def _conflicts(pairs: ScoredPairs, labels: Ints, allowed: Flags) -> Conflicts:
    """Find what was refused: groups only grow, so that a pair refused once stays apart."""
    wanted = allowed | (pairs.must & pairs.cannot)
    rows = np.flatnonzero(wanted & (labels[pairs.l] != labels[pairs.r]))
    between = _unordered(labels[pairs.l[pairs.cannot]], labels[pairs.r[pairs.cannot]], len(labels))
    own = _unordered(labels[pairs.l[rows]], labels[pairs.r[rows]], len(labels))
    return Conflicts(rows, pairs.l[rows], pairs.r[rows], np.isin(own, between))


def _unordered(one: Ints, other: Ints, size: int) -> Ints:
    return np.asarray(np.minimum(one, other) * size + np.maximum(one, other), dtype=np.int64)


class _Groups:
    """Disjoint sets of records that remember what may not meet."""

    def __init__(self, sources: Ints, members: Ints) -> None:
        self._members = members
        positions: Sequence[int] = members.tolist()
        self._root = {position: position for position in positions}
        self._by_source = {
            position: {source: [position]}
            for position, source in zip(positions, sources[members].tolist(), strict=True)
        }
        self._strong: set[tuple[int, int]] = set()
        self._apart: defaultdict[int, set[int]] = defaultdict(set)

    def declare(self, strong: Iterable[Edge], apart: Iterable[Edge]) -> None:
        """Say which pairs of one source have evidence, and which pairs may never meet."""
        self._strong.update((one, other) for one, other, _ in strong)
        for one, other, _ in apart:
            self._apart[one].add(other)
            self._apart[other].add(one)

    def unite(self, edge: Edge) -> None:
        """Unite the groups of two records unless they may not meet; notes need no evidence."""
        a, b = sorted((self._find(edge[0]), self._find(edge[1])))
        if a == b or self._noted(a, b) or (not edge[2] and self._unproven(a, b)):
            return
        self._root[b] = a
        for source, positions in self._by_source.pop(b).items():
            self._by_source[a].setdefault(source, []).extend(positions)
        apart = self._apart.pop(b, None)
        if apart:
            self._apart[a] |= apart

    def labels(self) -> tuple[Ints, Ints]:
        """Give the records and, for each, the lowest position of its group."""
        roots = [self._find(position) for position in self._members.tolist()]
        return self._members, np.array(roots, dtype=np.int64)

    def _find(self, position: int) -> int:
        root = self._root
        while root[position] != position:
            root[position] = root[root[position]]
            position = root[position]
        return position

    def _noted(self, a: int, b: int) -> bool:
        return any(self._find(other) == b for other in self._apart.get(a, ()))

    def _unproven(self, a: int, b: int) -> bool:
        ours, theirs = self._by_source[a], self._by_source[b]
        return any(
            (min(u, v), max(u, v)) not in self._strong
            for source in ours.keys() & theirs.keys()
            for u in ours[source]
            for v in theirs[source]
        )
