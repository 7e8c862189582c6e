"""The exact figures of the catalogue, of what a few persons written by hand add up to."""

import numpy as np
from world import KNOWN, MONTH, World

from kim_pipeline.indicators.catalogue import read_catalogue
from kim_pipeline.indicators.cells import Cell
from kim_pipeline.indicators.exact import exact_figure
from kim_pipeline.indicators.indicator import Indicator
from kim_pipeline.indicators.measure import State, measure

CATALOGUE = read_catalogue()


def cells_of(world: World, indicator: Indicator) -> list[Cell]:
    """Build the month of a world and measure one indicator in all its breakdowns."""
    world.build()
    world.connection.commit()
    with world.connection.begin():
        return measure(
            world.connection,
            State(MONTH, KNOWN),
            [indicator],
            CATALOGUE.labels,
            lambda persons: np.zeros(len(persons), np.uint64),
        )


def figures(world: World, indicator_id: str, posts: float | None = None) -> dict[str, float | None]:
    """Give the exact figures of the whole Kreis by values of the breakdown, the total as `total`.

    Values that count nobody are left out; figures are rounded to four decimals.
    """
    indicator = CATALOGUE[indicator_id].with_posts(posts)
    found = {}
    for cell in cells_of(world, indicator):
        tallies = cell.numerator, cell.denominator
        if not cell.key.town_ags and any(t and t.count for t in tallies):
            above, below = (None if t is None else t.count for t in tallies)
            figure = exact_figure(indicator, above, below, cell.statistic)
            values = [value for value in (cell.key.value_1, cell.key.value_2) if value]
            label = " > ".join(values) or cell.key.breakdown
            found[label] = None if figure is None else round(figure, 4)
    return found
