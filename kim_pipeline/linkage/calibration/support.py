"""What the figures rest on, per pair of sources and nationality group."""

from dataclasses import dataclass

import numpy as np

from kim_pipeline.linkage.calibration.census import Census
from kim_pipeline.linkage.calibration.fields import Field
from kim_pipeline.linkage.calibration.ground import Ground, Standing
from kim_pipeline.linkage.calibration.unseen import SHAPE, cells, unseen
from kim_pipeline.linkage.pairs import Floats, Ints

SURE = 0.9
LEAST_ANCHORED = 0.3
FEWEST = 100.0
SHRUNK = 100.0
Sources = tuple[int, int]


@dataclass(frozen=True)
class Support:
    """Per pair of sources, an array by nationality group (g,).

    unseen: true pairs expected that were never compared. anchored: the larger share, of the two
    sides, of records with a sure partner; inside a source, of its records in any other source.
    """

    unseen: dict[Sources, Floats]
    anchored: dict[Sources, Floats]


def support(ground: Ground, standing: Standing) -> Support:
    """Work out the support under the final chances."""
    shares = {
        field.sources: _sides(ground, standing, field)
        for field in ground.fields
        if not field.within
    }
    anchored = {sources: np.maximum(left, right) for sources, (left, right) in shares.items()}
    for field in ground.fields:
        if field.within:
            own = [
                side
                for sources, sides in shares.items()
                for code, side in zip(sources, sides, strict=True)
                if code == field.sources[0]
            ]
            nothing = np.zeros(len(ground.records.groups))
            anchored[field.sources] = np.max([nothing, *own], axis=0)
    return Support(_unseen(ground, standing), anchored)


def _sides(ground: Ground, standing: Standing, field: Field) -> tuple[Floats, Floats]:
    """Give, for either side, the share of each group's records with a sure partner."""
    rows = field.rows[standing.chance[field.rows] >= SURE]
    left, right = (
        _share_of(ground.records, code, ends[rows])
        for code, ends in zip(field.sources, (ground.pairs.l, ground.pairs.r), strict=True)
    )
    return left, right


def _share_of(records: Census, source: int, found: Ints) -> Floats:
    groups = len(records.groups)
    some = np.bincount(records.group_codes[np.unique(found)], minlength=groups)
    of_source = records.group_codes[records.source_codes == source]
    return np.asarray(some / np.maximum(np.bincount(of_source, minlength=groups), 1))


def _unseen(ground: Ground, standing: Standing) -> dict[Sources, Floats]:
    """Spread what is missed in each pair of sources over the groups by how much each misses."""
    groups, cell = len(ground.records.groups), cells(ground.pairs)
    size = int(np.prod(SHAPE))
    across = np.flatnonzero(ground.across)
    key = ground.groups[across].astype(np.int64) * size + cell[across]
    table = np.bincount(key, weights=standing.chance[across], minlength=groups * size)
    by_group = table.reshape(groups, size)
    pooled = np.asarray(by_group.sum(axis=0), dtype=np.float64)
    share = _share(pooled)
    shape = pooled / max(pooled.sum(), 1.0)
    parts = [_share(np.asarray(part + SHRUNK * shape)) for part in by_group]
    relative = np.array(parts) / max(share, 1e-9)
    found = {}
    for field in ground.fields:
        chance, of = standing.chance[field.rows], ground.groups[field.rows]
        true = np.bincount(of, weights=chance, minlength=groups)
        own = np.bincount(cell[field.rows], weights=chance, minlength=size)
        # Few pairs inside sources: what is missed there is taken from all pairs across.
        rate = share if field.within else _share(np.asarray(own, dtype=np.float64))
        found[field.sources] = true * rate * relative
    return found


def _share(seen: Floats) -> float:
    return unseen(seen) / max(float(seen.sum()), 1.0)
