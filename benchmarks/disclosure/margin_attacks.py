"""Attacks on the tables of one town in one month: all margins are published, inner cells too."""

from collections.abc import Collection, Iterator, Mapping, Sequence
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
    for names in crosses(within):
        table = tabulate(month, keys, names)
        hidden = np.full(len(table.counts), SUPPRESSED)
        counts |= counts_of(table, method.publish(table) if len(names) <= depth else hidden)
    margins = margins_by(method, counts)
    deeper = np.array([len(place) > depth for place in margins.places])
    return replace(
        margins,
        low=np.where(deeper, 0.0, margins.low),
        high=np.where(deeper, np.inf, margins.high),
    )


def crosses(within: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """List the tables of all crosses, the total first."""
    return (names for size in range(len(within) + 1) for names in combinations(within, size))


def counts_of(table: Table, shown: Codes) -> dict[Place, Count]:
    """Give each cell of a table its place; a suppressed one shows nothing."""
    cells = product(*(range(SIZES[name]) for name in table.dimensions))
    found = {}
    for cell, true, value in zip(cells, table.counts.tolist(), shown.tolist(), strict=True):
        place = tuple(sorted(zip(table.dimensions, map(str, cell), strict=True)))
        found[place] = Count(true, None if value == SUPPRESSED else value)
    return found


def margins_by(
    method: Method, counts: Mapping[Place, Count], stood: Collection[Place] = frozenset()
) -> Margins:
    """Write down all sums of a town's counts, and what the method tells of each.

    Counts that `stood` on while others were renewed may have changed a little.
    """
    margins = margins_of(Seen(counts, {}), read_ptable(), stood)
    shown = np.where(np.isnan(margins.shown), SUPPRESSED, margins.shown).astype(np.int64)
    low, high = method.bounds(shown)
    return replace(margins, low=low, high=high)


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
