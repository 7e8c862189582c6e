"""Tables of a month: how many persons of a population stand in each cell, what their values make.

All cells of a table at once, each population and quantity once per table. Cells stand in the order
of the declared values, the last dimension running fastest.
"""

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kim_pipeline.indicators.cells import Percentile, Strata, Stratum, Tally, Total
from kim_pipeline.indicators.conditions import Population
from kim_pipeline.indicators.indicator import TOWN, Breakdown, Indicator
from kim_pipeline.indicators.people import People
from kim_pipeline.indicators.quantities import Quantity, Valued, over_of, value_of
from kim_pipeline.indicators.questions import Questions
from kim_pipeline.indicators.survival import Survival

Made = Percentile | Total | Survival
Places = NDArray[np.intp]
Values = Mapping[str, Sequence[str]]


def names_of(breakdown: Breakdown) -> tuple[str, ...]:
    """Name the dimensions of a table, town first."""
    return (TOWN, *breakdown.dimensions) if breakdown.by_town else breakdown.dimensions


def questions_of(indicators: Sequence[Indicator], values: Values) -> Questions:
    """Collect what the indicators need to know of each person, in a stable order."""
    populations = [p for i in indicators for p in (i.numerator, i.denominator) if p is not None]
    quantities = [q for i in indicators for q in (value_of(i), over_of(i)) if q is not None]
    conditions = [c for population in populations for c in population]
    conditions += [q.event for q in quantities if q.event is not None]
    conditions += [c for i in indicators for c in i.formula.compared or ()]
    shown = dict.fromkeys(n for i in indicators for b in i.breakdowns for n in names_of(b))
    shown |= dict.fromkeys(name for i in indicators for name in i.formula.strata)
    return Questions(
        conditions=tuple(dict.fromkeys(conditions)),
        dimensions={name: values[name] for name in dict.fromkeys((TOWN, *shown))},
        columns=tuple(dict.fromkeys(q.column for q in quantities)),
    )


class Aggregates:
    """The tables of some persons; what was made once is kept."""

    def __init__(self, people: People, values: Values) -> None:
        self._people = people
        self._sizes = {name: len(declared) + 1 for name, declared in values.items()}
        self._members: dict[Population, Places] = {}
        self._cells: dict[Breakdown, Places] = {}
        self._tallies: dict[tuple[Population, Breakdown], list[Tally]] = {}

    def tallies(self, population: Population, breakdown: Breakdown) -> list[Tally]:
        """Count the persons of a population in each cell, and add their keys mod 2**64."""
        table = population, breakdown
        if table not in self._tallies:
            self._tallies[table] = self._count(*table)
        return self._tallies[table]

    def made(self, quantity: Quantity, breakdown: Breakdown) -> list[Made]:
        """Give what a quantity makes of the persons of each cell."""
        who = self._who(quantity.who)
        cells, values = self._cells_of(breakdown)[who], self._people.values(quantity.column)[who]
        if quantity.cap is not None:
            values = values.clip(0, quantity.cap)
        order = np.lexsort((values, cells))
        who, values = who[order], values[order]
        ended = None if quantity.event is None else self._people.holds(quantity.event)[who]
        persons = Valued(values, self._people.keys[who], ended)
        bounds = np.searchsorted(cells[order], np.arange(self._size(breakdown) + 1))
        firsts, lasts = self._shown(bounds[:-1], breakdown), self._shown(bounds[1:], breakdown)
        return [quantity.read(persons.part(*ends)) for ends in zip(firsts, lasts, strict=True)]

    def strata(self, indicator: Indicator) -> Strata | None:
        """Count the strata over which an indicator is standardised, if it is."""
        formula, table = indicator.formula, Breakdown(False, indicator.formula.strata)
        if formula.compared is None:
            return None
        asked = (indicator.numerator or (), indicator.denominator or (), formula.compared)
        counted = [self.tallies(population, table) for population in asked]
        return Strata(tuple(Stratum(*three) for three in zip(*counted, strict=True)))

    def _count(self, population: Population, breakdown: Breakdown) -> list[Tally]:
        who, size = self._who(population), self._size(breakdown)
        cells = self._cells_of(breakdown)[who]
        counts, keys = np.bincount(cells, minlength=size), np.zeros(size, np.uint64)
        np.add.at(keys, cells, self._people.keys[who])  # wraps around at 2**64
        shown = zip(self._shown(counts, breakdown), self._shown(keys, breakdown), strict=True)
        return [Tally(count, key) for count, key in shown]

    def _who(self, population: Population) -> Places:
        if population not in self._members:
            self._members[population] = self._people.members(population)
        return self._members[population]

    def _cells_of(self, breakdown: Breakdown) -> Places:
        """Number the cell of every person, those of no value and of no town included."""
        if breakdown not in self._cells:
            cells = np.zeros(len(self._people.keys), np.intp)
            for name in names_of(breakdown):
                cells = cells * self._sizes[name] + self._people.codes(name)
            self._cells[breakdown] = cells
        return self._cells[breakdown]

    def _size(self, breakdown: Breakdown) -> int:
        return prod(self._sizes[name] for name in names_of(breakdown))

    def _shown(self, cells: NDArray[Any], breakdown: Breakdown) -> list[int]:
        """Drop the cells of persons who count in the totals only."""
        sizes = [self._sizes[name] for name in names_of(breakdown)]
        shown: list[int] = cells.reshape(sizes)[(slice(1, None),) * len(sizes)].ravel().tolist()
        return shown
