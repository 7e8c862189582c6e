"""Standardised shares: what is shown of them, and when nothing is."""

import pytest

from kim_pipeline.disclosure.noise import Noise
from kim_pipeline.disclosure.ptable import read_ptable
from kim_pipeline.disclosure.standardised_share import protected_share
from kim_pipeline.indicators.cells import Strata, Stratum, Tally

NOISE = Noise(b"c" * 32, read_ptable())


def strata(*counts: tuple[int, int, int]) -> Strata:
    """Make strata of counts; each count has a key of its own."""
    return Strata(
        tuple(
            Stratum(*(Tally(count, 1000 * at + part) for part, count in enumerate(three)))
            for at, three in enumerate(counts)
        )
    )


def test_large_strata_give_the_share_to_whole_percent() -> None:
    # (1000 x 0.3 + 2000 x 0.6) / 3000 = 50 %; strata of 500 move it by half a point.
    shown = protected_share(strata((150, 500, 500), (600, 1000, 1000)), NOISE)
    assert shown is not None
    assert abs(shown - 50) <= 1
    assert shown == int(shown)


def test_few_persons_give_steps_of_five_points() -> None:
    shown = protected_share(strata((10, 30, 30), (20, 30, 30)), NOISE)
    assert shown is not None
    assert shown % 5 == 0


@pytest.mark.parametrize(
    "counts",
    [
        [(5, 25, 400)],  # noise of fewer than 30 persons
        [(5, 9, 400), (100, 200, 30)],  # the larger stratum has too few with a case
        [(0, 0, 0)],
        [],
    ],
)
def test_what_is_not_comparable_is_withheld(counts: list[tuple[int, int, int]]) -> None:
    assert protected_share(strata(*counts), NOISE) is None


def test_strata_that_hold_few_of_all_are_left_out() -> None:
    # The 9 persons of the second stratum, all of whom were counted, do not raise the share.
    shown = protected_share(strata((200, 400, 400), (9, 9, 9)), NOISE)
    assert shown is not None
    assert abs(shown - 50) <= 1


def test_the_same_persons_have_the_same_noise_as_in_the_tables_of_their_group() -> None:
    one = strata((60, 200, 300))
    alone = NOISE.protect([one.strata[0].numerator, one.strata[0].denominator])
    assert protected_share(one, NOISE) == int(100 * alone[0] / alone[1] + 0.5)
