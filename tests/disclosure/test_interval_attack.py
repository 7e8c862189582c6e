"""Linear programs bound what published sums leave open, no more and no less."""

import csv
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from disclosure.entries import BY_ID, entry, table
from hypothesis import given, settings
from hypothesis import strategies as st

from kim_pipeline.disclosure.interval_attack import attack_intervals, targets_of
from kim_pipeline.disclosure.margins import Margins, bounds_of, margins_of
from kim_pipeline.disclosure.nested_counts import tighten
from kim_pipeline.disclosure.ptable import read_ptable
from kim_pipeline.disclosure.seen_counts import Count, Place, Seen, seen_counts

VECTORS = Path(__file__).with_name("vectors")
PTABLE = read_ptable()


def bounded(margins: Margins) -> dict[Place, tuple[int, int]]:
    found = attack_intervals(margins, range(len(margins.places)))
    return {margins.places[one.at]: (one.low, one.high) for one in found}


def published(counts: Mapping[Place, Count]) -> Margins:
    return margins_of(Seen(counts, {}), PTABLE)


def test_what_a_value_says_is_what_the_perturbation_table_allows() -> None:
    possible: dict[int, set[int]] = {}
    for true in range(60):
        for noise in PTABLE.noise[min(true, PTABLE.top)].tolist():
            possible.setdefault(true + noise, set()).add(true)
    for shown in range(40):
        if shown not in {1, 2}:
            low, high = bounds_of(Count(0, shown), PTABLE)
            assert (low, high) == (min(possible[shown]), max(possible[shown]))


def test_a_total_at_the_edge_of_its_noise_gives_its_parts_away() -> None:
    # Two persons, one of each sex; the total is shown 0, so at most 7, each part at least 1.
    margins = published(
        {
            (): Count(7, 0),
            (("sex", "m"),): Count(6, 6),
            (("sex", "w"),): Count(1, 3),
        }
    )
    found = bounded(margins)
    assert found[()] == (2, 7)
    assert found[("sex", "m"),] == (1, 6)
    assert found[("sex", "w"),] == (1, 6)


def test_sums_that_leave_persons_out_bound_from_one_side_only() -> None:
    parts = {(("town", "1"),): Count(3, 3), (("town", "2"),): Count(4, 4)}
    closed = published({(): Count(7, 14), **parts})
    open_one = published({(): Count(9, 14), **parts})
    assert bounded(closed)[("town", "1"),] == (1, 10)
    assert (closed.short.tolist(), closed.over.tolist()) == ([0], [0])
    assert (open_one.short.tolist(), open_one.over.tolist()) == ([np.inf], [0])
    # Nobody else is left to fill the total of at least 7, if the parts are all there are.
    assert bounded(published({(): Count(21, 28), **parts}))[()] == (21, 35)
    assert bounded(replace(closed, low=np.array([21.0, 1, 1])))[("town", "1"),] == (10, 10)


def test_counts_of_two_states_of_knowledge_do_not_stop_the_attack() -> None:
    margins = published({(): Count(5, 5), (("sex", "m"),): Count(6, 6)})
    assert margins.sums.shape[0] == 0
    assert bounded(margins)[()] == (1, 12)


def test_merged_categories_are_sums_of_their_parts() -> None:
    cells = {"NE": (4, None), "AE_24": (30, None), "SETTLED": (4, 4), "LIMITED": (30, 31)}
    (seen,) = seen_counts(table("status_group", cells), BY_ID).values()
    found = bounded(margins_of(seen, PTABLE))
    assert found[("status_group", "NE"),] == (1, 11)
    assert found[("status_group", "AE_24"),] == (24, 38)


def test_the_part_of_a_share_lies_within_its_base() -> None:
    whole = entry("total", 40, 33)
    share = entry(
        "total", 40, 47, indicator_id="J1", true_denominator=40, denominator=33, value=100.0
    )
    seen = seen_counts([whole, share], BY_ID)
    assert len(seen) == 2
    systems = tighten({who: margins_of(counts, PTABLE) for who, counts in seen.items()})
    assert {tuple(bounded(system)[()]) for system in systems.values()} == {(40, 40)}


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(0, 12), min_size=6, max_size=6),
    st.lists(st.integers(-7, 7), min_size=12, max_size=12),
)
def test_the_exact_counts_always_lie_in_their_intervals(
    counts: list[int], noise: list[int]
) -> None:
    cells = np.array(counts).reshape(2, 3)
    errors = iter(noise)

    def count(true: int) -> Count:
        shown = true + next(errors)
        return Count(true, shown if true and shown > 2 else (3 if true else 0))

    found: dict[Place, Count] = {(): count(int(cells.sum()))}
    for i, row in enumerate(cells):
        found[("town", str(i)),] = count(int(row.sum()))
        for j, true in enumerate(row.tolist()):
            found[("sex", str(j)), ("town", str(i))] = count(true)
    for j, column in enumerate(cells.T):
        found[("sex", str(j)),] = count(int(column.sum()))
    margins = published(found)
    for place, (low, high) in bounded(margins).items():
        assert low <= found[place].true <= high
    quick = attack_intervals(margins, targets_of(margins), 3)
    slow = attack_intervals(margins, targets_of(margins))
    for one, other in zip(quick, slow, strict=True):
        assert one.width <= other.width
        assert (one.width < 3) == (other.width < 3)


def gauss_pattern() -> tuple[dict[Place, Count], set[Place], set[Place]]:
    counts, primary, suppressed = {}, set(), set()
    with (VECTORS / "gauss_z1_maxN3.csv").open() as file:
        for cell in csv.DictReader(file):
            pairs = ((n, cell[n]) for n in ("hovedint", "region") if cell[n] != "Total")
            place = tuple(pairs)
            counts[place] = Count(int(cell["ant"]), None)
            primary |= {place} if cell["primary"] == "TRUE" else set()
            suppressed |= {place} if cell["suppressed"] == "TRUE" else set()
    return counts, primary, suppressed


@pytest.mark.parametrize("secondary", [True, False])
def test_a_suppression_pattern_of_an_independent_program_holds_only_as_a_whole(
    secondary: bool,
) -> None:
    counts, primary, suppressed = gauss_pattern()
    assert (len(primary), len(suppressed)) == (3, 6)
    hidden = suppressed if secondary else primary
    margins = published(counts)
    known = np.array([place not in hidden for place in margins.places])
    exact = replace(
        margins,
        low=np.where(known, margins.true, 0.0),
        high=np.where(known, margins.true, np.inf),
    )
    found = bounded(exact)
    widths = [found[place][1] - found[place][0] for place in sorted(primary)]
    assert (min(widths) > 0) is secondary
