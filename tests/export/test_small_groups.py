"""Every row of an extract shares its known values with enough others."""

from collections import Counter
from datetime import date

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from kim_pipeline.export.small_groups import share_values

KNOWN = ["town", "age"]
MONTHS = (date(2026, 9, 1), date(2026, 10, 1))
ROWS = st.lists(
    st.tuples(
        st.sampled_from(MONTHS),
        st.sampled_from(["A", "B", None]),
        st.sampled_from(["young", "old"]),
        st.booleans(),
    ),
    max_size=60,
)


def _table(rows: list[tuple[object, ...]]) -> pa.Table:
    names = ("month", "town", "age", "employed")
    types = (pa.date32(), pa.string(), pa.string(), pa.bool_())
    columns = [pa.array([row[at] for row in rows], types[at]) for at in range(len(names))]
    return pa.table(dict(zip(names, columns, strict=True)))


@given(ROWS, st.integers(3, 8))
def test_no_row_stands_out_and_no_value_is_invented(
    rows: list[tuple[object, ...]], smallest: int
) -> None:
    table = _table(rows)
    shared = share_values(table, KNOWN, smallest)
    left = [tuple(row.values()) for row in shared.rows.to_pylist()]
    sizes = Counter(row[:3] for row in left)
    assert all(size >= smallest for size in sizes.values())
    assert len(left) + shared.dropped == len(rows)
    # What is left of a row is part of one that was there.
    assert {(row[0], row[3]) for row in left} <= {(row[0], row[3]) for row in rows}
    given_groups = {row[:3] for row in rows}
    for month, town, age in sizes:
        assert [g for g in given_groups if g[0] == month and town in (g[1], None)
                and age in (g[2], None)]  # fmt: skip


def test_the_last_column_goes_first() -> None:
    month = MONTHS[0]
    rows = [(month, "A", "young", True)] * 5 + [(month, "A", "old", False)] * 5
    rows += [(month, "B", "young", True)] * 3 + [(month, "B", "old", True)] * 2
    shared = share_values(_table(rows), KNOWN, 5)
    assert Counter(tuple(r.values())[1:3] for r in shared.rows.to_pylist()) == {
        ("A", "young"): 5,
        ("A", "old"): 5,
        ("B", None): 5,
    }
    assert (shared.blanked, shared.dropped, shared.withheld) == (5, 0, 5)


def test_rows_that_stand_out_whatever_is_left_out_are_dropped() -> None:
    rows = [(MONTHS[0], "A", "young", True)] * 9 + [(MONTHS[0], "B", "old", True)] * 2
    shared = share_values(_table(rows), KNOWN, 5)
    assert (shared.rows.num_rows, shared.dropped) == (9, 2)
