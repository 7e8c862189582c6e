"""No row of an extract stands out: values are left out until enough persons share the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

MONTH = "month"
_ROW = "kim_row"


@dataclass(frozen=True)
class Shared:
    """Rows of which every one shares its known values; how many lost a value, or left wholly."""

    rows: pa.Table
    blanked: int
    dropped: int

    @property
    def withheld(self) -> int:
        """Rows that lost something."""
        return self.blanked + self.dropped


def share_values(table: pa.Table, known: Sequence[str], smallest: int) -> Shared:
    """Leave out values of the `known` columns until `smallest` rows of a month share the rest.

    `table` has one row per person and month. Columns are emptied from the last to the first, only
    where a group is too small; rows that are too few even without any of them are dropped.
    """
    touched: Any = pa.array([False] * table.num_rows, pa.bool_())
    for column in reversed(known):
        told = pc.and_(_in_small_group(table, known, smallest), pc.is_valid(table[column]))
        touched = pc.or_(touched, told.combine_chunks())
        emptied = pc.if_else(told, pa.scalar(None, table[column].type), table[column])
        table = table.set_column(table.column_names.index(column), column, emptied)
    kept = pc.invert(_in_small_group(table, known, smallest))
    left = table.filter(kept)
    blanked = pc.sum(pc.and_(touched, kept)).as_py() or 0
    return Shared(left, blanked, table.num_rows - left.num_rows)


def _in_small_group(table: pa.Table, known: Sequence[str], smallest: int) -> Any:
    """Tell of each row whether fewer than `smallest` rows have its month and known values."""
    keys = [MONTH, *known]
    numbered = table.select(keys).append_column(_ROW, pa.array(np.arange(table.num_rows)))
    groups = numbered.group_by(keys, use_threads=False).aggregate([(_ROW, "list")])
    members: Any = groups[f"{_ROW}_list"].combine_chunks()
    small = pc.less(pc.list_value_length(members), pa.scalar(smallest))
    of_row = small.take(pc.list_parent_indices(members))
    return of_row.take(pc.sort_indices(pc.list_flatten(members)))
