"""Our linkage at the cut of its probabilities that truth would choose: what not knowing costs."""

import numpy as np
import pandas as pd

from benchmarks.linkage.found import Found
from benchmarks.linkage.fresh_process import Usage
from benchmarks.linkage.link_set import LinkSet
from benchmarks.linkage.ours import EDGES, positions
from kim_pipeline.linkage.clusters import cluster
from kim_pipeline.linkage.pairs import ScoredPairs

CUTS = (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999)
LEAST = 1e-12


def best_possible(data: LinkSet, usage: Usage) -> Found:
    """Cluster the pairs of a run anew at many cuts; the run itself has left them in the folder."""
    with usage.part("read"):
        edges = pd.read_parquet(data.folder / EDGES)
    sure = edges["probability"].to_numpy()
    pairs = _scored(edges, data)
    chance = np.clip(sure, LEAST, 1 - LEAST)
    bits = np.log2(chance / (1 - chance))
    sources = np.asarray(pd.factorize(data.records["source"], sort=True)[0], dtype=np.int64)
    groups = {cut: cluster(sources, pairs, bits, sure >= cut).labels for cut in CUTS}
    return Found(pairs.l, pairs.r, sure, groups)


def _scored(edges: pd.DataFrame, data: LinkSet) -> ScoredPairs:
    """Give the pairs by position; stored probabilities are too coarse to tell notes from them."""
    nothing = np.zeros(len(edges), dtype=np.bool_)
    return ScoredPairs(
        l=positions(edges, "_l", data.records),
        r=positions(edges, "_r", data.records),
        levels=np.zeros((len(edges), 0), np.int8),
        frequency=np.zeros((len(edges), 0), np.float32),
        weight=edges["weight"].to_numpy(),
        must=nothing,
        cannot=nothing,
    )
