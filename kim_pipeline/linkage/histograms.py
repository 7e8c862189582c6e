"""Histograms of scored pairs: their weights, and their levels of agreement per pair of sources."""

from itertools import pairwise

import numpy as np

from kim_pipeline.linkage.pairs import ScoredPairs
from kim_pipeline.linkage.records import Records

WEIGHT_EDGES = (-np.inf, -10.0, -5.0, 0.0, 5.0, 10.0, 15.0, 20.0, 30.0, 40.0, np.inf)


def weight_histogram(pairs: ScoredPairs) -> dict[str, int]:
    """Count candidate pairs per band of match weight in bits; pairs not kept are in the lowest."""
    counts, _ = np.histogram(pairs.weight, bins=np.array(WEIGHT_EDGES))
    counts[0] += pairs.below
    bands = [f"{low:g}..{high:g}" for low, high in pairwise(WEIGHT_EDGES)]
    return dict(zip(bands, counts.tolist(), strict=True))


def levels_by_source_pair(
    records: Records, pairs: ScoredPairs
) -> dict[str, dict[str, tuple[int, ...]]]:
    """Count the levels of the given pairs for every pair of sources that occurs."""
    codes, size = records.source_codes, len(records.sources)
    code = codes[pairs.l] * size + codes[pairs.r]
    return {
        f"{records.sources[found // size]} + {records.sources[found % size]}": pairs.only(
            code == found
        ).level_counts()
        for found in np.unique(code).tolist()
    }
