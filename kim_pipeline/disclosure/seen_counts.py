"""What an attacker sees of a month: every published count, by who is counted and where.

The same persons in the same place are one count, however many indicators show it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kim_pipeline.disclosure.ledger import Entry
from kim_pipeline.disclosure.protect import STRUCTURAL_ZERO
from kim_pipeline.indicators.cells import CellKey
from kim_pipeline.indicators.conditions import Population
from kim_pipeline.indicators.indicator import TOWN, Indicator

Place = tuple[tuple[str, str], ...]
Dimensions = frozenset[str]
_PARTS = ("numerator", "denominator")


@dataclass(frozen=True)
class Count:
    """One count: exact, as shown (None where nothing is), and whether it is zero by definition."""

    true: int
    shown: int | None
    impossible: bool = False


@dataclass(frozen=True)
class Seen:
    """All counts of one population: its places, and the coarser value of each merged value."""

    counts: Mapping[Place, Count]
    merged: Mapping[str, Mapping[str, str]]

    def is_merged(self, place: Place) -> bool:
        """Tell whether a place holds a coarser value of the ladder."""
        return any(
            value in self.merged.get(dimension, {}).values() and value not in self.merged[dimension]
            for dimension, value in place
        )


def place_of(key: CellKey) -> Place:
    """Give a cell's place: its dimensions with their values, in order of name; () is the total."""
    pairs = [(key.dimension_1, key.value_1), (key.dimension_2, key.value_2), (TOWN, key.town_ags)]
    return tuple(sorted((d, v) for d, v in pairs if d and (d != TOWN or v)))


def dimensions_of(place: Place) -> Dimensions:
    """Give the dimensions of a place."""
    return frozenset(dimension for dimension, _ in place)


def seen_counts(
    entries: Iterable[Entry], indicators: Mapping[str, Indicator]
) -> dict[Population, Seen]:
    """Collect the counts of persons in a month's entries; unknown indicators are left out.

    Where two entries hold the same count, the one that shows it counts, then the newer one.
    """
    counts: dict[Population, dict[Place, Count]] = {}
    merged: dict[Population, dict[str, Mapping[str, str]]] = {}
    for entry in sorted(entries, key=lambda e: e.known_at):
        indicator = indicators.get(entry.indicator_id)
        for part in _PARTS if indicator is not None else ():
            population: Population | None = getattr(indicator, part)
            true: int | None = getattr(entry, f"true_{part}")
            if population is None or true is None:
                continue
            _enter(counts.setdefault(population, {}), entry, true, getattr(entry, part))
            merged.setdefault(population, {}).update(_merged(indicator))
    return {population: Seen(found, merged[population]) for population, found in counts.items()}


def _enter(found: dict[Place, Count], entry: Entry, true: int, shown: int | None) -> None:
    place = place_of(entry.key)
    if shown is None and place in found and found[place].shown is not None:
        return
    impossible = entry.status == STRUCTURAL_ZERO and true == 0
    found[place] = Count(true, shown, impossible)


def _merged(indicator: Indicator | None) -> dict[str, Mapping[str, str]]:
    sensitive = indicator.sensitive if indicator is not None else None
    if sensitive is None or sensitive.attribute is None:
        return {}
    return {sensitive.attribute: sensitive.merged}
