"""One indicator of the catalogue as values: populations, breakdowns, and what protects it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from kim_pipeline.indicators.conditions import Population
from kim_pipeline.indicators.formula import Formula
from kim_pipeline.indicators.kinds import Kind

Protection = Literal["noise", "groups", "existence"]
TOWN = "town"
TOTAL = "total"
DEPTH = 2


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
    known of all members of a row. `past` is the dimension that tells the same of an earlier day:
    its categories must not become known of those who share a value today. Without an attribute,
    the numerator of a share.
    """

    attribute: str | None
    merged: Mapping[str, str] = field(default_factory=dict)
    harmless: frozenset[str] = frozenset()
    past: str | None = None


@dataclass(frozen=True)
class Indicator:
    """A figure: who is counted (numerator), out of whom (denominator), in which tables.

    A count has a numerator only. In a share the numerator lies within the denominator. Figures made
    of persons' values say so in `formula`; what compares with the reference date before says
    `since_last_month`.
    """

    id: str
    name_de: str
    name_en: str
    definition_de: str
    definition_en: str
    kind: Kind
    unit: str
    baustein: tuple[str, ...]
    sources: tuple[str, ...]
    linked: bool
    numerator: Population | None
    denominator: Population | None
    breakdowns: tuple[Breakdown, ...]
    formula: Formula = field(default_factory=Formula)
    sensitive: Sensitive | None = None
    existence_sensitive: bool = False
    structural_zeros: Mapping[str, frozenset[str]] = field(default_factory=dict)
    since_last_month: bool = False

    @property
    def protection(self) -> Protection:
        """Name the protection class.

        Every figure has noise; `groups` are also guarded by the ladder of group disclosure, and of
        what nobody may know to exist in a town (`existence`) only the whole Kreis is shown.
        """
        if self.existence_sensitive:
            return "existence"
        return "noise" if self.sensitive is None else "groups"

    def with_posts(self, posts: float | None) -> "Indicator":
        """Give the same indicator, divided by this number of full-time posts."""
        return replace(self, formula=replace(self.formula, posts=posts))
