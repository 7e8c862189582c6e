"""The sums that hold between published counts: what an attacker computes with.

Every table adds up to each of its margins. He is taken to know which sums are complete: a margin
that holds persons whom the table leaves out (no town, no known value) is only an upper bound.
For tables that form a tree of common margins, as the catalogue's do, nothing more is known about
their cells than these sums say (Vorob'ev 1962); for others the system is a lower bound of it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from kim_pipeline.disclosure.ptable import PerturbationTable
from kim_pipeline.disclosure.rules import RECOGNISABLE
from kim_pipeline.disclosure.seen_counts import Count, Dimensions, Place, Seen, dimensions_of

Floats = NDArray[np.float64]
_Terms = tuple[tuple[int, ...], int]


@dataclass(frozen=True)
class Margins:
    """Counts as unknowns: places, exact and shown values, bounds, and sums (parts less whole).

    `shown` is NaN where nothing is shown. Each sum lies between -`short` and `over`; `short` is
    infinite where the parts leave persons out.
    """

    places: tuple[Place, ...]
    true: Floats
    shown: Floats
    low: Floats
    high: Floats
    sums: csr_array
    short: Floats
    over: Floats


def margins_of(
    seen: Seen, ptable: PerturbationTable, stood: Collection[Place] = frozenset()
) -> Margins:
    """Write down the counts of one population and the sums between them.

    Counts that `stood` on when the others were renewed may have changed since, by less than is
    recognisable: their sums hold as nearly as that.
    """
    counts = {**seen.counts, **_common_margins(seen)}
    places = tuple(sorted(counts))
    index = {place: i for i, place in enumerate(places)}
    true = np.array([counts[p].true for p in places], float)
    terms = [*_table_sums(seen, index), *_merged_sums(seen, index)]
    excess = np.array([true[list(parts)].sum() - true[whole] for parts, whole in terms], float)
    slack = np.array([_slack(places, term, stood) for term in terms], float)
    # Counts of two states of knowledge need not add up: such a sum teaches nothing.
    fits = excess <= slack
    held = [term for term, kept in zip(terms, fits, strict=True) if kept]
    bounds = np.array([bounds_of(counts[p], ptable) for p in places]).reshape(-1, 2)
    return Margins(
        places=places,
        true=true,
        shown=np.array([_or_nan(counts[p].shown) for p in places]),
        low=bounds[:, 0],
        high=bounds[:, 1],
        sums=_matrix(held, len(places)),
        short=np.where(excess >= -slack, slack, np.inf)[fits],
        over=slack[fits],
    )


def _slack(places: Sequence[Place], term: _Terms, stood: Collection[Place]) -> float:
    parts, whole = term
    return float(RECOGNISABLE - 1) * sum(places[i] in stood for i in (*parts, whole))


def bounds_of(count: Count, ptable: PerturbationTable) -> tuple[float, float]:
    """Give what a published count says about the exact one: noise is bounded, zero stays zero."""
    if count.impossible:
        return 0.0, 0.0
    if count.shown is None:
        return 0.0, np.inf
    least = 1 if count.shown else 0
    return float(max(count.shown - ptable.deviation, least)), float(count.shown + ptable.deviation)


def _or_nan(number: int | None) -> float:
    return np.nan if number is None else float(number)


def _tables(seen: Seen, places: Iterable[Place]) -> dict[Dimensions, list[Place]]:
    tables: dict[Dimensions, list[Place]] = defaultdict(list)
    for place in places:
        if not seen.is_merged(place):
            tables[dimensions_of(place)].append(place)
    return tables


def _common_margins(seen: Seen) -> dict[Place, Count]:
    """Add the margins that two tables share and that are not published themselves."""
    tables = _tables(seen, seen.counts)
    shared = {a & b for a, b in combinations(tables, 2)} - set(tables)
    found: dict[Place, Count] = {}
    for dimensions in shared:
        for above in (t for t in tables if dimensions < t):
            totals: dict[Place, int] = defaultdict(int)
            for place in tables[above]:
                totals[_within(place, dimensions)] += seen.counts[place].true
            for place, total in totals.items():
                before = found[place].true if place in found else 0
                found[place] = Count(max(total, before), None)
    return found


def _within(place: Place, dimensions: Dimensions) -> Place:
    return tuple(pair for pair in place if pair[0] in dimensions)


def _table_sums(seen: Seen, index: Mapping[Place, int]) -> list[_Terms]:
    tables = _tables(seen, index)
    terms = []
    for table, places in tables.items():
        below = [t for t in tables if t < table]
        for margin in (m for m in below if not any(m < other for other in below)):
            terms += _sums(places, margin, index)
    return terms


def _sums(places: list[Place], margin: Dimensions, index: Mapping[Place, int]) -> list[_Terms]:
    parts: dict[Place, list[int]] = defaultdict(list)
    for place in places:
        parts[_within(place, margin)].append(index[place])
    return [(tuple(of), index[whole]) for whole, of in parts.items() if whole in index]


def _merged_sums(seen: Seen, index: Mapping[Place, int]) -> list[_Terms]:
    parts: dict[Place, list[int]] = defaultdict(list)
    for place, i in index.items():
        coarser = tuple((d, seen.merged.get(d, {}).get(v, v)) for d, v in place)
        if coarser != place and coarser in index:
            parts[coarser].append(i)
    return [(tuple(of), index[whole]) for whole, of in parts.items()]


def _matrix(terms: list[_Terms], columns: int) -> csr_array:
    rows = [i for i, (parts, _) in enumerate(terms) for _ in (*parts, 0)]
    cells = [j for parts, whole in terms for j in (*parts, whole)]
    signs = [s for parts, _ in terms for s in (*(1.0 for _ in parts), -1.0)]
    return csr_array((signs, (rows, cells)), shape=(len(terms), columns))
