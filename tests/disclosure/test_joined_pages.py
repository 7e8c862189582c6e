"""Readers keep superseded pages: all pages of a month are one system, and the gate attacks it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from disclosure.entries import BY_ID, KNOWN, by_key, entry, table
from hypothesis import given, settings
from hypothesis import strategies as st

from kim_pipeline.disclosure.changed_counts import nearly_the_same, with_changes
from kim_pipeline.disclosure.interval_attack import attack_intervals
from kim_pipeline.disclosure.joined_pages import Joined, join_pages
from kim_pipeline.disclosure.ledger import Entry
from kim_pipeline.disclosure.margins import Margins, margins_of
from kim_pipeline.disclosure.month_pages import page_of
from kim_pipeline.disclosure.partitions import splits
from kim_pipeline.disclosure.ptable import read_ptable
from kim_pipeline.disclosure.release_attacks import attack
from kim_pipeline.disclosure.release_audit import Standing, audit_release
from kim_pipeline.disclosure.seen_counts import Count, Place, Seen

PTABLE = read_ptable()
MEN: Place = (("sex", "m"),)
WHO = BY_ID["S1"].numerator or ()
# The men have not changed. Of the first page alone they are 1 to 6, of the second alone 4 to 12.
FIRST = [
    entry("total", 6, 0),
    *table("sex", {"m": (5, 5), "w": (1, 3)}),
    entry("town", 30, 31, town_ags="05158004", indicator_id="J1"),
]
CORRECTED = [
    replace(one, revision=1, known_at=KNOWN + timedelta(days=30), release="2026-10-r2")
    for one in (entry("total", 11, 18), *table("sex", {"w": (6, 0)}))
]
# Only the revision of a year publishes a change by one.
IN_ITS_YEAR = [*CORRECTED, replace(FIRST[-1], true_numerator=31, numerator=33, revision=1)]


def page(counts: Mapping[Place, Count]) -> Margins:
    return margins_of(Seen(counts, {}), PTABLE)


def joined(*pages: Sequence[Entry]) -> Joined:
    """Join pages of foreign residents, each made of new entries and those that stood on."""
    shown: dict[object, Entry] = {}
    systems = []
    for added in pages:
        shown |= by_key(added)
        found = page_of(shown.values(), BY_ID, PTABLE).margins
        systems.append(found[WHO])
    return join_pages(systems)


def bounded(margins: Margins) -> dict[Place, tuple[int, int]]:
    found = attack_intervals(margins, range(len(margins.places)))
    return {margins.places[one.at]: (one.low, one.high) for one in found}


def test_two_pages_bound_a_count_that_neither_bounds() -> None:
    assert bounded(joined(FIRST).margins)[MEN] == (1, 6)
    assert bounded(joined([FIRST[1], *CORRECTED]).margins)[MEN] == (4, 12)
    both = joined(FIRST, CORRECTED)
    assert bounded(both.margins)[MEN] == (4, 6)
    found = bounded(with_changes(both))
    # What is known of the change bounds the women: at least 5 more, and at most 7 of them now.
    women = [found[place] for place in found if ("sex", "w") in place]
    assert women == [(6, 7), (1, 2), (5, 6)]


def test_the_gate_withholds_a_revision_that_opens_what_did_not_change() -> None:
    standing = Standing([by_key(FIRST)], {}, BY_ID, PTABLE)
    assert standing.attack({}).narrow == ()
    alone = page_of([FIRST[1], *IN_ITS_YEAR], BY_ID, PTABLE)
    assert attack([alone], {}, BY_ID).narrow == ()
    opened = standing.attack(by_key(IN_ITS_YEAR)).narrow
    assert MEN in {place for _, place in opened}
    audited = audit_release(IN_ITS_YEAR, standing)
    assert [one.status for one in audited.entries] == ["published", "withheld", "published"]
    assert (audited.withheld, audited.found.narrow) == (1, ())
    assert (audited.found.smallest_interval or 0) >= 3


def test_what_stood_on_may_have_changed_by_four_until_its_year_is_revised() -> None:
    standing = Standing([by_key(FIRST)], {}, BY_ID, PTABLE)
    # The men now may be 1 to 9 of whom 5 were shown: the new total says nothing of the old men.
    opened = {place for _, place in standing.attack(by_key(CORRECTED)).narrow}
    assert MEN not in opened
    assert (("sex", "w"),) in opened
    (first,) = standing.read
    later = page_of([FIRST[1], *CORRECTED], BY_ID, PTABLE, first)
    held = [(m.short.tolist(), m.over.tolist()) for m in later.margins.values()]
    assert ([4], [4]) in held


def test_a_page_that_changed_nothing_here_adds_nothing() -> None:
    once, twice = joined(FIRST), joined(FIRST, [], [])
    assert twice.margins is not once.margins
    assert (twice.margins.places, twice.renewed) == (once.margins.places, ())
    assert with_changes(twice).sums.shape == once.margins.sums.shape


@pytest.mark.parametrize(("now", "least"), [(8, 1), (10, 5), (0, 5)])
def test_a_revision_tells_that_a_count_changed_and_no_more(now: int, least: int) -> None:
    before, after = page({(): Count(5, 6)}), page({(): Count(now, 9 if now else 0)})
    system = with_changes(join_pages([before, after]))
    assert len(system.places) == 3
    assert (system.low[2], system.true[2]) == (least, abs(now - 5))
    # A withheld value is compared with nothing: nobody knows in which direction it went.
    hidden = with_changes(join_pages([before, page({(): Count(now, None)})]))
    assert len(hidden.places) == 2


def test_least_squares_takes_the_mean_of_values_of_nearly_the_same_persons() -> None:
    # 3 and 11 were drawn from 6 and 7; of counts that changed by 5 only the newer value is used.
    near = join_pages([page({MEN: Count(6, 3)}), page({MEN: Count(7, 11)})])
    assert nearly_the_same(near) == {MEN: [3.0]}
    far = join_pages([page({MEN: Count(2, 3)}), page({MEN: Count(7, 11)})])
    assert nearly_the_same(far) == {}
    pages = [
        page_of(table("sex", {"m": cell, "w": (9, 9)}), BY_ID, PTABLE) for cell in ((4, 3), (5, 7))
    ]
    found = attack(pages, {}, BY_ID)
    assert (found.month.exact, found.year.exact) == (0, 1)


def test_renewed_parts_of_an_unchanged_count_are_one_more_draw() -> None:
    first = {(): Count(8, 9), (("sex", "m"),): Count(4, 5), (("sex", "w"),): Count(4, 3)}
    moved = first | {(("sex", "m"),): Count(5, 6), (("sex", "w"),): Count(3, 4)}
    grown = moved | {(): Count(9, 12)}

    def draws(*pages: dict[Place, Count]) -> list[int]:
        found = splits([Seen(counts, {}) for counts in pages])
        return [len(split.tables) for split in found if split.place == ()]

    assert draws(first) == draws(first, first) == [1]
    assert draws(first, moved) == draws(first, moved, moved) == [2]
    assert draws(first, grown) == [1]


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 9), min_size=4, max_size=4), min_size=2, max_size=4),
    st.lists(st.integers(-7, 7), min_size=36, max_size=36),
)
def test_the_exact_counts_of_all_pages_fit_the_joined_system(
    states: list[list[int]], noise: list[int]
) -> None:
    errors = iter(noise)
    drawn: dict[Place, Count] = {}
    pages = []
    for state in states:
        cells = np.array(state).reshape(2, 2)
        true = {(): int(cells.sum())}
        true |= {(("town", str(i)),): int(n) for i, n in enumerate(cells.sum(axis=1))}
        true |= {(("sex", str(j)), ("town", str(i))): int(cells[i, j]) for i, j in np.ndindex(2, 2)}
        for place, count in true.items():
            if place not in drawn or drawn[place].true != count:
                shown = count + next(errors)
                drawn[place] = Count(count, max(shown, 3) if count else 0)
        pages.append(page(drawn))
    system = with_changes(join_pages(pages))
    assert (system.low <= system.true).all()
    assert (system.true <= system.high).all()
    excess = system.sums @ system.true
    assert (-system.short <= excess).all()
    assert (excess <= system.over).all()
    alone = bounded(pages[-1])
    for place, (low, high) in bounded(system).items():
        assert low <= system.true[system.places.index(place)] <= high
        if place in alone:
            assert alone[place][0] <= low <= high <= alone[place][1]
