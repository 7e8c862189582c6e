"""Published attacks on our own figures, with the limits they must stay below (T21)."""

import pytest

from benchmarks.disclosure import insider, margin_attacks, revision_attacks, speed, time_attacks
from benchmarks.disclosure.methods import MONTHLY, OURS, ROUNDING, SUPPRESSION
from benchmarks.disclosure.population import Month, months

SMALL_TOWN = 9
STATES = revision_attacks.STATES


@pytest.fixture(scope="module")
def lived() -> list[Month]:
    return months(13, 40_000, seed=3)


@pytest.fixture(scope="module")
def small_town(lived: list[Month]) -> Month:
    return margin_attacks.town_of(lived[0], SMALL_TOWN)


def test_all_margins_of_a_town_bound_no_small_count_to_less_than_three(small_town: Month) -> None:
    system = margin_attacks.system(small_town, OURS, 3)
    found = revision_attacks.bound([system], enough=revision_attacks.NARROW)
    assert (found.counts > 300, found.exact, found.narrow) == (True, 0, 0)
    found = margin_attacks.bound(system, most=6)
    assert (found.counts, found.exact) == (6, 0)
    assert found.narrowest >= 3


def test_all_margins_undo_suppression_and_nearly_undo_rounding(small_town: Month) -> None:
    found = margin_attacks.bound(margin_attacks.system(small_town, SUPPRESSION, 3), most=20)
    assert found.exact == found.counts == 20
    found = margin_attacks.bound(margin_attacks.system(small_town, ROUNDING, 3), most=3)
    assert found.narrowest < 3


def test_the_published_change_of_one_person_is_right_in_less_than_a_fifth(
    lived: list[Month],
) -> None:
    tables = time_attacks.tables(lived)
    ours = time_attacks.difference(tables, OURS)
    assert ours.cells > 1000
    assert ours.correct < 0.2
    assert ours.trusted < 0.75
    assert time_attacks.difference(tables, SUPPRESSION).correct > 0.9
    assert time_attacks.difference(tables, ROUNDING).trusted == 1


def test_the_mean_of_thirteen_months_tells_no_more_than_one(lived: list[Month]) -> None:
    tables = time_attacks.tables(lived, time_attacks.FOUR_WAY)
    ours = time_attacks.average(tables, OURS)
    assert ours.cells > 500
    assert ours.exact <= 0.1
    # Noise that knows the month is the wrong design: the mean finds most counts.
    assert time_attacks.average(tables, MONTHLY).exact > 0.6
    # What is not suppressed is exact.
    assert time_attacks.average(tables, SUPPRESSION).exact > 0.4
    assert time_attacks.average(tables, ROUNDING).exact < 0.1


def test_superseded_values_bound_no_small_count_and_no_change_to_less_than_three(
    lived: list[Month],
) -> None:
    states = [margin_attacks.town_of(month, SMALL_TOWN) for month in lived[:STATES]]
    ours = revision_attacks.systems(states, OURS)
    known = revision_attacks.bound(ours, enough=revision_attacks.NARROW)
    changed = revision_attacks.changes(ours, enough=revision_attacks.NARROW)
    assert (known.counts > 300, known.exact, known.narrow) == (True, 0, 0)
    assert (changed.counts > 200, changed.exact, changed.narrow) == (True, 0, 0)
    fitted = revision_attacks.fit(ours)
    assert fitted.exact_share <= max(0.35, fitted.guessed_share)
    hidden = revision_attacks.systems(states, SUPPRESSION)
    assert revision_attacks.bound(hidden, most=20).exact == 20


def test_the_revision_of_one_person_is_right_in_less_than_a_fifth(lived: list[Month]) -> None:
    way = lived[:STATES], OURS, time_attacks.THREE_WAY
    ours = revision_attacks.difference(*way)
    assert ours.cells > 300
    assert ours.correct < 0.2
    assert ours.trusted < 0.75
    exact = revision_attacks.difference(lived[:STATES], SUPPRESSION, time_attacks.THREE_WAY)
    rounded = revision_attacks.difference(lived[:STATES], ROUNDING, time_attacks.THREE_WAY)
    assert exact.correct > 0.85
    assert rounded.trusted == 1


@pytest.mark.parametrize("depth", [2, 3])
def test_least_squares_on_a_town_stays_below_its_caps(small_town: Month, depth: int) -> None:
    found = margin_attacks.fit(margin_attacks.system(small_town, OURS, depth))
    assert found.counts > 100
    # The inner cells are not published: most of what is found, a constant guess finds as well.
    assert found.exact_share <= max(0.35, found.guessed_share)
    assert found.mean_error >= 0.9


def test_least_squares_finds_all_that_suppression_hides(small_town: Month) -> None:
    found = margin_attacks.fit(margin_attacks.system(small_town, SUPPRESSION, 3))
    assert found.exact_share > 0.95
    rounded = margin_attacks.fit(margin_attacks.system(small_town, ROUNDING, 3))
    ours = margin_attacks.fit(margin_attacks.system(small_town, OURS, 3))
    assert rounded.mean_error < ours.mean_error


def test_an_insider_who_knows_all_others_stays_in_doubt() -> None:
    one, four = (insider.accuracy(OURS, cells) for cells in (1, 4))
    assert one < 0.65
    assert four < 0.75
    assert insider.accuracy(SUPPRESSION, 1) == 1
    assert four < insider.accuracy(ROUNDING, 4)


def test_five_million_cells_are_protected_in_less_than_ten_seconds() -> None:
    # A tenth of them; the noise of a cell does not depend on the others.
    assert speed.protect(500_000).seconds < 1
