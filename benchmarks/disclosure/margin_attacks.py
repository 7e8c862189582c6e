"""Attacks on the tables of one town in one month: all margins are published, inner cells too."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product

import numpy as np

from benchmarks.disclosure.methods import SUPPRESSED, Method
from benchmarks.disclosure.population import SIZES, Codes, Month
from benchmarks.disclosure.tabulation import Table, keys_of, tabulate
from kim_pipeline.disclosure.interval_attack import attack_intervals
from kim_pipeline.disclosure.margins import Margins, margins_of
from kim_pipeline.disclosure.ptable import read_ptable
from kim_pipeline.disclosure.reconstruction import Reconstructed, reconstruct
from kim_pipeline.disclosure.seen_counts import Count, Place, Seen

WITHIN = ("nationality", "status", "age")


@dataclass(frozen=True)
class Bounded:
    """What linear programs found of counts of 1 and 2."""

    counts: int
    exact: int
    narrowest: int
    mean_width: float


def town_of(month: Month, town: int) -> Month:
    """Keep the persons of one town."""
    here = month.values["town"] == town
    return Month(month.persons[here], {n: v[here] for n, v in month.values.items()})


def system(month: Month, method: Method, depth: int, within: Sequence[str] = WITHIN) -> Margins:
    """Publish every cross of at most `depth` dimensions and write down what follows of all."""
    keys = keys_of(month.persons)
    counts: dict[Place, Count] = {}
    for size in range(len(within) + 1):
        for names in combinations(within, size):
            table = tabulate(month, keys, names)
            shown = method.publish(table) if size <= depth else np.full(len(table.counts), -1)
            counts |= _counts(table, shown)
    margins = margins_of(Seen(counts, {}), read_ptable())
    shown = np.where(np.isnan(margins.shown), SUPPRESSED, margins.shown).astype(np.int64)
    low, high = method.bounds(shown)
    deeper = np.array([len(place) > depth for place in margins.places])
    return replace(margins, low=np.where(deeper, 0.0, low), high=np.where(deeper, np.inf, high))


def _counts(table: Table, shown: Codes) -> dict[Place, Count]:
    cells = product(*(range(SIZES[name]) for name in table.dimensions))
    found = {}
    for cell, true, value in zip(cells, table.counts, shown, strict=True):
        place = tuple(sorted(zip(table.dimensions, map(str, cell), strict=True)))
        found[place] = Count(int(true), None if value == SUPPRESSED else int(value))
    return found


def bound(margins: Margins, most: int, seed: int = 1) -> Bounded:
    """Bound counts of 1 and 2 in the inner cells by linear programs, at most so many."""
    deepest = max(len(place) for place in margins.places)
    inner = np.array([len(place) == deepest for place in margins.places])
    small = np.flatnonzero(inner & np.isin(margins.true, (1, 2)))
    chosen = np.random.default_rng(seed).permutation(small)[:most]
    widths = [found.width for found in attack_intervals(margins, chosen)]
    return Bounded(len(widths), widths.count(0), min(widths), float(np.mean(widths)))


def fit(margins: Margins) -> Reconstructed:
    """Reconstruct counts of 1 to 5 by bounded least squares."""
    return reconstruct(margins, {})
