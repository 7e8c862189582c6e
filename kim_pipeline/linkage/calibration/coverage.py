"""The contest of two sources, and how many records have a partner at all, which it depends on."""

import numpy as np

from kim_pipeline.linkage.calibration.census import Census
from kim_pipeline.linkage.calibration.exclusivity import Contest, exclusive
from kim_pipeline.linkage.calibration.odds import probability
from kim_pipeline.linkage.calibration.sides import Side, side
from kim_pipeline.linkage.calibration.twins import Twins
from kim_pipeline.linkage.pairs import Floats, Ints

RIVAL = 1e-4
ROUNDS = 2
MOST_COVERED = 0.985
GROUP_COUNT = 20.0


def contest(
    records: Census,
    sources: tuple[int, int],
    ends: tuple[Ints, Ints],
    log_odds: Floats,
    twins: Twins,
) -> Floats:
    """Let the rows of two sources compete; rows (left end, right end) with log2 odds, float64 (n,).

    Rows too unlikely to be anyone's rival keep their probability; rows that meet no rival need no
    rounds. Coverage and probabilities depend on each other and are found in turns.
    """
    chance = probability(log_odds)
    rows = np.flatnonzero(chance >= RIVAL)
    if not len(rows):
        return chance
    left, right, own = ends[0][rows], ends[1][rows], log_odds[rows]
    sides = (side(left), side(right))
    groups = (records.group_codes[left], records.group_codes[right])
    met = np.flatnonzero((sides[0].sizes() > 1) | (sides[1].sizes() > 1))
    field = _field(left[met], right[met], twins)
    found = chance[rows]
    for _ in range(ROUNDS):
        alone = tuple(
            1 - _covered(records, source, seen, found)[group]
            for source, seen, group in zip(sources, sides, groups, strict=True)
        )
        found = probability(own - np.log2(alone[0]) - np.log2(alone[1]))
        if field is not None:
            found[met] = exclusive(field, own[met], (alone[0][met], alone[1][met]))
    chance[rows] = found
    return chance


def _field(left: Ints, right: Ints, twins: Twins) -> Contest | None:
    if not len(left):
        return None
    excuses = (twins.excuses(left, right), twins.excuses(right, left))
    return Contest(side(left), side(right), *excuses)


def _covered(records: Census, source: int, seen: Side, chance: Floats) -> Floats:
    """Give per group the share of records with a partner, small groups drawn to the whole."""
    groups = len(records.groups)
    members = np.bincount(records.group_codes[records.source_codes == source], minlength=groups)
    some = 1 - np.exp(seen.total(np.log1p(-np.minimum(chance, 1 - 1e-9))))
    found = np.bincount(records.group_codes[seen.record], weights=some, minlength=groups)
    whole = found.sum() / max(int(members.sum()), 1)
    share = (found + GROUP_COUNT * whole) / (members + GROUP_COUNT)
    return np.asarray(np.minimum(share, MOST_COVERED), dtype=np.float64)
