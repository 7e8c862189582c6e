"""A count has one value until it changes: superseded values are never a second draw of it."""

from dataclasses import replace
from datetime import date, timedelta

from disclosure.entries import BY_ID, KNOWN
from hypothesis import given, settings
from hypothesis import strategies as st

from kim_pipeline.disclosure.ledger import Edition, Entry, new_entries
from kim_pipeline.disclosure.month_pages import page_of
from kim_pipeline.disclosure.protect import protect_cells
from kim_pipeline.disclosure.ptable import read_ptable
from kim_pipeline.disclosure.rules import RECOGNISABLE
from kim_pipeline.disclosure.served_counts import LedgerNoise, serve
from kim_pipeline.disclosure.yearly_revision import LEAST_CHANGE
from kim_pipeline.indicators.cells import WORD, Cell, CellKey, Tally

NOISE = LedgerNoise(bytes(range(32)), read_ptable())
EDITION = Edition(date(2026, 10, 1), KNOWN, False, "D7V3js2", "cell-1", "2026-10-r1")
PERSONS = 44
# Who is counted, who of them is in the numerator, and whether small changes are published.
STATES = st.lists(
    st.tuples(
        st.sets(st.integers(0, PERSONS), min_size=30),
        st.sets(st.integers(0, PERSONS), max_size=20),
        st.booleans(),
    ),
    min_size=2,
    max_size=5,
)


def tally(persons: set[int]) -> Tally:
    return Tally(len(persons), sum(2**n for n in persons) % WORD)


def cells(everybody: set[int], some: set[int]) -> list[Cell]:
    base = tally(everybody)
    share = Cell(CellKey("J1", "total"), tally(some & everybody), base)
    return [Cell(CellKey("S1", "total"), base, None), share]


@settings(max_examples=60, deadline=None)
@given(STATES)
def test_a_count_that_has_not_changed_has_the_same_value_on_every_page(
    states: list[tuple[set[int], set[int], bool]],
) -> None:
    assert BY_ID["J1"].denominator == BY_ID["S1"].numerator
    ledger: dict[CellKey, Entry] = {}
    drawn: dict[tuple[object, Tally], set[int | None]] = {}
    pages = []
    for number, (everybody, some, small) in enumerate(states):
        least = LEAST_CHANGE if small else RECOGNISABLE
        edition = replace(EDITION, known_at=KNOWN + timedelta(days=number))
        served = serve(cells(everybody, some), ledger.values(), BY_ID, least)
        figures = protect_cells(served, BY_ID, frozenset(), NOISE)
        added = new_entries(served, figures, ledger, edition, least)
        ledger |= {one.key: one for one in added}
        pages.append(page_of(ledger.values(), BY_ID, NOISE.ptable).seen)
        # All indicators that show a count show one value.
        total, share = (ledger[CellKey(name, "total")] for name in ("S1", "J1"))
        assert share.denominator in {None, total.numerator}
        for who, true in ((BY_ID["S1"].numerator, everybody), (BY_ID["J1"].numerator, some)):
            assert who is not None
            count, key = pages[-1][who].counts[()], tally(true & everybody)
            before = pages[-2][who].counts[()] if number else None
            if before is not None and before.true == count.true:
                assert None in {before.shown, count.shown} or before.shown == count.shown
            if before is None or before.true != count.true:
                drawn.setdefault((who, key), set()).add(count.shown)
    # The same persons have the same noise, however often they are drawn.
    assert all(len(values - {None}) <= 1 for values in drawn.values())
