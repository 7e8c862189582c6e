import numpy as np
import pytest

from kim_pipeline.linkage.calibration.features import features
from kim_pipeline.linkage.calibration.rescoring import Design, fit
from kim_pipeline.linkage.comparisons import COMPARISONS
from kim_pipeline.linkage.pairs import ScoredPairs


@pytest.fixture
def pairs() -> ScoredPairs:
    rng = np.random.default_rng(3)
    size = 4000
    levels = np.column_stack([rng.integers(-1, len(c.levels), size) for c in COMPARISONS[:4]] * 2)
    levels = np.minimum(levels, [len(c.levels) - 1 for c in COMPARISONS]).astype(np.int8)
    return ScoredPairs(
        l=np.zeros(size, dtype=np.int64),
        r=np.arange(1, size + 1),
        levels=levels,
        frequency=rng.normal(size=levels.shape).astype(np.float32),
        weight=rng.normal(size=size),
        must=np.zeros(size, dtype=np.bool_),
        cannot=np.zeros(size, dtype=np.bool_),
    )


def test_what_two_levels_mean_together_is_learnt(pairs: ScoredPairs) -> None:
    both = (pairs.levels[:, 0] > 3) == (pairs.levels[:, 2] > 2)
    design = features(pairs).design(np.arange(pairs.size))
    learnt = fit(design, both * 0.9 + 0.05, np.ones(pairs.size), 1.0)
    found = features(pairs).bits(learnt, np.arange(pairs.size))
    assert ((found > 0) == both).mean() > 0.99


def test_soft_labels_give_their_own_odds() -> None:
    shapes = features(_one_shape(500)).shapes
    design = Design(shapes, np.zeros(500, dtype=np.int64), np.zeros((500, 1)))
    learnt = fit(design, np.full(500, 0.2), np.ones(500), 1e-6)
    chance = 1 / (1 + np.exp(-float((shapes @ learnt.shapes)[0])))
    assert chance == pytest.approx(0.2, abs=1e-3)


def test_levels_never_seen_say_nothing(pairs: ScoredPairs) -> None:
    known = features(pairs.only(pairs.levels[:, 7] != 0))
    other = known.again(pairs)
    assert other.shapes.shape[1] == known.shapes.shape[1]


def _one_shape(size: int) -> ScoredPairs:
    nothing = np.zeros(size, dtype=np.bool_)
    return ScoredPairs(
        l=np.zeros(size, dtype=np.int64),
        r=np.arange(1, size + 1),
        levels=np.zeros((size, len(COMPARISONS)), dtype=np.int8),
        frequency=np.zeros((size, len(COMPARISONS)), dtype=np.float32),
        weight=np.zeros(size),
        must=nothing,
        cannot=nothing,
    )
