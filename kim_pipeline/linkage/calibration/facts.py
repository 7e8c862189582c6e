"""What calibration found out about itself: counts and shares that say when not to believe it."""

import numpy as np

from kim_pipeline.linkage.calibration.ground import Ground, Standing
from kim_pipeline.linkage.pairs import Flags, Ints


def coverage(ground: Ground, standing: Standing) -> dict[str, float]:
    """Give, per `a -> b`, the expected partners in b per record of a; above 1 is impossible.

    A record of b counts as one partner however many duplicates it has: its chances are divided by
    the expected number of its records in b.
    """
    records, found = ground.records, {}
    copies = 1 + np.bincount(
        standing.twins.record, weights=standing.twins.chance, minlength=records.size
    )
    for field in ground.fields:
        if field.within:
            continue
        names = tuple(records.sources[code] for code in field.sources)
        chance = standing.chance[field.rows]
        ends = (ground.pairs.l[field.rows], ground.pairs.r[field.rows])
        for one, other, end in ((0, 1, ends[1]), (1, 0, ends[0])):
            size = records.counts[names[one]]
            found[f"{names[one]} -> {names[other]}"] = float((chance / copies[end]).sum() / size)
    return dict(sorted(found.items()))


def duplicates(ground: Ground, standing: Standing) -> dict[str, float]:
    """Give the expected share of each source's records that have another of their person there."""
    records, rows = ground.records, ground.inside
    none = np.log1p(-np.minimum(standing.chance[rows], 1 - 1e-9))
    total = np.zeros(records.size)
    for ends in (ground.pairs.l[rows], ground.pairs.r[rows]):
        total += np.bincount(ends, weights=none, minlength=records.size)
    some = np.bincount(
        records.source_codes, weights=1 - np.exp(total), minlength=len(records.sources)
    )
    sizes = records.counts
    return {
        name: float(some[code] / max(sizes[name], 1)) for code, name in enumerate(records.sources)
    }


def triangle_recall(ground: Ground, taken: Flags) -> dict[str, float]:
    """Give, per `a + b`, the share of pairs linked through a third source that are linked directly.

    An upper bound of recall: records good enough for a third source are good ones. `taken` (n,)
    are the admitted pairs.
    """
    sources = range(len(ground.records.sources))
    found = {}
    for a in sources:
        for b in sources[a + 1 :]:
            ends = [_through(ground, taken, a, c, b) for c in sources if c not in {a, b}]
            one = np.concatenate([pair[0] for pair in ends]) if ends else np.zeros(0, np.int64)
            other = np.concatenate([pair[1] for pair in ends]) if ends else np.zeros(0, np.int64)
            if len(one) >= FEWEST:
                rows = ground.index.find(one, other)
                names = (ground.records.sources[a], ground.records.sources[b])
                linked = (rows >= 0) & taken[np.maximum(rows, 0)]
                found[f"{names[0]} + {names[1]}"] = float(linked.mean())
    return found


FEWEST = 50


def _through(ground: Ground, taken: Flags, a: int, c: int, b: int) -> tuple[Ints, Ints]:
    """List the pairs of a and b that both have a single admitted partner in c, the same one."""
    one, other = _single(ground, taken, a, c), _single(ground, taken, b, c)
    shared = np.flatnonzero((one >= 0) & (other >= 0))
    return one[shared], other[shared]


def _single(ground: Ground, taken: Flags, here: int, there: int) -> Ints:
    """Give every record of `there` its single admitted partner in `here`, or -1."""
    partner = np.full(ground.records.size, -1, dtype=np.int64)
    for field in ground.fields:
        if set(field.sources) == {here, there}:
            rows = field.rows[taken[field.rows]]
            near, far = (ground.pairs.l[rows], ground.pairs.r[rows])
            if field.sources[0] == there:
                near, far = far, near
            count = np.bincount(far, minlength=ground.records.size)
            partner[far] = near
            partner[count > 1] = -1
    return partner
