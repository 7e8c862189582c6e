"""Frequency attack: what a list of plaintext gives away about keyed values, by rank alone.

The attacker sees a column of keyed values, one per record, holds a list of plaintext values, sorts
both by how often they occur and takes the n-th for the n-th (linkage of frequencies; the attack
that pseudonyms of small domains fall to). He needs no key. Ties are broken at random, so that all
figures are expectations and exact.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Codes = npt.NDArray[np.int64]
COMMONEST = 10


@dataclass(frozen=True)
class Exposure:
    """What the attack finds; shares of the records that carry a value.

    values: distinct keyed values. read: records whose value is read rightly. commonest: the same
    among records with one of the ten commonest values. singled_out: records that are then one
    certain record of the list, since nobody else has the value.
    """

    values: int
    read: float
    commonest: float
    singled_out: float


def attack(plain: pd.Series, known: pd.Series) -> Exposure:
    """Align the keyed values of `plain` (what each record really says) with a list `known`.

    Both are columns of plaintext without their keys; keying changes neither frequencies nor ties.
    Records without a value do not count.
    """
    seen, listed = _counts(plain), _counts(known)
    chance = pd.Series(_meeting(seen, listed), index=seen.index)
    size = seen.to_numpy()
    share = chance.to_numpy()
    return Exposure(
        values=len(seen),
        read=float((share * size).sum() / max(size.sum(), 1)),
        commonest=float((share[:COMMONEST] * size[:COMMONEST]).sum() / max(size[:10].sum(), 1)),
        singled_out=float(share[size == 1].sum() / max(size.sum(), 1)),
    )


def classes(values: pd.Series) -> Exposure:
    """Say how far values that are stored as they stand single out records of a perfect list.

    The attacker computes the same values himself; a record among k with its value is named with
    chance 1/k.
    """
    size = _counts(values).to_numpy()
    total = max(size.sum(), 1)
    return Exposure(len(size), 1.0, 1.0, float(len(size) / total))


def _counts(values: pd.Series) -> pd.Series:
    return values.dropna().value_counts(sort=True, ascending=False)


def _meeting(seen: pd.Series, listed: pd.Series) -> npt.NDArray[np.float64]:
    """Give the chance that a value and its own keyed form land on the same rank.

    With equal frequencies a value takes each rank of its tie equally often; the chance is the
    overlap of the two ranges of ranks over the product of their lengths.
    """
    low, high = _ranks(seen)
    place = listed.index.get_indexer(seen.index)
    there = place >= 0
    own_low, own_high = _ranks(listed)
    begin = np.maximum(low, np.where(there, own_low[place], 0))
    end = np.minimum(high, np.where(there, own_high[place], 0))
    lengths = (high - low) * np.where(there, own_high[place] - own_low[place], 1)
    return np.where(there, np.maximum(end - begin, 0) / lengths, 0.0)


def _ranks(counts: pd.Series) -> tuple[Codes, Codes]:
    """Give the range of ranks [low, high) that each value can take; counts fall."""
    falling = -counts.to_numpy()
    low = np.searchsorted(falling, falling, side="left")
    high = np.searchsorted(falling, falling, side="right")
    return low.astype(np.int64), high.astype(np.int64)
