"""The insider who knows everybody but one: is the one in these cells?

He knows the exact count of each cell without the one, sees so many cells that all hold the one or
do not, and takes what is likelier. Half of all persons are in. Cells hold 20 to 200 others, where
our noise no longer depends on the count.
"""

import numpy as np

from benchmarks.disclosure.methods import CellKey, Floats, Method
from benchmarks.disclosure.population import Codes
from benchmarks.disclosure.tabulation import Table

CELLS = (1, 2, 4, 8, 16, 32)
TRIALS = 20_000
WIDEST = 20


def accuracy(method: Method, cells: int, seed: int = 1) -> float:
    """Share of persons about whom he is right."""
    chance = np.random.default_rng(seed)
    others = chance.integers(20, 200, (TRIALS, cells))
    inside = chance.random(TRIALS) < 0.5
    true = others + inside[:, None]
    keys = chance.integers(0, 2**64, true.size, np.uint64)
    shown = method.publish(Table((), true.ravel(), keys)).reshape(true.shape)
    return float((_guess(method, shown, others, chance) == inside).mean())


def _guess(method: Method, shown: Codes, others: Codes, chance: np.random.Generator) -> Codes:
    rate = _log_odds(method, shown, others).sum(axis=1)
    # With nothing to go by he tosses a coin.
    return np.where(rate == 0, chance.random(len(rate)) < 0.5, rate > 0)


def _log_odds(method: Method, shown: Codes, others: Codes) -> Floats:
    if isinstance(method, CellKey):
        chances = _noise_chances(method)
        noise = shown - others + len(chances) // 2
        odds: Floats = chances[noise - 1] - chances[noise]
        return odds
    blank = np.zeros(shown.size, np.uint64)
    as_in = method.publish(Table((), others.ravel() + 1, blank)).reshape(shown.shape)
    as_out = method.publish(Table((), others.ravel(), blank)).reshape(shown.shape)
    # Without noise a value fits or does not.
    fits: Floats = (shown == as_in).astype(float) - (shown == as_out).astype(float)
    return fits


def _noise_chances(method: CellKey) -> Floats:
    """Give the logarithm of the chance of each noise, the middle of the list is no noise."""
    keys = np.random.default_rng(99).integers(0, 2**64, 2_000_000, np.uint64)
    noise = method.publish(Table((), np.full(len(keys), 100), keys)) - 100
    counted = np.bincount(noise + WIDEST, minlength=2 * WIDEST + 1)
    return np.asarray(np.log(np.maximum(counted / len(keys), 1e-9)), float)
