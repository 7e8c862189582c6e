"""Which pairs are taken for one person, decided without any labelled pair.

A pair's posterior (prior of its sources, weight of the model) is held against its rivals: a person
has one record per source apart from duplicates, so a record that fits two others equally well
belongs to at most one of them. A pair counts when its probability reaches one half, which is close
to the best cut for F1; inside a source a mistake merges two people for good, so more is asked.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from kim_pipeline.linkage.exclusivity import Candidates, Floats, Ints, exclusive_probability
from kim_pipeline.linkage.model import LinkModel
from kim_pipeline.linkage.priors import (
    posterior_bits,
    probability,
    source_pairs,
)
from kim_pipeline.linkage.records import Records

MOST_BITS = 300.0
DUPLICATE = 0.1
CONTRADICTED = 0.05


@dataclass(frozen=True)
class Thresholds:
    """The least probability of a link between sources and inside one."""

    between: float = 0.5
    within: float = 0.9


def match_probability(records: Records, pairs: pa.Table, model: LinkModel) -> Floats:
    """Give each pair the probability that both records are one person, in the order of `pairs`.

    What an office noted itself stands above the weights: 1 where it says "same person", 0 where it
    says "different person".
    """
    shares = source_pairs(records, pairs, model)
    within = np.logical_or.reduce([share.rows for share in shares if share.within])
    bits = posterior_bits(pairs, shares, model)
    chance = probability(bits)
    relatives = within & _contradicted(pairs)
    chance[relatives] = np.minimum(chance[relatives], CONTRADICTED)
    chance[pairs["must"].to_numpy()] = 1.0
    chance[pairs["cannot"].to_numpy()] = 0.0
    left, right = pairs["l"].to_numpy(), pairs["r"].to_numpy()
    duplicates = _duplicates(left[within], right[within], chance[within])
    odds = np.exp2(np.clip(bits, -MOST_BITS, MOST_BITS))
    odds[pairs["cannot"].to_numpy()] = 0.0
    for share in shares:
        if not share.within and share.rows.any():
            rows, (a, b) = share.rows, share.sources
            sizes = (records.counts[a], records.counts[b])
            candidates = Candidates(left[rows], right[rows], odds[rows], duplicates, sizes)
            chance[rows] = exclusive_probability(candidates)
    return chance


def _contradicted(pairs: pa.Table) -> npt.NDArray[np.bool_]:
    """Find pairs with two AZR numbers, or no common one and other given names or birth dates.

    Inside a source those are relatives: one name, one address, one nationality. Across sources the
    rivals decide, since there a wrong birth date or a mistyped number is the likelier story.
    """
    given, born, azr = (
        pairs[f"level_{name}"].to_numpy() for name in ("given", "birth_date", "azr")
    )
    return np.asarray(((given == 0) | (born == 0) | (azr == 0)) & (azr != 1), dtype=np.bool_)


def _duplicates(left: Ints, right: Ints, chance: Floats) -> pd.DataFrame:
    """List likely duplicates inside sources in both directions: record, twin, p_twin."""
    likely = chance >= DUPLICATE
    one, other = left[likely], right[likely]
    return pd.DataFrame(
        {
            "record": np.concatenate([one, other]),
            "twin": np.concatenate([other, one]),
            "p_twin": np.tile(chance[likely], 2),
        }
    )
