"""Candidate pairs of records and their match weights.

The weight equals Splink's for the same model and records (a test holds it), at a fraction of its
time on many pairs. Tokens stay in memory: nothing is written, and pairs that cannot reach the least
weight are dropped range by range, before their lists of tokens are compared.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from kim_pipeline.linkage.blocking import ascending, find_blocks, pairs_in_range, ranges
from kim_pipeline.linkage.decisions import NO_DECISIONS, Decisions, Forced, forced_pairs
from kim_pipeline.linkage.memory import PairMemory, Recalled, recall, remember
from kim_pipeline.linkage.model import LinkModel
from kim_pipeline.linkage.pairs import Ints, KeyFacts, ScoredPairs
from kim_pipeline.linkage.records import Records
from kim_pipeline.linkage.scorer import LOW, Scored, Scorer, joined
from kim_pipeline.linkage.token_codes import encode, threads

LEAST_WEIGHT = -10.0


def score_pairs(
    records: Records,
    model: LinkModel,
    decided: Decisions = NO_DECISIONS,
    memory: PairMemory | None = None,
    least_weight: float = LEAST_WEIGHT,
) -> ScoredPairs:
    """Find and score the candidate pairs, ordered by the positions of their records.

    Pairs under `least_weight` bits are only counted, unless an office or the trust office decided
    them. With the memory of an earlier month only pairs of changed records are looked for. The same
    records give the same pairs, with a memory or without, whatever the number of threads.
    """
    return score_and_remember(records, model, decided, memory, least_weight)[0]


def score_and_remember(
    records: Records,
    model: LinkModel,
    decided: Decisions = NO_DECISIONS,
    memory: PairMemory | None = None,
    least_weight: float = LEAST_WEIGHT,
) -> tuple[ScoredPairs, PairMemory]:
    """Do as `score_pairs`, and give what the next month needs to look at changed records only."""
    codes = encode(records.table)
    blocks = find_blocks(records.table, codes)
    forced = forced_pairs(records, decided)
    work = _Work(
        Scorer.of(model, codes, least_weight), recall(memory, records, blocks), forced.pairs
    )
    with ThreadPoolExecutor(threads()) as pool:
        found = list(pool.map(work.do, ranges(work.recalled.blocks, records.size)))
    scored = joined([part for part, _, _ in found])
    met = np.concatenate([pairs for _, pairs, _ in found])
    below = sum(dropped for _, _, dropped in found)
    keys = tuple(block.facts for block in blocks)
    return as_pairs(scored, forced, below, keys), remember(records, blocks, met)


@dataclass(frozen=True)
class _Work:
    """What is to be done for each range of first records."""

    scorer: Scorer
    recalled: Recalled
    forced: Ints

    def do(self, bounds: tuple[int, int]) -> tuple[Scored, Ints, int]:
        """Score the pairs whose l lies in a range.

        Gives also all that met in a block, and how many pairs were dropped.
        """
        new = pairs_in_range(self.recalled.blocks, *bounds)
        met = ascending(np.concatenate([new, _within(self.recalled.pairs, bounds)]))
        forced = _within(self.forced, bounds)
        wanted = ascending(np.concatenate([met, forced])) if len(forced) else met
        scored = self.scorer.score(wanted, forced)
        return scored, met, len(wanted) - len(scored.pairs)


def _within(pairs: Ints, bounds: tuple[int, int]) -> Ints:
    low, high = np.searchsorted(pairs, np.array(bounds, dtype=np.int64) << 32)
    return pairs[low:high]


def as_pairs(scored: Scored, forced: Forced, below: int, keys: tuple[KeyFacts, ...]) -> ScoredPairs:
    """Put scores and decisions side by side; decided pairs that were not scored are left out."""
    must, cannot = np.zeros((2, len(scored.pairs)), dtype=np.bool_)
    rows, ends = (np.searchsorted(scored.pairs, forced.pairs, side) for side in ("left", "right"))
    here = rows < ends
    must[rows[here]], cannot[rows[here]] = forced.must[here], forced.cannot[here]
    return ScoredPairs(
        l=scored.pairs >> 32,
        r=scored.pairs & LOW,
        levels=np.ascontiguousarray(scored.levels.T),
        frequency=np.ascontiguousarray(scored.rarity.T),
        weight=scored.weight,
        must=must,
        cannot=cannot,
        below=below,
        keys=keys,
    )
