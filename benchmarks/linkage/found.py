"""What one way of linking found, as files that any Python environment can write and read.

A way writes scored pairs, and groups where its own clustering is more than connected components.
Records are named by their position in `LinkSet.records`.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import parquet
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Found:
    """Pairs with scores, and the groups at each threshold.

    l, r: int64 (n,), positions. score: float64 (n,), higher is surer; NaN-free.
    groups: labels int64 (records,) by threshold; empty: connected components of the pairs.
    label_free: the way chose its threshold itself and `score` is 1 for all it links.
    """

    l: Ints  # noqa: E741 - left and right are the field's words
    r: Ints
    score: Floats
    groups: dict[float, Ints]
    label_free: bool = False

    def labels_at(self, threshold: float, records: int) -> Ints:
        """Give the cluster of every record when pairs from this score on are linked."""
        if self.groups:
            return self.groups[threshold]
        return components(records, *self.pairs_at(threshold))

    def pairs_at(self, threshold: float) -> tuple[Ints, Ints]:
        """Give the pairs whose score is at least the threshold."""
        kept = self.score >= threshold
        return self.l[kept], self.r[kept]

    def save(self, folder: Path, name: str) -> None:
        """Write the pairs, and the groups if there are any."""
        pairs = pa.table({"l": self.l, "r": self.r, "score": self.score})
        parquet.write_table(pairs, folder / f"{name}.pairs.parquet")
        if self.groups:
            columns = {repr(threshold): labels for threshold, labels in self.groups.items()}
            parquet.write_table(pa.table(columns), folder / f"{name}.groups.parquet")


def load_found(folder: Path, name: str, *, label_free: bool = False) -> Found:
    """Read what `Found.save`, or a peer that writes the same files, has written."""
    pairs = parquet.read_table(folder / f"{name}.pairs.parquet")
    path = folder / f"{name}.groups.parquet"
    groups = parquet.read_table(path) if path.is_file() else pa.table({})
    return Found(
        l=pairs["l"].to_numpy(),
        r=pairs["r"].to_numpy(),
        score=pairs["score"].to_numpy(),
        groups={float(column): groups[column].to_numpy() for column in groups.column_names},
        label_free=label_free,
    )


def components(records: int, left: Ints, right: Ints) -> Ints:
    """Number the connected components of the records under the given pairs."""
    edges = coo_array((np.ones(len(left), np.int8), (left, right)), shape=(records, records))
    return np.asarray(connected_components(edges, directed=False)[1], dtype=np.int64)


def pairs_of(labels: Ints) -> tuple[Ints, Ints]:
    """List all pairs of positions that carry one label, the lower position first."""
    order = np.argsort(labels, kind="stable")
    _, sizes = np.unique(labels, return_counts=True)
    left, right = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    for size in np.unique(sizes[sizes > 1]):
        members = order[starts[sizes == size][:, None] + np.arange(size)]
        for one, other in zip(*np.triu_indices(size, 1), strict=True):
            left.append(members[:, one])
            right.append(members[:, other])
    return np.concatenate(left), np.concatenate(right)
