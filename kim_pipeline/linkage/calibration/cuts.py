"""The cut of a pair of sources: which pairs to take so that expected F1 is largest."""

import numpy as np

from kim_pipeline.linkage.pairs import Floats

LEAST, MOST = 0.2, 0.9
NO_PAIRS = 0.5


def best_cut(chance: Floats, missed: float) -> float:
    """Give the least probability that is worth admitting.

    F1 of the k most probable pairs is 2 sum(p) / (k + N), N the true pairs in all, `missed` of them
    never compared. Its largest value F is reached at about p = F / 2 (Lipton et al. 2014). The cut
    lies halfway to the first pair that is left out, and never beyond what few pairs could justify.
    """
    likely = np.sort(chance[chance > LEAST / 2])[::-1]
    if not len(likely):
        return NO_PAIRS
    true = float(chance.sum()) + missed
    expected = 2 * np.cumsum(likely) / (np.arange(1, len(likely) + 1) + true)
    last = int(np.argmax(expected))
    following = likely[last + 1] if last + 1 < len(likely) else 0.0
    return float(np.clip(round((likely[last] + following) / 2, 9), LEAST, MOST))
