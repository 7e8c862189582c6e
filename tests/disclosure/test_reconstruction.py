"""Least squares is judged by what it finds, whatever it makes of counts nobody can know."""

from kim_pipeline.disclosure.margins import margins_of
from kim_pipeline.disclosure.ptable import read_ptable
from kim_pipeline.disclosure.reconstruction import reconstruct
from kim_pipeline.disclosure.seen_counts import Count, Place, Seen

SMALL = {f"v{n}": 3 + n % 3 for n in range(30)}
HIDDEN = {"few": 2, "many": 998}


def _place(value: str) -> Place:
    return (("age_group", value),)


def test_a_hidden_count_missed_by_hundreds_does_not_cover_up_those_that_are_found() -> None:
    counts = {_place(value): Count(true, true) for value, true in SMALL.items()}
    counts |= {_place(value): Count(true, None) for value, true in HIDDEN.items()}
    everybody = sum(count.true for count in counts.values())
    counts[()] = Count(everybody, everybody)
    found = reconstruct(margins_of(Seen(counts, {}), read_ptable()), {})
    assert (found.counts, found.exact) == (31, 30)
    assert found.mean_error < 0.9
