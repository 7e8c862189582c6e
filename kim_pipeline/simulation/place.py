"""The place that is invented: a Kreis and its towns, as the caller names them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Town:
    """A town of the Kreis; `weight` is its share of the residents, in any unit."""

    ags: str
    name: str
    weight: float


@dataclass(frozen=True, slots=True)
class Place:
    """A Kreis with at least one town."""

    name: str
    towns: tuple[Town, ...]
