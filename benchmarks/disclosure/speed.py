"""How fast noise is drawn: millions of cells, and a Kreis tabulated."""

import time
from dataclasses import dataclass

import numpy as np

from benchmarks.disclosure.methods import OURS
from benchmarks.disclosure.tabulation import Table


@dataclass(frozen=True)
class Speed:
    """Cells protected and the seconds it took, best of three."""

    cells: int
    seconds: float


def protect(cells: int) -> Speed:
    """Protect so many cells: most of them small, as tables in depth are."""
    chance = np.random.default_rng(1)
    counts = chance.geometric(0.2, cells).astype(np.int64) - 1
    table = Table((), counts, chance.integers(0, 2**64, cells, np.uint64))
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        OURS.publish(table)
        best = min(best, time.perf_counter() - start)
    return Speed(cells, best)
