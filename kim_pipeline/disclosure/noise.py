"""The noise of one release: what is drawn for a set of persons, the same for ever."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kim_pipeline.disclosure.cell_key import Draw, protect_counts, uniform
from kim_pipeline.disclosure.ptable import PerturbationTable
from kim_pipeline.indicators.cells import Tally


@dataclass(frozen=True)
class Noise:
    """The noise of one release: the cell key and the frozen table."""

    k_cell: bytes
    ptable: PerturbationTable

    def protect(self, tallies: Sequence[Tally]) -> list[int]:
        """Add noise to counts of persons."""
        counts = np.array([t.count for t in tallies], np.int64)
        protected = protect_counts(counts, _keys(tallies), self.k_cell, self.ptable)
        return [int(count) for count in protected]

    def draw(self, tally: Tally, draw: Draw) -> int:
        """Draw a 63-bit integer that stays the same for the same persons."""
        return int(uniform(_keys([tally]), self.k_cell, draw)[0])

    def error(self, tally: Tally, draw: Draw) -> int:
        """Draw the error of a count as `protect` would, but independent of it."""
        drawn = uniform(_keys([tally]), self.k_cell, draw)
        return int(self.ptable.draw(np.array([tally.count], np.int64), drawn)[0])


def _keys(tallies: Sequence[Tally]) -> NDArray[np.uint64]:
    return np.array([t.key for t in tallies], np.uint64)
