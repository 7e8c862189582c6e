"""The population stability index: how far the histograms of two runs are apart."""

from collections.abc import Iterator

import numpy as np

from kim_pipeline.linkage.summary import LinkSummary

SMALLEST = 50


def population_stability(before: tuple[int, ...], now: tuple[int, ...]) -> float:
    """Give the population stability index of two histograms, half a count added to each cell."""
    p = (np.array(before) + 0.5) / (sum(before) + 0.5 * len(before))
    q = (np.array(now) + 0.5) / (sum(now) + 0.5 * len(now))
    return float(((q - p) * np.log(q / p)).sum())


def shift(before: tuple[int, ...], now: tuple[int, ...]) -> float:
    """Give the index less what two samples of this size show by chance, in the mean."""
    chance = len(before) * (1 / max(sum(before), 1) + 1 / max(sum(now), 1))
    return max(population_stability(before, now) - chance, 0.0)


def level_shifts(summary: LinkSummary, previous: LinkSummary) -> Iterator[tuple[str, float, str]]:
    """Give, per pair of sources, the shift summed over its comparisons and which moved most."""
    for pair in sorted(previous.levels):
        before, now = previous.levels[pair], summary.levels.get(pair, {})
        if min(_size(before), _size(now)) < SMALLEST:
            continue
        # A comparison that got more levels with a new version cannot be compared.
        same = [c for c in before if c in now and len(before[c]) == len(now[c])]
        shifts = {c: shift(before[c], now[c]) for c in same}
        if shifts:
            yield pair, sum(shifts.values()), max(shifts, key=lambda c: shifts[c])


def _size(levels: dict[str, tuple[int, ...]]) -> int:
    return max((sum(counts) for counts in levels.values()), default=0)
