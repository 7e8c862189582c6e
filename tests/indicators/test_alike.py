"""Lasting residence with and without a KIM case, the two groups made up alike: by hand."""

from datetime import date

from indicators.exact_figures import figures
from indicators.test_status import opportunities
from world import World


def test_v4_alike_weighs_the_ages_of_both_groups_alike(world: World) -> None:
    opportunities(world)
    world.case(51, 61, 1, intake_on=date(2023, 6, 1))
    world.case(53, 63, 3, intake_on=date(2023, 6, 1))
    # Two persons under 27, three from 27 on. With a case 0 of 1 (3) and 1 of 1 (1) have a lasting
    # title: (2 x 0 + 3 x 1) / 5. Without, 1 of 1 (6) and 1 of 2 (2, 7): (2 x 1 + 3 x 1/2) / 5.
    assert figures(world, "V4_with_alike") == {"total": 60}
    assert figures(world, "V4_without_alike") == {"total": 70}


def test_v4_alike_leaves_out_ages_that_cannot_be_compared(world: World) -> None:
    opportunities(world)
    world.case(51, 61, 1, intake_on=date(2023, 6, 1))
    # Nobody under 27 has a case; from 27 on 1 has one, 2 and 7 have none.
    assert figures(world, "V4_with_alike") == {"total": 100}
    assert figures(world, "V4_without_alike") == {"total": 50}
