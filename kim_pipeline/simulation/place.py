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
    index: int = 0


_BEGINNINGS = ("Alten", "Birken", "Eichen", "Hohen", "Kalten", "Linden", "Neuen", "Ober", "Wald")
_ENDINGS = ("bach", "berg", "brück", "dorf", "feld", "furt", "hausen", "rath", "stein")
_STEP = 4


def further_place(first: Place, index: int) -> Place:
    """Invent the Kreis number `index` beside the first one: as many towns, other names and keys."""
    if index == 0:
        return first
    towns = tuple(
        Town(
            f"05{900 + index:03d}{_STEP * (number + 1):03d}",
            _BEGINNINGS[(number + index) % 9] + _ENDINGS[(number * 2 + index // 9) % 9],
            town.weight,
        )
        for number, town in enumerate(first.towns)
    )
    return Place(f"Kreis {index + 1}", towns, index)
