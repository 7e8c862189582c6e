"""Estimated quality of the links of a run: overall, per pair of sources, per nationality group."""

from collections.abc import Iterator

import numpy as np

from kim_pipeline.linkage.calibration.bands import Cell
from kim_pipeline.linkage.calibration.calibrate import Calibrated
from kim_pipeline.linkage.calibration.census import Census, census
from kim_pipeline.linkage.calibration.fields import pair_groups
from kim_pipeline.linkage.calibration.members import Members, members
from kim_pipeline.linkage.calibration.quality import QualityEstimate
from kim_pipeline.linkage.calibration.support import FEWEST, LEAST_ANCHORED, Support
from kim_pipeline.linkage.pairs import Flags, Floats, Ints, ScoredPairs
from kim_pipeline.linkage.records import Records

# The part of the pairs that must lie in cells that can be known, for the whole to be known.
LEAST_KNOWN = 0.5


def estimate_quality(
    records: Records, pairs: ScoredPairs, calibrated: Calibrated, labels: Ints
) -> tuple[QualityEstimate, ...]:
    """Estimate precision and recall of the persons `labels` (one per record) makes.

    A pair of records in one person is as likely as its own chance and what third records imply.
    What is missed are likely pairs in two persons, and those never compared. A cell is identified
    when it has enough pairs and its records have sure partners to learn from.
    """
    counted = census(records)
    found = members(counted, pairs, calibrated.probability, labels)
    table = _tables(counted, pairs, calibrated, found, labels)
    return tuple(_estimates(counted, table, calibrated.support))


def _tables(
    records: Census, pairs: ScoredPairs, calibrated: Calibrated, found: Members, labels: Ints
) -> Floats:
    """Sum up per kind and group, float64 (7, kinds, groups), in the order of `Cell`."""
    count, groups = len(records.sources), len(records.groups)
    codes, size = records.source_codes, len(records.sources) ** 2 * len(records.groups)

    def tally(left: Ints, right: Ints, values: Floats) -> Floats:
        kind = codes[left] * count + codes[right]
        cell = kind * groups + pair_groups(records, left, right)
        summed = np.bincount(cell, weights=values, minlength=size)
        return np.asarray(summed.reshape(count * count, groups), dtype=np.float64)

    apart = np.flatnonzero(labels[pairs.l] != labels[pairs.r])
    away = calibrated.probability[apart]
    chance = found.chance
    unseen = np.zeros((count * count, groups))
    for (one, other), values in calibrated.support.unseen.items():
        unseen[one * count + other] = values
    return np.stack(
        [
            tally(found.left, found.right, np.ones(len(chance))),
            tally(found.left, found.right, chance),
            tally(found.left, found.right, chance * (1 - chance)),
            tally(pairs.l[apart], pairs.r[apart], away),
            tally(pairs.l[apart], pairs.r[apart], away * (1 - away)),
            unseen,
            tally(found.left, found.right, np.where(found.compared, 0.0, chance)),
        ]
    )


def _estimates(records: Census, table: Floats, support: Support) -> Iterator[QualityEstimate]:
    known = _known(records, table, support)
    share = table[0] / max(float(table[0].sum()), 1.0)
    enough = float(share[known].sum()) >= LEAST_KNOWN
    yield _estimate(("", "", ""), table.sum(axis=(1, 2)), identified=enough)
    for at, group in enumerate(records.groups):
        whole = table[:, :, at].sum(axis=1)
        part = table[0, :, at]
        ok = whole[0] >= FEWEST and part[known[:, at]].sum() >= LEAST_KNOWN * part.sum()
        yield _estimate(("", "", group), whole, identified=bool(ok))
    for kind, (one, other) in _kinds(records):
        whole, part = table[:, kind].sum(axis=1), table[0, kind]
        ok = whole[0] >= FEWEST and part[known[kind]].sum() >= LEAST_KNOWN * part.sum()
        yield _estimate((one, other, ""), whole, identified=bool(ok))
        for at, group in enumerate(records.groups):
            names = (one, other, group)
            yield _estimate(names, table[:, kind, at], identified=bool(known[kind, at]))


def _kinds(records: Census) -> Iterator[tuple[int, tuple[str, str]]]:
    names = records.sources
    for a, one in enumerate(names):
        for b, other in enumerate(names[a:], start=a):
            yield a * len(names) + b, (one, other)


def _known(records: Census, table: Floats, support: Support) -> Flags:
    """Tell of each cell whether its quality can be known, bool (kinds, groups)."""
    known = np.asarray(table[0] >= FEWEST, dtype=np.bool_)
    for kind, _ in _kinds(records):
        anchored = support.anchored.get(divmod(kind, len(records.sources)))
        known[kind] &= anchored is not None and anchored >= LEAST_ANCHORED
    return known


def _estimate(names: tuple[str, str, str], sums: Floats, *, identified: bool) -> QualityEstimate:
    cell = Cell(*(float(value) for value in sums))
    precision, recall = cell.precision(), cell.recall()
    source, other, group = names
    return QualityEstimate(
        source=source,
        other_source=other,
        nationality_group=group,
        pairs=round(cell.pairs),
        precision=precision[0],
        precision_low=precision[1],
        precision_high=precision[2],
        recall=recall[0],
        recall_low=recall[1],
        recall_high=recall[2],
        identified=identified,
    )
