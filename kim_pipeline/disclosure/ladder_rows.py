"""Rows of protected tables, and the rungs of the ladder they stand on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kim_pipeline.indicators.cells import EMPTY, Cell, Tally

AS_DECLARED, MERGED, HIDDEN = 0, 1, 2

Table = tuple[str, str]


@dataclass(frozen=True, order=True)
class RowKey:
    """A row of a table: for a sensitive attribute, the cells that differ in it only."""

    indicator_id: str
    breakdown: str
    town_ags: str
    row_value: str

    @property
    def table(self) -> Table:
        """Indicator and breakdown the row belongs to."""
        return self.indicator_id, self.breakdown


Rungs = Mapping[RowKey, int]


def counted(cell: Cell) -> Tally:
    """Give who is counted in a cell."""
    return cell.numerator or EMPTY


def size(row: Sequence[Cell]) -> int:
    """Count the persons of a row."""
    return sum(counted(cell).count for cell in row)
