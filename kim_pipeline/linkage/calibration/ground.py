"""What all steps of the calibration share: the pairs, and what is thought of them so far."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kim_pipeline.linkage.calibration.census import Census
from kim_pipeline.linkage.calibration.curve import Judgement
from kim_pipeline.linkage.calibration.features import Features, features
from kim_pipeline.linkage.calibration.fields import Field, Index, fields, index, pair_groups
from kim_pipeline.linkage.calibration.rescoring import Fit
from kim_pipeline.linkage.calibration.twins import Twins, twins
from kim_pipeline.linkage.pairs import Flags, Floats, Ints, ScoredPairs

MOST_FITTED = 1_000_000


@dataclass(frozen=True)
class Ground:
    """The pairs and how they are ordered.

    groups: int16 (n,), nationality group of each pair. decided: bool (n,), must or cannot.
    inside: int64, the rows of pairs inside sources; across: bool (n,), all others.
    prior: the share of true pairs that the weights assume.
    """

    records: Census
    pairs: ScoredPairs
    fields: tuple[Field, ...]
    groups: npt.NDArray[np.int16]
    decided: Flags
    inside: Ints
    across: Flags
    features: Features
    index: Index
    prior: float


@dataclass(frozen=True)
class Standing:
    """What is thought of n pairs at one moment.

    weight: float64 (n,), bits. unrivalled: float64 (n,), the chance of the pair by itself (inside
    sources: 0). chance: float64 (n,), the chance after all. judgements: how each two sources were
    judged. learnt: the regression behind the weight, of `fitted` pairs.
    """

    weight: Floats
    unrivalled: Floats
    chance: Floats
    twins: Twins
    judgements: dict[tuple[int, int], Judgement]
    learnt: Fit | None = None
    fitted: int = 0


def lay_out(records: Census, pairs: ScoredPairs, prior: float) -> Ground:
    """Order the pairs once for all steps; `prior` is the share of true pairs in their weights."""
    codes = records.source_codes
    across = codes[pairs.l] != codes[pairs.r]
    return Ground(
        records=records,
        pairs=pairs,
        fields=fields(records, pairs),
        groups=pair_groups(records, pairs.l, pairs.r).astype(np.int16),
        decided=pairs.must | pairs.cannot,
        inside=np.flatnonzero(~across),
        across=across,
        features=features(pairs),
        index=index(records, pairs),
        prior=prior,
    )


def likely_twins(ground: Ground, chance: Floats) -> Twins:
    """List the likely duplicates under the present chances (n,)."""
    rows, pairs = ground.inside, ground.pairs
    return twins(pairs.l[rows], pairs.r[rows], chance[rows], ground.records.size)


def overruled(ground: Ground, chance: Floats, rows: Ints | slice = slice(None)) -> Floats:
    """Put what an office decided above what the weights say of these rows."""
    found = np.where(ground.pairs.must[rows], 1.0, chance)
    return np.where(ground.pairs.cannot[rows], 0.0, found)


def sample(ground: Ground, rows: Ints, most: int = MOST_FITTED) -> Ints:
    """Draw at most about `most` of the rows."""
    if len(rows) <= most:
        return rows
    return rows[drawn(ground.pairs.l[rows], ground.pairs.r[rows], most / len(rows))]


def drawn(left: Ints, right: Ints, share: float) -> Flags:
    """Draw a share of pairs by a fixed hash of their positions, so that runs repeat each other."""
    one, other = left.astype(np.uint64), right.astype(np.uint64)
    mixed = (one * np.uint64(0x9E3779B97F4A7C15)) ^ (other * np.uint64(0xC2B2AE3D27D4EB4F))
    mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    return np.asarray((mixed >> np.uint64(11)) < np.uint64(share * 2**53), dtype=np.bool_)
