"""Cells: what was counted, by whom it is known where it stands, and with which noise key."""

from dataclasses import dataclass

WORD = 2**64


@dataclass(frozen=True, order=True)
class CellKey:
    """Labels of a cell, as in `published.indicator_value`; empty text where there is none."""

    indicator_id: str
    breakdown: str
    town_ags: str = ""
    dimension_1: str = ""
    value_1: str = ""
    dimension_2: str = ""
    value_2: str = ""

    def value_of(self, dimension: str) -> str | None:
        """Give the cell's value in a dimension, or None if the cell has no such dimension."""
        return {self.dimension_1: self.value_1, self.dimension_2: self.value_2}.get(dimension)


@dataclass(frozen=True)
class Tally:
    """A number of distinct persons and the sum of their record keys mod 2**64."""

    count: int
    key: int

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.count + other.count, (self.key + other.key) % WORD)


EMPTY = Tally(0, 0)


@dataclass(frozen=True)
class Cell:
    """Exact content of a cell; never leaves the house.

    `statistic` is a median or percentile in days over `distinct` different values.
    """

    key: CellKey
    numerator: Tally | None
    denominator: Tally | None
    statistic: float | None = None
    distinct: int = 0
    structural: bool = False
