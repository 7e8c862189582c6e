"""Pairs of two sources seen from one side: the candidates of each record as one run of rows.

One sort per side is made once; everything after it is a sum or a largest value over runs.
"""

from dataclasses import dataclass

import numpy as np

from kim_pipeline.linkage.pairs import Floats, Ints


@dataclass(frozen=True)
class Side:
    """Rows grouped by the record of one side; m records, n rows.

    record: int64 (m,), positions. starts, counts: int64 (m,), the runs in sorted order. order:
    int64 (n,), the rows in that order, or None where they lie sorted already.
    """

    record: Ints
    starts: Ints
    counts: Ints
    order: Ints | None

    def sizes(self) -> Ints:
        """Give every row the number of rows of its record."""
        return np.asarray(self.spread(self.counts.astype(np.float64)), dtype=np.int64)

    def total(self, values: Floats) -> Floats:
        """Add up the values of each record's rows."""
        return np.asarray(np.add.reduceat(self._sorted(values), self.starts), dtype=np.float64)

    def largest(self, values: Floats) -> Floats:
        """Give the largest value among each record's rows."""
        return np.asarray(np.maximum.reduceat(self._sorted(values), self.starts), dtype=np.float64)

    def spread(self, values: Floats) -> Floats:
        """Give every row the value of its record."""
        rows = np.repeat(values, self.counts)
        if self.order is None:
            return rows
        placed = np.empty_like(rows)
        placed[self.order] = rows
        return placed

    def others(self, values: Floats) -> Floats:
        """Add up, for each row, the values of the other rows of its record.

        The largest are left out of their own sum, not subtracted: odds span many magnitudes, and
        the rest would be lost in rounding.
        """
        largest = self.spread(self.largest(values))
        top = values == largest
        rest = self.spread(self.total(np.where(top, 0.0, values)))
        tops = self.spread(self.total(top.astype(np.float64)))
        above = np.where(top, tops - 1, tops) * largest
        return np.asarray(above + np.maximum(rest - np.where(top, 0.0, values), 0.0))

    def first_largest(self, values: Floats) -> Ints:
        """Give the first row that holds the largest value of each record."""
        largest = self.spread(self.largest(values))
        rows = np.where(values == largest, np.arange(len(values)), len(values))
        ordered = rows if self.order is None else rows[self.order]
        return np.asarray(np.minimum.reduceat(ordered, self.starts), dtype=np.int64)

    def _sorted(self, values: Floats) -> Floats:
        return values if self.order is None else values[self.order]


def side(record: Ints) -> Side:
    """Group rows by their record; `record` is int64 (n,), n > 0."""
    ordered = bool((record[1:] >= record[:-1]).all())
    order = None if ordered else np.argsort(record, kind="stable")
    lined = record if order is None else record[order]
    starts = np.flatnonzero(np.concatenate([[True], lined[1:] != lined[:-1]]))
    counts = np.diff(starts, append=len(lined))
    return Side(lined[starts], starts, counts, order)
