"""All pages of a month as one system of sums, as who has kept them computes with it.

A count that stands on several pages is one unknown, and the sums of each page hold of it. A count
that was renewed is two unknowns.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from kim_pipeline.disclosure.margins import Floats, Margins
from kim_pipeline.disclosure.rules import RECOGNISABLE

# A dimension that no table has: the page that a superseded count stood on.
SUPERSEDED = "superseded on page"

Numbers = NDArray[np.intp]
_Numbered = tuple[Margins, Numbers]


@dataclass(frozen=True)
class Renewed:
    """A count that was renewed: its unknown before and after, and the least it has changed."""

    before: int
    after: int
    least: int


@dataclass(frozen=True)
class Joined:
    """The unknowns of all pages, those of the newest first, and which of them renew which."""

    margins: Margins
    renewed: tuple[Renewed, ...] = ()

    def looked_for_now(self) -> Margins:
        """Give a system in which superseded counts help to find the others, and count for none."""
        old = [any(name == SUPERSEDED for name, _ in place) for place in self.margins.places]
        return replace(self.margins, true=np.where(old, 0.0, self.margins.true))


def join_pages(pages: Sequence[Margins]) -> Joined:
    """Join the pages of one population, the newest last, into one system."""
    newest = pages[-1]
    older = [p for p, later in pairwise(pages) if not _same(p, later)]
    if not older:
        return Joined(newest)
    joined = Joined(newest)
    rows = [(newest, np.arange(len(newest.places)))]
    for number in reversed(range(len(older))):
        joined, numbers = _with_page(joined, older[number], rows[-1], number)
        rows.append((older[number], numbers))
    return replace(joined, margins=_with_sums(joined.margins, rows))


def _same(one: Margins, other: Margins) -> bool:
    return one.places == other.places and all(
        np.array_equal(getattr(one, name), getattr(other, name), equal_nan=True)
        for name in ("true", "shown", "low", "high")
    )


def _with_page(
    joined: Joined, page: Margins, later: _Numbered, number: int
) -> tuple[Joined, Numbers]:
    """Add an older page's unknowns; give the number of each of its counts among all unknowns."""
    system, count = joined.margins, len(joined.margins.places)
    at = dict(zip(later[0].places, later[1].tolist(), strict=True))
    numbers = np.array([at.get(place, -1) for place in page.places], np.intp)
    # A count that has not changed is served from the ledger: it has one value on both pages.
    gone = np.flatnonzero((numbers < 0) | (system.true[numbers] != page.true))
    pairs = [(count + n, int(numbers[i])) for n, i in enumerate(gone) if numbers[i] >= 0]
    numbers[gone] = count + np.arange(len(gone))
    low = np.append(system.low, page.low[gone])
    high = np.append(system.high, page.high[gone])
    shown = np.append(system.shown, page.shown[gone])
    np.maximum.at(low, numbers, page.low)
    np.minimum.at(high, numbers, page.high)
    shown[numbers] = np.where(np.isnan(shown[numbers]), page.shown, shown[numbers])
    true = np.append(system.true, page.true[gone])
    tag = (SUPERSEDED, str(number))
    places = (*system.places, *((*page.places[i], tag) for i in gone))
    margins = replace(system, places=places, true=true, shown=shown, low=low, high=high)
    return Joined(margins, (*joined.renewed, *_renewed(true, pairs))), numbers


def _renewed(true: Floats, pairs: Sequence[tuple[int, int]]) -> Iterator[Renewed]:
    changes = [abs(true[after] - true[before]) for before, after in pairs]
    # Only the revision of a year publishes changes below the recognisable.
    least = RECOGNISABLE if min(changes, default=0) >= RECOGNISABLE else 1
    return (Renewed(before, after, least) for before, after in pairs)


def _with_sums(margins: Margins, pages: Sequence[_Numbered]) -> Margins:
    """Put down the sums of all pages, each once, in the numbers of the joined unknowns."""
    found: dict[tuple[tuple[int, float], ...], tuple[float, float]] = {}
    for page, numbers in pages:
        sums = page.sums
        for row, (a, b) in enumerate(pairwise(sums.indptr.tolist())):
            signs = sums.data[a:b].tolist()
            term = tuple(sorted(zip(numbers[sums.indices[a:b]].tolist(), signs, strict=True)))
            short, over = found.get(term, (np.inf, np.inf))
            found[term] = (min(short, page.short[row]), min(over, page.over[row]))
    at = [row for row, term in enumerate(found) for _ in term]
    columns = [column for term in found for column, _ in term]
    data = [sign for term in found for _, sign in term]
    ends = np.array(list(found.values()), float).reshape(-1, 2)
    return replace(
        margins,
        sums=csr_array((data, (at, columns)), shape=(len(found), len(margins.places))),
        short=ends[:, 0],
        over=ends[:, 1],
    )
