"""Of which source and nationality group every record is: read once, for it is asked for often."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kim_pipeline.linkage.pairs import Ints
from kim_pipeline.linkage.records import Records


@dataclass(frozen=True)
class Census:
    """The codes of n records by position; see `Records`."""

    sources: tuple[str, ...]
    groups: tuple[str, ...]
    source_codes: Ints
    group_codes: npt.NDArray[np.int16]

    @property
    def size(self) -> int:
        """Count the records."""
        return len(self.source_codes)

    @property
    def counts(self) -> dict[str, int]:
        """Count the records of each source."""
        found = np.bincount(self.source_codes, minlength=len(self.sources)).tolist()
        return dict(zip(self.sources, found, strict=True))


def census(records: Records) -> Census:
    """Read the codes of all records."""
    return Census(records.sources, records.groups, records.source_codes, records.group_codes)
