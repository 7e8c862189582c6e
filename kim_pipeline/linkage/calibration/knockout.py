"""The knock-out test: hide the true partner of sure records and see who finds another.

Whoever does has found a wrong one. It tests what competition assumes: that a record without partner
meets false candidates like one that has a partner.
"""

import numpy as np

from kim_pipeline.linkage.calibration.coverage import contest
from kim_pipeline.linkage.calibration.fields import Field
from kim_pipeline.linkage.calibration.ground import Ground, Standing, drawn
from kim_pipeline.linkage.calibration.odds import bits
from kim_pipeline.linkage.pairs import Flags, Floats, Ints

SHARE = 0.15
SURE = 0.99


def knock_out(ground: Ground, standing: Standing, least: Floats) -> tuple[int, int]:
    """Count records whose partner and its duplicates were hidden, and those that linked anew.

    `least` (n,) is the cut of each pair.
    """
    counts = [_field(ground, standing, field, least) for field in ground.fields if not field.within]
    return sum(hidden for hidden, _ in counts), sum(again for _, again in counts)


def _field(ground: Ground, standing: Standing, field: Field, least: Floats) -> tuple[int, int]:
    left, right = ground.pairs.l[field.rows], ground.pairs.r[field.rows]
    chance = standing.chance[field.rows]
    sure = (chance >= SURE) & drawn(left, right, SHARE) & ~ground.decided[field.rows]
    hidden = _with_twins(ground, standing, right[sure])
    searching = np.zeros(ground.records.size, dtype=np.bool_)
    searching[left[sure]] = True
    rows = field.rows[~hidden[right]]
    ends = (ground.pairs.l[rows], ground.pairs.r[rows])
    # Only records near a hidden one can change; all others keep their rivals.
    found = contest(
        ground.records, field.sources, ends, bits(standing.unrivalled[rows]), standing.twins
    )
    again = (found >= least[rows]) & searching[ends[0]]
    return int(searching.sum()), len(np.unique(ends[0][again]))


def _with_twins(ground: Ground, standing: Standing, partners: Ints) -> Flags:
    hidden = np.zeros(ground.records.size, dtype=np.bool_)
    hidden[partners] = True
    hidden[standing.twins.twin[hidden[standing.twins.record]]] = True
    return hidden
