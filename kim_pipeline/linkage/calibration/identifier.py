"""Recall where a strong identifier knows the truth: linked again without it, and compared.

Pairs with the number on both sides show what part of such pairs the names alone would find. Group
by group that part stands for the pairs without the number; those with it count as they are.
"""

from dataclasses import replace

import numpy as np

from kim_pipeline.linkage.calibration.coverage import contest
from kim_pipeline.linkage.calibration.features import NAMES
from kim_pipeline.linkage.calibration.fields import Field
from kim_pipeline.linkage.calibration.ground import Ground, Standing
from kim_pipeline.linkage.calibration.rescoring import Fit
from kim_pipeline.linkage.calibration.unseen import compared
from kim_pipeline.linkage.pairs import Flags, Floats

IDENTIFIER = NAMES.index("azr")
FEWEST = 200
FEWEST_IN_GROUP = 20.0
LEAST_SHARE = 0.05
Z = 2.0
# Records with the number are better kept than others: up to .003 of recall, measured.
SYSTEMATIC = 0.005
Interval = tuple[float, float, float]


def identifier_recall(ground: Ground, standing: Standing, least: Floats) -> dict[str, Interval]:
    """Give, per `a + b` with enough such pairs, estimate and two standard deviations either way."""
    found: dict[str, Interval] = {}
    if standing.learnt is None:
        return found
    for field in ground.fields:
        known = ground.pairs.levels[field.rows, IDENTIFIER] == 1
        if not field.within and known.sum() >= FEWEST:
            names = " + ".join(ground.records.sources[code] for code in field.sources)
            found[names] = _recall(ground, standing, standing.learnt, field, least)
    return found


def _recall(
    ground: Ground, standing: Standing, learnt: Fit, field: Field, least: Floats
) -> Interval:
    rows, groups = field.rows, ground.groups[field.rows].astype(np.int64)
    chance, known = standing.chance[rows], ground.pairs.levels[rows, IDENTIFIER] == 1
    again = known & (_without(ground, standing, learnt, field) >= least[rows])

    def per_group(values: Floats | Flags) -> Floats:
        summed = np.bincount(groups, weights=values, minlength=len(ground.records.groups))
        return np.asarray(summed, dtype=np.float64)

    counted, found = per_group(known), per_group(again)
    share = (found + FEWEST_IN_GROUP * found.sum() / counted.sum()) / (counted + FEWEST_IN_GROUP)
    linked = per_group(np.where(known, 0.0, chance))
    true = linked / np.maximum(share, LEAST_SHARE)
    total = float(true.sum() + counted.sum())
    estimate = float(linked.sum() + (known & (chance >= least[rows])).sum()) / total
    variance = float((true**2 * share * (1 - share) / (counted + FEWEST_IN_GROUP)).sum())
    spread = float(np.sqrt(variance + total * estimate * (1 - estimate)))
    width = Z * spread / total + SYSTEMATIC
    low, high = max(estimate - width, 0.0), min(estimate + width, 1.0)
    return round(estimate, 6), round(low, 6), round(high, 6)


def _without(ground: Ground, standing: Standing, learnt: Fit, field: Field) -> Floats:
    """Give the chance of a field's pairs as if no record carried the identifier.

    Pairs that perhaps no other match key would have found count as not found.
    """
    rows = field.rows
    levels = ground.pairs.levels[rows].copy()
    levels[:, IDENTIFIER] = -1
    own = np.zeros(ground.pairs.size, dtype=np.bool_)
    own[rows] = True
    part = replace(ground.pairs.only(own), levels=levels)
    weight = ground.features.again(part).bits(learnt, np.arange(part.size))
    log_odds = standing.judgements[field.sources].bits(weight, ground.groups[rows])
    chance = contest(ground.records, field.sources, (part.l, part.r), log_odds, standing.twins)
    return np.where(compared(part), chance, 0.0)
