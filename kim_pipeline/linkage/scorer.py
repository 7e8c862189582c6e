"""From pairs of record positions to levels and weights, dropping early what cannot be of use."""

from dataclasses import dataclass, fields, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from kim_pipeline.linkage.comparisons import COMPARISONS
from kim_pipeline.linkage.levels import (
    Levels,
    Weights,
    list_level,
    rarity_bits,
    token_levels,
    weights_of,
)
from kim_pipeline.linkage.model import LinkModel
from kim_pipeline.linkage.pairs import Flags, Floats, Ints
from kim_pipeline.linkage.token_codes import Codes, TokenCodes

BATCH = 1 << 14
# The bound and the weight are sums of the same bits, added in another order.
ROUNDING = 1e-6
LOW = (1 << 32) - 1


@dataclass(frozen=True)
class Scored:
    """Kept pairs as `l << 32 | r`; levels and bits of rarity (comparisons, n); weights in bits."""

    pairs: Ints
    levels: Levels
    rarity: npt.NDArray[np.float32]
    weight: Floats


@dataclass(frozen=True)
class _Batch:
    """Pairs under way; `reach` are the most bits they can get yet.

    The comparisons run along the first axis of `levels`, `bits`, `rarity` and `reach`.
    """

    pairs: Ints
    always: Flags
    levels: Levels
    bits: Floats
    rarity: Floats
    reach: Floats

    def only(self, rows: Flags) -> "_Batch":
        """Keep some of the pairs."""
        if rows.all():
            return self
        places = np.flatnonzero(rows)
        return replace(
            self, **{f.name: getattr(self, f.name).take(places, axis=-1) for f in fields(self)}
        )


@dataclass(frozen=True)
class Scorer:
    """What the weight of a pair is made of, and the `least` worth keeping, in bits."""

    codes: TokenCodes
    weights: list[Weights]
    prior: float
    least: float

    @classmethod
    def of(cls, model: LinkModel, codes: TokenCodes, least: float) -> "Scorer":
        """Take the weights of a model."""
        prior = float(np.log2(model.prior / (1 - model.prior)))
        return cls(codes, weights_of(model, codes), prior, least)

    def score(self, pairs: Ints, always: Ints) -> Scored:
        """Compare pairs (`l << 32 | r`), keep those of enough weight and those in `always`."""
        cuts = [*range(0, len(pairs), BATCH), len(pairs)]
        batches = [pairs[a:b] for a, b in pairwise(cuts)] or [pairs]
        return joined([self._compared(batch, np.isin(batch, always)) for batch in batches])

    def _compared(self, pairs: Ints, always: Flags) -> Scored:
        left, right = self.codes.codes[pairs >> 32], self.codes.codes[pairs & LOW]
        levels = token_levels(self.codes, left, right)
        batch = _Batch(pairs, always, levels, *self._bits(levels, left))
        batch = batch.only(batch.always | self._can_reach(batch))
        for at, weights in enumerate(self.weights):
            if np.isfinite(weights.most_open).any():
                batch = self._with_lists(batch, at)
                batch = batch.only(batch.always | self._can_reach(batch))
        return self._kept(batch)

    def _bits(self, levels: Levels, left: Codes) -> tuple[Floats, Floats, Floats]:
        rarity, bits, reach = (np.empty(levels.shape) for _ in range(3))
        for at, (weights, found) in enumerate(zip(self.weights, levels, strict=True)):
            rarity[at] = rarity_bits(COMPARISONS[at], self.codes, weights, found, left)
            bits[at] = weights.bits[found] + rarity[at]
            reach[at] = np.maximum(bits[at], weights.most_open[found])
        return bits, rarity, reach

    def _with_lists(self, batch: _Batch, at: int) -> _Batch:
        """Settle one comparison by its lists of tokens."""
        ends = (batch.pairs >> 32, batch.pairs & LOW)
        found = list_level(COMPARISONS[at], self.codes, ends, batch.levels[at])
        levels, raised = batch.levels.copy(), found != batch.levels[at]
        bits, rarity, reach = (x.copy() for x in (batch.bits, batch.rarity, batch.reach))
        levels[at] = found
        rarity[at, raised] = 0.0
        bits[at, raised] = self.weights[at].bits[found[raised]]
        reach[at] = bits[at]
        return replace(batch, levels=levels, bits=bits, rarity=rarity, reach=reach)

    def _can_reach(self, batch: _Batch) -> Flags:
        return np.asarray(self._sum(batch.reach) >= self.least - ROUNDING, dtype=np.bool_)

    def _kept(self, batch: _Batch) -> Scored:
        weight = self._sum(batch.bits)
        rows = batch.always | (weight >= self.least)
        rarity = batch.rarity[:, rows].astype(np.float32)
        return Scored(batch.pairs[rows], batch.levels[:, rows], rarity, weight[rows])

    def _sum(self, bits: Floats) -> Floats:
        """Add up in one order, whatever the shape: numpy's own sum does not."""
        total = np.full(bits.shape[1], self.prior)
        for part in bits:
            total += part
        return total


def joined(parts: list[Scored]) -> Scored:
    """Put scored pairs one after the other."""
    return Scored(
        *(
            np.concatenate([getattr(part, field.name) for part in parts], axis=-1)
            for field in fields(Scored)
        )
    )
