"""The same persons in another table: what the ladder hides in one is hidden in all."""

from collections.abc import Collection, Mapping, Sequence

from kim_pipeline.disclosure.seen_counts import place_of
from kim_pipeline.indicators.cells import Cell, CellKey
from kim_pipeline.indicators.indicator import Indicator


def hidden_everywhere(
    cells: Sequence[Cell], indicators: Mapping[str, Indicator], withheld: Collection[CellKey]
) -> frozenset[CellKey]:
    """Add to withheld cells those that show the same population in the same place.

    A rate that is withheld for its numerator withholds this numerator, not its base.
    """
    hidden = {(indicators[key.indicator_id].numerator, place_of(key)) for key in withheld}
    found = set(withheld)
    for cell in cells:
        indicator, place = indicators[cell.key.indicator_id], place_of(cell.key)
        shown = {indicator.numerator, indicator.denominator} - {None}
        if any((population, place) in hidden for population in shown):
            found.add(cell.key)
    return frozenset(found)
