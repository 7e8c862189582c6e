"""Attacks with superseded values: a month is corrected twice, then with its year; old pages stay.

Each later state of the month differs from the one before as a month does from the next: about 1 %
of the persons are others, 1.2 % have another status.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.disclosure.margin_attacks import WITHIN, counts_of, crosses, margins_by
from benchmarks.disclosure.methods import Method
from benchmarks.disclosure.population import Codes, Month
from benchmarks.disclosure.tabulation import Table
from benchmarks.disclosure.time_attacks import Differencing, differenced, tables
from kim_pipeline.disclosure.changed_counts import nearly_the_same, with_changes
from kim_pipeline.disclosure.interval_attack import attack_intervals
from kim_pipeline.disclosure.joined_pages import join_pages
from kim_pipeline.disclosure.margins import Margins
from kim_pipeline.disclosure.reconstruction import LARGEST_JUDGED, Reconstructed, reconstruct
from kim_pipeline.disclosure.rules import RECOGNISABLE
from kim_pipeline.disclosure.seen_counts import Count, Place
from kim_pipeline.disclosure.yearly_revision import LEAST_CHANGE

LEAST_CHANGES = (RECOGNISABLE, RECOGNISABLE, LEAST_CHANGE)
STATES = 1 + len(LEAST_CHANGES)
NARROW, WIDE = 3, 8


@dataclass(frozen=True)
class Known:
    """Between what small counts lie: how many, how many are known exactly, to less than 3.

    `narrowest` is the width of the narrowest interval; of wide ones it is only known that they are.
    """

    counts: int = 0
    exact: int = 0
    narrow: int = 0
    narrowest: int = WIDE

    def __add__(self, other: "Known") -> "Known":
        return Known(
            self.counts + other.counts,
            self.exact + other.exact,
            self.narrow + other.narrow,
            min(self.narrowest, other.narrowest),
        )


def pages_of(states: Sequence[Table], method: Method) -> list[tuple[Table, Codes]]:
    """Publish a table in each state of knowledge: the counts values were drawn from, the values.

    A count keeps its value until it has changed recognisably; small changes wait for the last.
    """
    first = states[0]
    pages = [(first, method.publish(first))]
    for table, least in zip(states[1:], LEAST_CHANGES, strict=True):
        before, shown = pages[-1]
        due = np.abs(table.counts - before.counts) >= least
        drawn = Table(table.dimensions, np.where(due, table.counts, before.counts), table.keys)
        pages.append((drawn, np.where(due, method.publish(table), shown)))
    return pages


def systems(states: Sequence[Month], method: Method) -> list[Margins]:
    """Write down what each page says of a town of which all margins are published."""
    found: list[dict[Place, Count]] = [{} for _ in states]
    for names in crosses(WITHIN):
        for n, (drawn, shown) in enumerate(pages_of(tables(states, names), method)):
            found[n] |= counts_of(drawn, shown)
    first = margins_by(method, found[0])
    stood = map(_stood, found, found[1:], LEAST_CHANGES)
    later = zip(found[1:], stood, strict=True)
    return [first, *(margins_by(method, page, places) for page, places in later)]


def _stood(
    before: Mapping[Place, Count], page: Mapping[Place, Count], least: int
) -> frozenset[Place]:
    """Find the counts that stood on though they may have changed."""
    same = (place for place, count in page.items() if before[place].true == count.true)
    return frozenset(same if least > LEAST_CHANGE else ())


def bound(pages: Sequence[Margins], most: int | None = None, enough: int = WIDE) -> Known:
    """Bound the newest page's counts of 1 to 5, or so many, by linear programs on all pages.

    What is `enough` wide is not bounded to the end.
    """
    newest = pages[-1].true
    small = np.flatnonzero((newest >= 1) & (newest <= LARGEST_JUDGED))
    chosen = np.random.default_rng(1).permutation(small)[:most]
    system = with_changes(join_pages(pages))
    return _known(system, chosen, enough)


def changes(pages: Sequence[Margins], most: int | None = None, enough: int = WIDE) -> Known:
    """Bound, by all pages, the changes of 1 to 5 between two values of a count, or so many."""
    joined = join_pages(pages)
    system = with_changes(joined)
    at = np.arange(len(joined.margins.places), len(system.places))
    small = at[system.true[at] <= LARGEST_JUDGED]
    return _known(system, np.random.default_rng(1).permutation(small)[:most], enough)


def _known(system: Margins, at: NDArray[np.intp], enough: int) -> Known:
    widths = [min(found.width, enough) for found in attack_intervals(system, at, enough)]
    narrow = sum(width < NARROW for width in widths)
    return Known(len(widths), widths.count(0), narrow, min(widths, default=WIDE))


def fit(pages: Sequence[Margins]) -> Reconstructed:
    """Reconstruct the newest page's counts of 1 to 5 by least squares on all pages.

    Values of nearly the same persons are averaged.
    """
    joined = join_pages(pages)
    return reconstruct(joined.looked_for_now(), nearly_the_same(joined))


def difference(states: Sequence[Month], method: Method, names: Sequence[str]) -> Differencing:
    """Subtract what the revision of the year replaced, in cells that it moved by one person."""
    (before, old), (after, new) = pages_of(tables(states, names), method)[-2:]
    return differenced(after.counts - before.counts, new - old)
