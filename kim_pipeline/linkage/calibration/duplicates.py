"""The chance that two records of one source are one person, judged by their partners elsewhere.

Inside a source nothing competes. But where two records have sure partners in another source, these
tell: one partner, one person; two partners, two people. From such pairs a regression learns what
duplicates look like here, and what relatives do; the share of duplicates is then fitted per source.
"""

from dataclasses import dataclass

import numpy as np

from kim_pipeline.linkage.calibration.ground import Ground, Standing
from kim_pipeline.linkage.calibration.odds import bits, probability
from kim_pipeline.linkage.calibration.rescoring import fit
from kim_pipeline.linkage.calibration.untold import untold_chance
from kim_pipeline.linkage.pairs import Flags, Floats, Ints

SURE = 0.8
LIKELY = 0.5
# Weight, in pairs, of what is thought before anything is told.
UNTOLD = 50.0
RIDGE = 0.5
ROUNDS = 200
LEAST_SHARE = 1e-4
TOLERANCE = 1e-5
GROUP_COUNT = 1000.0


@dataclass(frozen=True)
class Told:
    """What partners in another source tell of pairs inside a source; m tellings.

    at: int64 (m,), place of the pair in `ground.inside`. same: float64 (m,), 1 where both have one
    partner, 0 where they have two, between where these are likely duplicates. sure: float64 (m,).
    close: bool (m,), of those with two partners: one record fits the other's partner as well.
    open: float64 (m,), records without partner for each one with partner, in the pair's group.
    """

    at: Ints
    same: Floats
    sure: Floats
    close: Flags
    open: Floats


def told(ground: Ground, standing: Standing) -> Told:
    """Compare the partners of both records of each pair inside a source, source by source.

    The chance of pairs by themselves counts: were rivals to share it already, duplicates would have
    driven each other out.
    """
    sources = range(len(ground.records.sources))
    parts = [_told_by(ground, standing, source) for source in sources]
    names = ("at", "same", "sure", "close", "open")
    return Told(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def duplicate_chance(ground: Ground, standing: Standing) -> Floats:
    """Give the chance of every pair inside a source, float64, in the order of `ground.inside`."""
    if not len(ground.inside):
        return np.zeros(0)
    known, untold = told(ground, standing), untold_chance(ground)
    every = np.arange(len(untold))
    at = np.concatenate([known.at, every])
    label = np.concatenate([_cleared(ground, standing, known), untold])
    trust = np.concatenate([known.sure, np.full(len(untold), min(UNTOLD / len(untold), 1.0))])
    design = ground.features.design(ground.inside[at], standing.weight)
    learnt = fit(design, label, trust, RIDGE)
    found = ground.features.bits(learnt, ground.inside, standing.weight)
    # One of each kind besides, since a small source may know duplicates only, or none.
    share = (float((label * trust).sum()) + 1) / (float(trust.sum()) + 2)
    return _fitted_share(ground, found, share)


def _cleared(ground: Ground, standing: Standing, known: Told) -> Floats:
    """Take from the pairs with one partner those that are there for want of a partner of their own.

    A relative without a record in the other source takes the partner of the one who has. How many
    do is told by relatives who have partners and would have fitted the other's as well.
    """
    one, close = known.same >= LIKELY, known.close
    rows = np.flatnonzero(one | close)
    if not close.any() or not one.any():
        return known.same
    design = ground.features.design(ground.inside[known.at[rows]], standing.weight)
    learnt = fit(design, one[rows].astype(np.float64), known.sure[rows], RIDGE)
    log_odds = ground.features.bits(learnt, ground.inside[known.at], standing.weight)
    lonely = np.minimum(known.open * np.exp2(-log_odds), 1.0)
    return np.where(one, known.same * (1 - lonely), known.same)


def _told_by(ground: Ground, standing: Standing, source: int) -> Told:
    pairs, inside = ground.pairs, ground.inside
    partner, sure = _partners(ground, standing, source)
    at = np.flatnonzero((partner[pairs.l[inside]] >= 0) & (partner[pairs.r[inside]] >= 0))
    left, right = pairs.l[inside[at]], pairs.r[inside[at]]
    one, two = partner[left], partner[right]
    unlike = one != two
    same = np.where(unlike, standing.twins.chance_of(one, two), 1.0)
    crossed = np.maximum(
        _unrivalled(ground, standing, left, two), _unrivalled(ground, standing, right, one)
    )
    return Told(
        at=at,
        same=same,
        sure=sure[left] * sure[right],
        close=unlike & (same < LIKELY) & (crossed >= SURE),
        open=_without(ground, partner)[left],
    )


def _unrivalled(ground: Ground, standing: Standing, one: Ints, other: Ints) -> Floats:
    rows = ground.index.find(np.minimum(one, other), np.maximum(one, other))
    return np.where(rows >= 0, standing.unrivalled[rows], 0.0)


def _without(ground: Ground, partner: Ints) -> Floats:
    """Give each record the odds that one of its source and group has no sure partner."""
    records = ground.records
    kind = records.source_codes * len(records.groups) + records.group_codes
    some = np.bincount(kind, weights=partner >= 0)
    share = (np.bincount(kind) - some) / np.maximum(some, 1.0)
    return np.asarray(share[kind], dtype=np.float64)


def _partners(ground: Ground, standing: Standing, source: int) -> tuple[Ints, Floats]:
    """Give every record its sure partner among the records of `source`, or -1; and how sure."""
    size, pairs = ground.records.size, ground.pairs
    partner, sure = np.full(size, -1, dtype=np.int64), np.zeros(size)
    for field in ground.fields:
        if field.within or source not in field.sources:
            continue
        first = field.sources[0] == source
        here, ends = (field.right, pairs.l) if first else (field.left, pairs.r)
        best = field.rows[here.first_largest(standing.weight[field.rows])]
        kept = standing.unrivalled[best] >= SURE
        partner[here.record[kept]] = ends[best[kept]]
        sure[here.record[kept]] = standing.unrivalled[best[kept]]
    return partner, sure


def _fitted_share(ground: Ground, log_odds: Floats, share: float) -> Floats:
    """Move the log2 odds of each source and group to the share of duplicates that fits them best.

    Expectation maximisation of the share alone; `share` is the one they were learnt under. The
    share of a group is drawn to that of its source.
    """
    source = ground.records.source_codes[ground.pairs.l[ground.inside]]
    groups = ground.groups[ground.inside].astype(np.int64)
    learnt_under = float(bits(np.array([share]))[0])
    chance = np.zeros(len(log_odds))
    for code in np.unique(source).tolist():
        rows = np.flatnonzero(source == code)
        own, of = log_odds[rows], groups[rows]
        seen = np.bincount(of)
        move = np.zeros(len(seen))
        for _ in range(ROUNDS):
            found = probability(own + move[of])
            mean = (np.bincount(of, weights=found) + GROUP_COUNT * found.mean()) / (
                seen + GROUP_COUNT
            )
            new = bits(np.clip(mean, LEAST_SHARE, 1 - LEAST_SHARE)) - learnt_under
            moved, move = float(np.abs(new - move).max()), new
            if moved < TOLERANCE:
                break
        chance[rows] = probability(own + move[of])
    return chance
