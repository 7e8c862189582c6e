"""One indicator of the catalogue as values: populations, breakdowns, and what protects it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from kim_pipeline.indicators.conditions import Population

Kind = Literal["count", "share", "median", "percentile_90"]
TOWN = "town"
TOTAL = "total"
DEPTH = 2

UNITS: Mapping[Kind, str] = {
    "count": "persons",
    "share": "percent",
    "median": "days",
    "percentile_90": "days",
}
FRACTIONS: Mapping[Kind, float] = {"median": 0.5, "percentile_90": 0.9}


@dataclass(frozen=True)
class Breakdown:
    """A table: by town or for the whole Kreis, and by at most two further dimensions."""

    by_town: bool
    dimensions: tuple[str, ...]

    @property
    def name(self) -> str:
        """Name in `published.indicator_value.breakdown`, e.g. town+status_group."""
        return "+".join(([TOWN] if self.by_town else []) + list(self.dimensions)) or TOTAL


@dataclass(frozen=True)
class Sensitive:
    """What must not become known of a group.

    With an attribute, the categories of that dimension within each row; `merged` gives the coarser
    value of each category (first rung of the ladder), `harmless` the coarser values that may become
    known of all members of a row. Without an attribute, the numerator of a share.
    """

    attribute: str | None
    merged: Mapping[str, str] = field(default_factory=dict)
    harmless: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Indicator:
    """A figure: who is counted (numerator), out of whom (denominator), in which tables.

    A count has a numerator only. In a share the numerator lies within the denominator. A median
    or percentile is taken of `value` over the denominator.
    """

    id: str
    name_de: str
    name_en: str
    definition_de: str
    definition_en: str
    kind: Kind
    baustein: tuple[str, ...]
    sources: tuple[str, ...]
    linked: bool
    numerator: Population | None
    denominator: Population | None
    value: str | None
    breakdowns: tuple[Breakdown, ...]
    sensitive: Sensitive | None = None
    structural_zeros: Mapping[str, frozenset[str]] = field(default_factory=dict)
    target: float | None = None

    @property
    def unit(self) -> str:
        """Unit of the figure: persons, percent or days."""
        return UNITS[self.kind]
