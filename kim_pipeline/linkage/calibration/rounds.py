"""The rounds of calibration: duplicates, curve, rivals; better weights; and all of it again.

Why this order, and how well it does, is told in docs/calibration.md.
"""

from dataclasses import replace

import numpy as np

from kim_pipeline.linkage.calibration.competition import judge, losers
from kim_pipeline.linkage.calibration.coverage import contest
from kim_pipeline.linkage.calibration.curve import Judgement
from kim_pipeline.linkage.calibration.duplicates import duplicate_chance
from kim_pipeline.linkage.calibration.fields import Field
from kim_pipeline.linkage.calibration.ground import (
    Ground,
    Standing,
    likely_twins,
    overruled,
    sample,
)
from kim_pipeline.linkage.calibration.odds import bits, probability
from kim_pipeline.linkage.calibration.rescoring import fit

# The least weight of a sure partner, in bits: of the link model, and of the regression.
FIRST_ANCHOR, ANCHOR = 10.0, 4.0
RIDGE = 1.0
CURVE_ROUNDS = 2


def stand(ground: Ground) -> Standing:
    """Find the final standing of all pairs."""
    weight, nothing = ground.pairs.weight, np.zeros(ground.pairs.size)
    first = Standing(weight, nothing, probability(weight), likely_twins(ground, nothing), {})
    first = _together(ground, _by_themselves(ground, first, FIRST_ANCHOR), FIRST_ANCHOR)
    return _together(ground, _rescored(ground, first), ANCHOR)


def against_rivals(ground: Ground, standing: Standing) -> Standing:
    """Let the pairs across sources compete, each taken by itself so far."""
    chance = standing.chance.copy()
    for field in _across(ground):
        rows = field.rows
        ends = (ground.pairs.l[rows], ground.pairs.r[rows])
        log_odds = bits(overruled(ground, standing.unrivalled[rows], rows))
        chance[rows] = contest(ground.records, field.sources, ends, log_odds, standing.twins)
    return replace(standing, chance=overruled(ground, chance))


def _together(ground: Ground, standing: Standing, anchor: float) -> Standing:
    """Judge duplicates first, then pairs across sources by themselves, then against rivals."""
    chance = standing.chance.copy()
    chance[ground.inside] = duplicate_chance(ground, standing)
    chance = overruled(ground, chance)
    standing = replace(standing, chance=chance, twins=likely_twins(ground, chance))
    return against_rivals(ground, _by_themselves(ground, standing, anchor))


def _by_themselves(ground: Ground, standing: Standing, anchor: float) -> Standing:
    unrivalled, chance = standing.unrivalled.copy(), standing.chance.copy()
    judgements: dict[tuple[int, int], Judgement] = {}
    for field in _across(ground):
        rows = field.rows
        weight, groups = standing.weight[rows], ground.groups[rows]
        lost = losers(ground, field, weight, anchor, standing.twins)
        for _ in range(CURVE_ROUNDS):
            found = judge(ground, field, weight, lost, chance[rows])
            chance[rows] = probability(found.bits(weight, groups))
        judgements[field.sources] = found
        unrivalled[rows] = chance[rows]
    return replace(standing, unrivalled=unrivalled, chance=chance, judgements=judgements)


def _rescored(ground: Ground, standing: Standing) -> Standing:
    """Learn what the levels mean together from the pairs across sources."""
    rows = sample(ground, np.flatnonzero(ground.across & ~ground.decided))
    if not len(rows):
        return standing
    learnt = fit(ground.features.design(rows), standing.chance[rows], np.ones(len(rows)), RIDGE)
    weight = ground.features.bits(learnt, np.arange(ground.pairs.size))
    return replace(standing, weight=weight, learnt=learnt, fitted=len(rows))


def _across(ground: Ground) -> list[Field]:
    return [field for field in ground.fields if not field.within]
