"""Counts that were published before, and are shown as they were wherever they occur again.

A revision renews only counts that have changed recognisably. Without this, a rate revised for its
numerator would show its unchanged denominator with a second noise, beside the first.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kim_pipeline.disclosure.ledger import Entry
from kim_pipeline.disclosure.noise import Noise
from kim_pipeline.disclosure.rules import RECOGNISABLE
from kim_pipeline.disclosure.seen_counts import Place, place_of
from kim_pipeline.disclosure.served_tally import ServedTally
from kim_pipeline.indicators.cells import Cell, Tally
from kim_pipeline.indicators.conditions import Population
from kim_pipeline.indicators.indicator import Indicator

_PARTS = ("numerator", "denominator")
_Counted = tuple[Population, Place]


@dataclass(frozen=True)
class LedgerNoise(Noise):
    """Noise that serves what was published before and is drawn for the rest."""

    def protect(self, tallies: Sequence[Tally]) -> list[int]:
        """Give published counts as they were, add noise to the others."""
        return [
            tally.shown if isinstance(tally, ServedTally) else drawn
            for tally, drawn in zip(tallies, super().protect(tallies), strict=True)
        ]


def serve(
    cells: Iterable[Cell],
    released: Iterable[Entry],
    indicators: Mapping[str, Indicator],
    least_change: int = RECOGNISABLE,
) -> list[Cell]:
    """Put published counts into the cells where they have changed by less than `least_change`.

    The same population in the same place is one count, whichever indicator shows it; of two
    published values the newer one is served.
    """
    published: dict[_Counted, tuple[int, int]] = {}
    for entry in sorted(released, key=lambda e: e.known_at):
        indicator = indicators.get(entry.indicator_id)
        for part, population in _populations(indicator):
            shown, true = getattr(entry, part), getattr(entry, f"true_{part}")
            if shown is not None:
                published[population, place_of(entry.key)] = shown, true
    return [
        _served(cell, indicators[cell.key.indicator_id], published, least_change) for cell in cells
    ]


def _populations(indicator: Indicator | None) -> Iterator[tuple[str, Population]]:
    for part in _PARTS:
        population: Population | None = getattr(indicator, part, None)
        if population is not None:
            yield part, population


def _served(
    cell: Cell, indicator: Indicator, published: Mapping[_Counted, tuple[int, int]], least: int
) -> Cell:
    place = place_of(cell.key)
    served: dict[str, Tally] = {}
    for part, population in _populations(indicator):
        tally: Tally | None = getattr(cell, part)
        shown, true = published.get((population, place), (0, None))
        if tally is not None and true is not None and abs(tally.count - true) < least:
            served[part] = ServedTally(tally.count, tally.key, shown, true)
    return replace(cell, **served) if served else cell  # type: ignore[arg-type]
