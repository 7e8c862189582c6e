"""Scored candidate pairs of records, as columns; what scoring hands to calibration and clusters."""

from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt

from kim_pipeline.linkage.comparisons import COMPARISONS

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class KeyFacts:
    """What a match key brought: `pairs` candidates, some of which other keys bring as well.

    Blocks (records with an equal key) that were `split` because they were large, and what was
    still too large and left out: `capped` blocks, the records in them, and the pairs not compared.
    """

    name: str
    pairs: int
    split: int
    capped: int
    capped_records: int
    capped_pairs: int


@dataclass(frozen=True)
class ScoredPairs:
    """Candidate pairs, ordered by the positions of their records in `Records`; n rows.

    l, r: int64 (n,), positions, l < r.
    levels: int8 (n, number of comparisons), in the order of `COMPARISONS`: -1 not comparable,
      0 disagreement, higher is closer.
    frequency: float32 (n, number of comparisons), bits that the frequency of the shared token adds
      to the weight of its level; 0 where a level knows no frequency.
    weight: float64 (n,), match weight in bits under the link model, its prior included.
    must, cannot: bool (n,), what an office or the trust office decided itself.
    below: how many further candidates had less weight than is worth keeping.
    keys: what each match key brought.
    """

    l: Ints  # noqa: E741 - left and right are the field's words
    r: Ints
    levels: npt.NDArray[np.int8]
    frequency: npt.NDArray[np.float32]
    weight: Floats
    must: Flags
    cannot: Flags
    below: int = 0
    keys: tuple[KeyFacts, ...] = ()

    @property
    def size(self) -> int:
        """Count the pairs."""
        return len(self.l)

    def only(self, rows: Flags) -> "ScoredPairs":
        """Keep the pairs of these rows."""
        columns = {
            field.name: getattr(self, field.name)[rows]
            for field in fields(self)
            if field.name not in {"below", "keys"}
        }
        return replace(self, **columns)

    @property
    def capped(self) -> dict[str, int]:
        """Give the blocks left out per match key."""
        return {key.name: key.capped for key in self.keys}

    def level_counts(self) -> dict[str, tuple[int, ...]]:
        """Count the pairs per level of each comparison, from "not comparable" up."""
        found: dict[str, tuple[int, ...]] = {}
        for comparison, levels in zip(COMPARISONS, self.levels.T, strict=True):
            counts = np.bincount(levels.astype(np.int64) + 1, minlength=len(comparison.levels) + 1)
            found[comparison.name] = tuple(counts.tolist())
        return found
