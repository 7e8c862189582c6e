"""One partner per source: what the other candidates of two records say about their pair.

A person has one record per source, duplicates aside. So every match is a choice among the
candidates of both records, or for none; and a rival that has a better partner of its own is hardly
a rival.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

ROUNDS = 12
COVERAGE_ROUNDS = 3
MOST_COVERED = 0.985


@dataclass(frozen=True)
class Candidates:
    """The candidate pairs of two sources: both records, the odds of the pair taken by itself.

    `duplicates` lists likely duplicates inside the sources in both directions (`record`, `twin`,
    `p_twin`); `sizes` are the numbers of records of the sources.
    """

    left: Ints
    right: Ints
    odds: Floats
    duplicates: pd.DataFrame
    sizes: tuple[int, int]


@dataclass(frozen=True)
class _Side:
    """The candidates seen from one side; `excused` pairs a row with that of a duplicate."""

    record: Ints
    row: Ints
    other_row: Ints
    p_twin: Floats


def exclusive_probability(candidates: Candidates) -> Floats:
    """Give the probability of each pair when each record has at most one partner.

    Belief propagation for matchings: a record i tells j how free it is, f_ij = 1 / (1 - c + the sum
    of odds times freedom of its other candidates that are no duplicates of j), c the share of
    records with a partner; the pair has odds m f_ij f_ji. The first round is the exclusivity of
    Fellegi-Sunter odds used in calibration without labels, further ones let rivals be taken.
    """
    left = _side(candidates.left, candidates.right, candidates.duplicates)
    right = _side(candidates.right, candidates.left, candidates.duplicates)
    chance = candidates.odds / (1 + candidates.odds)
    for _ in range(COVERAGE_ROUNDS):
        alone = [1 - min(chance.sum() / max(size, 1), MOST_COVERED) for size in candidates.sizes]
        odds = candidates.odds * _freedom(candidates.odds, left, right, alone)
        chance = odds / (1 + odds)
    return np.asarray(chance, dtype=np.float64)


def _freedom(odds: Floats, left: _Side, right: _Side, alone: list[float]) -> Floats:
    """Give the product of how free both records of each pair are."""
    free_left, free_right = np.ones(len(odds)), np.ones(len(odds))
    for step in range(ROUNDS):
        new_left = 1 / (alone[0] + _rivals(odds * free_right, left))
        new_right = 1 / (alone[1] + _rivals(odds * free_left, right))
        # Half steps (of logarithms) keep equal rivals from taking turns.
        share = 0.5 if step else 1.0
        free_left = free_left ** (1 - share) * new_left**share
        free_right = free_right ** (1 - share) * new_right**share
    return np.asarray(free_left * free_right, dtype=np.float64)


def _rivals(odds: Floats, side: _Side) -> Floats:
    """Sum the odds of a record's other candidates, but for duplicates of this one.

    The largest is left out of its own sum, not subtracted: odds span hundreds of bits, and the rest
    would be lost in rounding.
    """
    order = np.lexsort((odds, side.record))
    last = np.flatnonzero(np.diff(side.record[order], append=-1))
    largest = order[last]
    size = int(side.record.max()) + 1
    total = np.bincount(side.record, weights=odds, minlength=size)[side.record] - odds
    smaller = odds.copy()
    smaller[largest] = 0.0
    rest = np.bincount(side.record, weights=smaller, minlength=size)[side.record]
    total[largest] = rest[largest]
    weights = odds[side.other_row] * side.p_twin
    excused = np.bincount(side.row, weights=weights, minlength=len(odds))
    return np.asarray(np.maximum(total - excused, 0.0), dtype=np.float64)


def _side(record: Ints, partner: Ints, duplicates: pd.DataFrame) -> _Side:
    pairs = pd.DataFrame({"record": record, "partner": partner, "row": np.arange(len(record))})
    excused = pairs.merge(duplicates.rename(columns={"record": "partner"}), on="partner").merge(
        pairs.rename(columns={"partner": "twin", "row": "other_row"}), on=["record", "twin"]
    )
    return _Side(
        record,
        excused["row"].to_numpy(dtype=np.int64),
        excused["other_row"].to_numpy(dtype=np.int64),
        excused["p_twin"].to_numpy(dtype=np.float64),
    )
