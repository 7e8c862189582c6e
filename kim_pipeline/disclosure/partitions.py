"""How often a small count is shown in parts: each full set of parts is one more draw of its noise.

The mean of five such sums finds a count of eight in 40 % of cases, of twenty in 64 %; so at most
five tables may take a small count apart.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from kim_pipeline.disclosure.seen_counts import Dimensions, Place, Seen, dimensions_of

SMALL_BASE = 10
MOST_PARTITIONS = 5

_Table = tuple[bool, Dimensions]


@dataclass(frozen=True)
class Split:
    """A small count and the tables that show all its parts: their cells, coarse tables first."""

    place: Place
    tables: tuple[tuple[Place, ...], ...]


def splits(seen: Seen) -> Iterator[Split]:
    """Find the small counts (exact values of 1 to 10) that are shown in parts, in which tables."""
    small = {p for p, count in seen.counts.items() if 1 <= count.true <= SMALL_BASE}
    parts: dict[Place, dict[_Table, list[Place]]] = defaultdict(lambda: defaultdict(list))
    for place in seen.counts:
        table = seen.is_merged(place), dimensions_of(place)
        for base in _bases(place):
            if base in small:
                parts[base][table].append(place)
    for base, tables in sorted(parts.items()):
        full = [(len(dims), sorted(dims), merged) for (merged, dims), cells in tables.items()
                if all(_known(seen, cell) for cell in cells)]  # fmt: skip
        chosen = (tables[merged, frozenset(names)] for _, names, merged in sorted(full))
        yield Split(base, tuple(tuple(cells) for cells in chosen))


def _known(seen: Seen, place: Place) -> bool:
    return seen.counts[place].shown is not None or seen.counts[place].impossible


def _bases(place: Place) -> Iterator[Place]:
    for size in range(len(place)):
        yield from combinations(place, size)
