"""What is known of counts that were renewed, because readers have their old and their new value.

A revision is marked, so that a count has changed is known: by 5 and more, or by 1 and more when the
small changes of a year are published. The attacker is taken to know, besides, which of the two is
the greater.
"""

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array, vstack

from kim_pipeline.disclosure.joined_pages import SUPERSEDED, Joined, Numbers, Renewed
from kim_pipeline.disclosure.margins import Floats, Margins
from kim_pipeline.disclosure.rules import RECOGNISABLE
from kim_pipeline.disclosure.seen_counts import Place

# A dimension that no table has: it tells a change from the count that has changed.
CHANGED = "changed"


def with_changes(joined: Joined) -> Margins:
    """Add each change as an unknown of its own: with the smaller count it makes the greater.

    A count of which a value was withheld tells nothing by its change.
    """
    system, old = joined.margins, len(joined.margins.places)
    shown = [one for one in joined.renewed if _both_shown(system, one)]
    if not shown:
        return system
    before, after = np.array([(one.before, one.after) for one in shown]).T
    change = system.true[after] - system.true[before]
    none = np.full(len(shown), np.nan)
    return replace(
        system,
        places=(*system.places, *((*system.places[i], (CHANGED, "")) for i in before)),
        true=np.append(system.true, np.abs(change)),
        shown=np.append(system.shown, none),
        low=np.append(system.low, [float(one.least) for one in shown]),
        high=np.append(system.high, np.full(len(shown), np.inf)),
        sums=vstack([_widened(system.sums, len(shown)), _sums(before, after, change, old)]).tocsr(),
        short=np.append(system.short, np.zeros(len(shown))),
        over=np.append(system.over, np.zeros(len(shown))),
    )


def nearly_the_same(joined: Joined) -> dict[Place, list[float]]:
    """Give the superseded values of counts that have changed by less than is recognisable."""
    found: dict[Place, list[float]] = {}
    system = joined.margins
    for one in joined.renewed:
        change = abs(system.true[one.after] - system.true[one.before])
        if change < RECOGNISABLE and _both_shown(system, one):
            place = place_on_page(system.places[one.before])
            found.setdefault(place, []).append(float(system.shown[one.before]))
    return found


def place_on_page(place: Place) -> Place:
    """Give the place of a count of which this is an older value, or the change."""
    return tuple(pair for pair in place if pair[0] not in {SUPERSEDED, CHANGED})


def _both_shown(system: Margins, one: Renewed) -> bool:
    return not np.isnan(system.shown[[one.before, one.after]]).any()


def _widened(sums: csr_array, columns: int) -> csr_array:
    rows, width = sums.shape
    return csr_array((sums.data, sums.indices, sums.indptr), shape=(rows, width + columns))


def _sums(before: Numbers, after: Numbers, change: Floats, old: int) -> csr_array:
    count = len(before)
    columns = np.column_stack((before, after, old + np.arange(count))).ravel()
    sign = np.sign(change)
    signs = np.column_stack((sign, -sign, np.ones(count))).ravel()
    return csr_array((signs, columns, np.arange(count + 1) * 3), shape=(count, old + count))
