"""What is thought of pairs inside a source before any partner elsewhere tells more."""

import numpy as np

from kim_pipeline.linkage.calibration.features import NAMES
from kim_pipeline.linkage.calibration.ground import Ground
from kim_pipeline.linkage.calibration.odds import bits, probability
from kim_pipeline.linkage.pairs import Flags, Floats

CONTRADICTED = 0.05
ROUNDS = 30
FEWEST = 0.5


def untold_chance(ground: Ground) -> Floats:
    """Give the chance of a duplicate by the link model's weights alone, for `ground.inside`.

    The share of duplicates among all possible pairs of a source is fitted; pairs that contradict
    each other are held to be relatives: one name, one address, one nationality.
    """
    codes = ground.records.source_codes
    weight, source = ground.pairs.weight[ground.inside], codes[ground.pairs.l[ground.inside]]
    chance = np.zeros(len(weight))
    for code in np.unique(source).tolist():
        rows = source == code
        size = float(np.count_nonzero(codes == code))
        chance[rows] = _fitted(weight[rows], size * (size - 1) / 2, ground.prior)
    return np.where(_contradicted(ground), np.minimum(chance, CONTRADICTED), chance)


def _fitted(weight: Floats, possible: float, prior: float) -> Floats:
    learnt_under = float(bits(np.array([prior]))[0])
    move = 0.0
    for _ in range(ROUNDS):
        true = max(float(probability(weight + move).sum()), FEWEST)
        move = float(bits(np.array([min(true / possible, 0.5)]))[0]) - learnt_under
    return probability(weight + move)


def _contradicted(ground: Ground) -> Flags:
    """Find pairs with other given names or birth dates and no common AZR number.

    Two AZR numbers contradict nothing: who was not recognised got a second one.
    """
    levels = ground.pairs.levels[ground.inside]
    given, born, azr = (levels[:, NAMES.index(name)] for name in ("given", "birth_date", "azr"))
    return np.asarray(((given == 0) | (born == 0)) & (azr != 1), dtype=np.bool_)
