import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from kim_pipeline.linkage.calibration.sides import side

RECORDS = hnp.arrays(np.int64, st.integers(1, 30), elements=st.integers(0, 6))


@given(RECORDS, st.randoms(use_true_random=False))
def test_sums_and_largest_are_those_of_the_records_rows(records, rng) -> None:
    values = np.array([rng.uniform(0, 9) for _ in records])
    seen = side(records)
    for at, record in enumerate(seen.record):
        rows = values[records == record]
        assert np.isclose(seen.total(values)[at], rows.sum())
        assert seen.largest(values)[at] == rows.max()
        assert (
            seen.first_largest(values)[at]
            == np.flatnonzero((records == record) & (values == rows.max())).min()
        )


@given(RECORDS)
def test_others_leave_out_the_row_itself_however_large(records) -> None:
    values = np.where(np.arange(len(records)) % 3, 1.0, 2.0**60)
    found = side(records).others(values)
    for row, record in enumerate(records):
        rest = np.delete(values, row)[np.delete(records, row) == record]
        assert np.isclose(found[row], rest.sum())


def test_equal_largest_rows_stand_for_each_other() -> None:
    found = side(np.array([4, 4, 4])).others(np.array([2.0, 2.0, 1.0]))
    np.testing.assert_allclose(found, [3.0, 3.0, 4.0])
