"""The levels of agreement of candidate pairs, and which of them can reach a weight at all.

Single tokens are compared first: that is cheap, and an exact upper bound drops most pairs before
their lists of tokens (one letter off, words, former names) are looked at.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kim_pipeline.linkage.comparisons import COMPARISONS, Comparison, Level, Meeting
from kim_pipeline.linkage.model import LinkModel
from kim_pipeline.linkage.pairs import Flags, Floats, Ints
from kim_pipeline.linkage.token_codes import Codes, TokenCodes, TokenLists

Levels = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Weights:
    """The bits of each level of a comparison by its value, "not comparable" last.

    mean: log2 of the average u, which the rarity of the shared token replaces; 0 without frequency.
    most_open: the most bits that a level found through lists can bring above each level.
    """

    bits: Floats
    mean: Floats
    most_open: Floats


def weights_of(model: LinkModel, codes: TokenCodes) -> list[Weights]:
    """Tabulate the weights of a model, in the order of `COMPARISONS`."""
    found = []
    for learnt, comparison in zip(model.comparisons, COMPARISONS, strict=True):
        rising = list(zip(reversed(learnt.levels), reversed(comparison.levels), strict=True))
        bits = np.array([*(level.weight for level, _ in rising), 0.0])
        mean = np.array([*(np.log2(x.u) if y.frequency else 0.0 for x, y in rising), 0.0])
        most = np.full(len(bits), -np.inf)
        for value, (_, level) in enumerate(rising):
            if open_meetings(level, codes):
                most[:value] = np.maximum(most[:value], bits[value])
        found.append(Weights(bits, mean, most))
    return found


def open_meetings(level: Level, codes: TokenCodes) -> tuple[Meeting, ...]:
    """Give the meetings of a level through lists that these records can have."""
    return tuple(
        meeting
        for meeting in level.meetings
        if meeting.lists and {meeting.one, meeting.other} <= codes.lists.keys()
    )


def token_levels(codes: TokenCodes, left: Codes, right: Codes) -> Levels:
    """Find the best level of each comparison by single tokens alone.

    `left` and `right` hold the codes of both records of a pair, (n, columns).
    """
    levels = np.zeros((len(COMPARISONS), len(left)), dtype=np.int8)
    for found, comparison in zip(levels, COMPARISONS, strict=True):
        for value, level in enumerate(reversed(comparison.levels)):
            for meeting in level.meetings:
                if not meeting.lists:
                    one, other = codes.place(meeting.one), codes.place(meeting.other)
                    found[_equal(left, right, one, other)] = value
        found[_not_comparable(comparison, codes, left, right)] = -1
    return levels


def list_level(
    comparison: Comparison, codes: TokenCodes, pairs: tuple[Ints, Ints], levels: Levels
) -> Levels:
    """Raise the levels (n,) of one comparison to the best that lists of tokens show."""
    levels = levels.copy()
    for position, level in enumerate(comparison.levels):
        value = comparison.value_of(position)
        for meeting in open_meetings(level, codes):
            rows = np.flatnonzero((levels >= 0) & (levels < value))
            met = _lists_meet(meeting, codes, pairs[0][rows], pairs[1][rows])
            levels[rows[met]] = value
    return levels


def rarity_bits(
    comparison: Comparison, codes: TokenCodes, weights: Weights, levels: Levels, left: Codes
) -> Floats:
    """Give the bits that the rarity of the shared token adds to each level (n,)."""
    bits = np.zeros(len(levels))
    for position, level in enumerate(comparison.levels):
        if level.frequency:
            rows = np.flatnonzero(levels == comparison.value_of(position))
            tokens = left[rows, codes.place(level.frequency)]
            bits[rows] = weights.mean[levels[rows]] - codes.rarity[level.frequency][tokens]
    return bits


def _equal(left: Codes, right: Codes, one: int, other: int) -> Flags:
    equal = (left[:, one] == right[:, other]) & (left[:, one] >= 0)
    if one != other:
        equal |= (left[:, other] == right[:, one]) & (right[:, one] >= 0)
    return np.asarray(equal, dtype=np.bool_)


def _not_comparable(comparison: Comparison, codes: TokenCodes, left: Codes, right: Codes) -> Flags:
    places = [codes.place(column) for column in comparison.needs]
    missing = [(left[:, place] < 0) | (right[:, place] < 0) for place in places]
    return np.asarray(np.logical_and.reduce(missing), dtype=np.bool_)


def _lists_meet(meeting: Meeting, codes: TokenCodes, left: Ints, right: Ints) -> Flags:
    one, other = codes.lists[meeting.one], codes.lists[meeting.other]
    met = _share_a_token(one, left, other, right)
    if meeting.one != meeting.other:
        rest = np.flatnonzero(~met)
        met[rest] = _share_a_token(other, left[rest], one, right[rest])
    return met


def _share_a_token(one: TokenLists, left: Ints, other: TokenLists, right: Ints) -> Flags:
    met = np.zeros(len(left), dtype=np.bool_)
    rows = np.flatnonzero((one.counts[left] > 0) & (other.counts[right] > 0))
    if len(rows):
        theirs = _columns(other, right[rows])
        shared = np.zeros(len(rows), dtype=np.bool_)
        for mine in _columns(one, left[rows]):
            for token in theirs:
                shared |= mine == token
        met[rows] = shared
    return met


def _columns(lists: TokenLists, records: Ints) -> Ints:
    """Lay the tokens of records out as (longest list, n); short lists repeat their last token."""
    starts, counts = lists.starts[records], lists.counts[records]
    steps = np.arange(counts.max())[:, None]
    return np.asarray(lists.values[starts + np.minimum(steps, counts - 1)], dtype=np.int64)
