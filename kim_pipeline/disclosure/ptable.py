"""The frozen perturbation table: integer thresholds, read from a file whose content is pinned."""

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from Crypto.Hash import SHA256
from numpy.typing import NDArray

from kim_pipeline.errors import DisclosureError

CONTENT = "23b8ef7fa9c93462519cd878e7162fcb9717856590b0a1918c10c6c6447375e4"


@dataclass(frozen=True)
class PerturbationTable:
    """Noise values and thresholds of the counts 0 to `top`; larger counts use the last row."""

    version: str
    deviation: int
    blocked: int
    noise: tuple[NDArray[np.int64], ...]
    thresholds: tuple[NDArray[np.uint64], ...]

    @property
    def top(self) -> int:
        """The count from which on the noise is symmetric and no longer changes."""
        return len(self.noise) - 1

    def draw(self, counts: NDArray[np.int64], uniform: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Look up the noise of each count for its 63-bit uniform integer (uint64 below 2**63)."""
        rows = np.minimum(counts, self.top)
        drawn = np.zeros(len(rows), np.int64)
        for row in np.unique(rows):
            here = rows == row
            index = np.searchsorted(self.thresholds[row], uniform[here], side="right")
            drawn[here] = self.noise[row][index]
        return drawn


@cache
def read_ptable() -> PerturbationTable:
    """Read the perturbation table that ships with the package.

    Raises DisclosureError when the file is not the one this version was released with.
    """
    content = resources.files("kim_pipeline.disclosure").joinpath("ptable.json").read_bytes()
    return parse_ptable(content, CONTENT)


def parse_ptable(content: bytes, expected: str) -> PerturbationTable:
    """Read a perturbation table whose SHA-256 is `expected` (hexadecimal).

    Raises DisclosureError when the content differs: other thresholds give every published cell a
    second, independent noise.
    """
    if SHA256.new(content).hexdigest() != expected:
        raise DisclosureError(
            "ptable.json was altered; published cells would get a second noise. "
            "Restore the file of this release."
        )
    table = json.loads(content)
    return PerturbationTable(
        version=str(table["version"]),
        deviation=int(table["deviation"]),
        blocked=int(table["blocked"]),
        noise=tuple(np.array(row["noise"], np.int64) for row in table["rows"]),
        thresholds=tuple(np.array(row["thresholds"], np.uint64) for row in table["rows"]),
    )
