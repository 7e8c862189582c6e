"""One partner per source: what the other candidates of two records say about their pair.

A person has one record per source, duplicates aside. So every match is a choice among the
candidates of both records, or for none; and a rival that has a better partner of its own is hardly
a rival.
"""

from dataclasses import dataclass

import numpy as np

from kim_pipeline.linkage.calibration.odds import odds, probability
from kim_pipeline.linkage.calibration.sides import Side
from kim_pipeline.linkage.pairs import Floats, Ints

ROUNDS = 10
LIKELY = 0.5
NOISE = 1e-9


@dataclass(frozen=True)
class Excuses:
    """Rivals that may be duplicates.

    Rows `row` and `rival` share a record; `chance` says how likely their others are one person.
    """

    row: Ints
    rival: Ints
    chance: Floats


@dataclass(frozen=True)
class Contest:
    """Rows of two sources seen from both sides, with the excuses on either side."""

    left: Side
    right: Side
    left_excuses: Excuses
    right_excuses: Excuses


def exclusive(contest: Contest, log_odds: Floats, alone: tuple[Floats, Floats]) -> Floats:
    """Give the probability of each row when each record has at most one partner.

    Belief propagation for matchings: a record i tells j how free it is, f_ij = 1 / (1 - c + the sum
    of odds times freedom of its other candidates that are no duplicates of j), c the share of
    records with a partner; the pair has odds m f_ij f_ji. `alone` is 1 - c of each row's records.

    A rival that may be a duplicate is judged both ways: if it is one, both rows are true or false
    together; if not, it is a rival like any other.
    """
    own = odds(log_odds)
    free_left, free_right = np.ones(len(own)), np.ones(len(own))
    for step in range(ROUNDS):
        new_left = 1 / (alone[0] + _rivals(contest.left, contest.left_excuses, own * free_right))
        new_right = 1 / (alone[1] + _rivals(contest.right, contest.right_excuses, own * free_left))
        # Half steps (of logarithms) keep equal rivals from taking turns.
        free_left = np.sqrt(free_left * new_left) if step else new_left
        free_right = np.sqrt(free_right * new_right) if step else new_right
    excused = probability(log_odds + np.log2(free_left) + np.log2(free_right))
    strict_left = 1 / (alone[0] + contest.left.others(own * free_right))
    strict_right = 1 / (alone[1] + contest.right.others(own * free_left))
    return np.maximum(
        _both_ways(contest.left_excuses, excused, log_odds + np.log2(strict_left * free_right)),
        _both_ways(contest.right_excuses, excused, log_odds + np.log2(free_left * strict_right)),
    )


def _rivals(side: Side, excuses: Excuses, values: Floats) -> Floats:
    """Sum the odds of a record's other candidates, but for likely duplicates of this one."""
    total = side.others(values)
    likely = excuses.chance >= LIKELY
    excused = np.bincount(
        excuses.row[likely], weights=values[excuses.rival[likely]], minlength=len(values)
    )
    left_over = total - excused
    # Below this share a difference of large numbers is nothing but rounding.
    return np.where(left_over > NOISE * total, left_over, 0.0)


def _both_ways(excuses: Excuses, excused: Floats, strict: Floats) -> Floats:
    """Mix what holds if the strongest excused rival is a duplicate with what holds if not."""
    found = excused.copy()
    together = np.maximum(excused[excuses.row], excused[excuses.rival])
    order = np.lexsort((excuses.rival, excuses.chance * together, excuses.row))
    strongest = order[np.diff(excuses.row[order], append=-1) != 0]
    row, chance = excuses.row[strongest], excuses.chance[strongest]
    found[row] = chance * together[strongest] + (1 - chance) * probability(strict[row])
    return found
