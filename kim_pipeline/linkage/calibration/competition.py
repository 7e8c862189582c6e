"""False pairs counted without labels: the candidates that lost against a sure partner.

A record with a sure partner in the other source is *anchored*. It has one partner there, so its
other candidates are false, unless they are duplicates of the partner. How often they reach a
weight says how often a record without partner meets a false candidate of that weight.
"""

import numpy as np

from kim_pipeline.linkage.calibration.curve import (
    BINS,
    LOWEST,
    SURELY_FALSE,
    Judgement,
    bins,
    curve,
    falls,
)
from kim_pipeline.linkage.calibration.fields import Field
from kim_pipeline.linkage.calibration.ground import Ground
from kim_pipeline.linkage.calibration.sides import Side
from kim_pipeline.linkage.calibration.twins import Twins
from kim_pipeline.linkage.pairs import Floats, Ints

SHAPE_COUNT = 30.0
GROUP_COUNT = 8.0
_TAIL = slice(0, SURELY_FALSE - LOWEST)
_REST = slice(SURELY_FALSE - LOWEST, None)


def losers(ground: Ground, field: Field, weight: Floats, anchor: float, twins: Twins) -> Floats:
    """Give each row of a field the chance that it lost against an anchor, float64 (rows,).

    `weight` are bits of the field's rows, `anchor` is the least weight of a sure partner.
    """
    left, right = ground.pairs.l[field.rows], ground.pairs.r[field.rows]
    from_left = _lost(field.left, weight, right, anchor, twins)
    from_right = _lost(field.right, weight, left, anchor, twins)
    return np.asarray(1 - (1 - from_left) * (1 - from_right), dtype=np.float64)


def _lost(side: Side, weight: Floats, partner: Ints, anchor: float, twins: Twins) -> Floats:
    best = side.first_largest(weight)
    at = side.spread(np.where(weight[best] >= anchor, best, -1))
    rows = np.flatnonzero((at >= 0) & (at != np.arange(len(weight))))
    lost = np.zeros(len(weight))
    lost[rows] = 1 - twins.chance_of(partner[rows], partner[at[rows]])
    return lost


def judge(ground: Ground, field: Field, weight: Floats, lost: Floats, chance: Floats) -> Judgement:
    """Judge a field's pairs by themselves.

    `chance` is the present probability of the rows: by it the surely false part of each group is
    counted. What an office decided is not counted. False pairs of a group that are more or fewer
    than the curve of all expects move the odds of that group.
    """
    groups = ground.groups[field.rows].astype(np.int64)
    count, counted = len(ground.records.groups), ~ground.decided[field.rows]
    cell = groups * BINS + bins(weight)

    def histogram(values: Floats) -> Floats:
        summed = np.bincount(cell, weights=values * counted, minlength=count * BINS)
        return np.asarray(summed.reshape(count, BINS), dtype=np.float64)

    seen, lost_pairs = histogram(np.ones(len(cell))), histogram(lost)
    false = lost_pairs * _behind_each(histogram(1 - chance), lost_pairs)
    fitted = curve(np.minimum(false.sum(axis=0), seen.sum(axis=0)), seen.sum(axis=0))
    expected = (seen / (1 + np.exp2(fitted.bits)))[:, _REST].sum(axis=1)
    excess = (false[:, _REST].sum(axis=1) + GROUP_COUNT) / (expected + GROUP_COUNT)
    all_false, all_seen = np.minimum(false, seen).sum(axis=0), seen.sum(axis=0)
    return Judgement(fitted, excess, falls(all_false, all_seen))


def _behind_each(false: Floats, lost: Floats) -> Floats:
    """Say per group how many false pairs stand behind one loser, from the surely false tail."""
    all_false, all_lost = false[:, _TAIL].sum(axis=1), lost[:, _TAIL].sum(axis=1)
    pooled = (all_false.sum() + 1) / (all_lost.sum() + 1)
    share = (all_false + SHAPE_COUNT * pooled) / (all_lost + SHAPE_COUNT)
    return np.asarray(share[:, None], dtype=np.float64)
