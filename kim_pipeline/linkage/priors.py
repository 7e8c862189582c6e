"""The chance, per pair of sources, that two of their records are one person.

One chance for all sources together is wrong wherever overlaps differ: nearly every foreigner at the
job centre is at the immigration office, few records repeat within one source.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kim_pipeline.linkage.model import LinkModel
from kim_pipeline.linkage.records import Records

ROUNDS = 30
TOLERANCE = 1e-6

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class SourcePair:
    """Two sources (or one twice), which of the pairs are theirs, and the share of true ones."""

    sources: tuple[str, str]
    rows: npt.NDArray[np.bool_]
    possible: float
    prior: float

    @property
    def within(self) -> bool:
        """Tell whether both records come from one source."""
        return self.sources[0] == self.sources[1]


def source_pairs(records: Records, pairs: pa.Table, model: LinkModel) -> tuple[SourcePair, ...]:
    """Estimate the prior of every pair of sources from the weights themselves.

    Expectation maximisation of the mixing share, the m and u of the model held fixed: the prior is
    the sum of the posteriors over all possible pairs; pairs that never met count as false.
    """
    evidence = pairs["weight"].to_numpy() - _bits(model.prior)
    codes = records.source_codes
    left, right = codes[pairs["l"].to_numpy()], codes[pairs["r"].to_numpy()]
    sizes = [records.counts[source] for source in records.sources]
    found = []
    for a, source_a in enumerate(records.sources):
        for b, source_b in enumerate(records.sources[a:], start=a):
            rows = (left == a) & (right == b)
            possible = sizes[a] * (sizes[a] - 1) / 2 if a == b else float(sizes[a] * sizes[b])
            prior = _prior(evidence[rows], possible, model.prior)
            found.append(SourcePair((source_a, source_b), rows, possible, prior))
    return tuple(found)


def posterior_bits(pairs: pa.Table, shares: tuple[SourcePair, ...], model: LinkModel) -> Floats:
    """Give the log2 odds of every pair with the prior of its sources instead of the model's."""
    bits = np.array(pairs["weight"].to_numpy(), dtype=np.float64)
    for share in shares:
        bits[share.rows] += _bits(share.prior) - _bits(model.prior)
    return bits


def probability(bits: Floats) -> Floats:
    """Turn log2 odds into a probability."""
    return np.asarray(1 / (1 + np.exp2(-np.clip(bits, -500, 500))), dtype=np.float64)


def _prior(evidence: Floats, possible: float, start: float) -> float:
    prior = start
    for _ in range(ROUNDS):
        true_pairs = max(float(probability(evidence + _bits(prior)).sum()), 0.5)
        new = min(true_pairs / max(possible, 1.0), 0.5)
        if abs(new - prior) <= TOLERANCE * prior:
            return new
        prior = new
    return prior


def _bits(share: float) -> float:
    return float(np.log2(share / (1 - share)))
