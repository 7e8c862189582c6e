"""Ways to protect a table, and what each published value says about the exact one."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.disclosure.population import Codes
from benchmarks.disclosure.tabulation import K_CELL, Table
from kim_pipeline.disclosure.cell_key import protect_counts
from kim_pipeline.disclosure.ptable import read_ptable

Floats = NDArray[np.float64]
SUPPRESSED = -1
STEP = 5
_STRIDE = 0x9E3779B97F4A7C15
PTABLE = read_ptable()


@dataclass(frozen=True)
class Method:
    """A way to protect: its name, and whether the noise differs from month to month."""

    name: str

    def publish(self, table: Table, month: int = 0) -> Codes:
        """Give the published values; -1 where a cell is suppressed. `month` changes nothing."""
        raise NotImplementedError

    def bounds(self, shown: Codes) -> tuple[Floats, Floats]:
        """Give what is certain about the exact counts."""
        raise NotImplementedError


class CellKey(Method):
    """Our way: noise by the cell-key method, the same for the same persons."""

    def publish(self, table: Table, month: int = 0) -> Codes:
        """Add the noise of each cell."""
        del month
        return protect_counts(table.counts, table.keys, K_CELL, PTABLE)

    def bounds(self, shown: Codes) -> tuple[Floats, Floats]:
        """Noise is at most 7, zero stays zero."""
        least = np.maximum(shown - PTABLE.deviation, np.where(shown > 0, 1, 0))
        return least.astype(float), (shown + PTABLE.deviation).astype(float)


class MonthlyNoise(CellKey):
    """The wrong way: the month is part of the key, so that the noise can be averaged."""

    def publish(self, table: Table, month: int = 0) -> Codes:
        """Add noise drawn anew for the month."""
        shifted = table.keys + np.uint64(month * _STRIDE % 2**64)
        return protect_counts(table.counts, shifted, K_CELL, PTABLE)


class Suppression(Method):
    """Primary suppression: 1 and 2 are left out, everything else is exact."""

    def publish(self, table: Table, month: int = 0) -> Codes:
        """Leave out 1 and 2."""
        del month
        return np.where(np.isin(table.counts, (1, 2)), SUPPRESSED, table.counts)

    def bounds(self, shown: Codes) -> tuple[Floats, Floats]:
        """A suppressed cell holds 1 or 2."""
        hidden = shown == SUPPRESSED
        return np.where(hidden, 1.0, shown), np.where(hidden, 2.0, shown)


class Rounding(Method):
    """Every cell rounded to the nearest multiple of 5 on its own."""

    def publish(self, table: Table, month: int = 0) -> Codes:
        """Round half up; with whole numbers no half occurs."""
        del month
        return (table.counts + STEP // 2) // STEP * STEP

    def bounds(self, shown: Codes) -> tuple[Floats, Floats]:
        """A value lies within 2 of the exact one."""
        return np.maximum(shown - STEP // 2, 0).astype(float), (shown + STEP // 2).astype(float)


OURS, MONTHLY = CellKey("cell key (ours)"), MonthlyNoise("noise drawn monthly")
SUPPRESSION, ROUNDING = Suppression("primary suppression"), Rounding("rounding to 5")
