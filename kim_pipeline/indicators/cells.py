"""Cells: what was counted, by whom it is known where it stands, and with which noise key."""

from dataclasses import dataclass

from kim_pipeline.indicators.survival import Survival

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
class Percentile:
    """A median or percentile over `distinct` different values; None where nobody has one."""

    value: float | None
    distinct: int


@dataclass(frozen=True)
class Total:
    """A sum of clipped values, its largest two, how many differ, and its noise key."""

    sum: int
    largest: int
    second: int
    distinct: int
    key: int


@dataclass(frozen=True)
class Stratum:
    """Persons of one stratum: counted, in the group, and in the group it is compared with."""

    numerator: Tally
    denominator: Tally
    compared: Tally


@dataclass(frozen=True)
class Strata:
    """The strata over which a share is standardised."""

    strata: tuple[Stratum, ...]


@dataclass(frozen=True)
class Cell:
    """Exact content of a cell; never leaves the house.

    `quantity` is what was made of the persons' values, `over` the sum that divides it in a
    quotient, `statistic` the exact figure of them, in the indicator's unit.
    """

    key: CellKey
    numerator: Tally | None
    denominator: Tally | None
    statistic: float | None = None
    quantity: Percentile | Total | Survival | Strata | None = None
    over: Total | None = None
    structural: bool = False
