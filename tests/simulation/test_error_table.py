"""The table of error rates is read with care, by group, and scaled by a factor."""

import pytest

from kim_pipeline.simulation.rates import SOURCES, error_rates, read_rates
from kim_pipeline.simulation.tables import table

ROWS = table("error_rates.csv")


def test_a_group_has_its_own_rate_and_others_the_general_one() -> None:
    rates = error_rates()
    assert rates.of("job_centre", "423")["names_swapped"] == pytest.approx(0.045)
    assert rates.of("job_centre", "152", "polish")["names_swapped"] == pytest.approx(0.015)


def test_a_factor_multiplies_clerical_errors_and_nothing_else() -> None:
    for source in SOURCES:
        once, twice = error_rates().of(source), error_rates(2.0).of(source)
        assert twice["typing"] == pytest.approx(2 * once["typing"])
        assert twice["corrected"] == once["corrected"]
        assert twice["azr_missing"] == once["azr_missing"]


def test_without_errors_nothing_clerical_is_left() -> None:
    for source in SOURCES:
        none = error_rates(0.0).of(source, "transliterated", "women_20_40")
        assert {e for e, rate in none.items() if rate} <= {
            row["error"] for row in ROWS if row["scaled"] == "no"
        }


@pytest.mark.parametrize(
    "change",
    [
        {"error": "unheard_of"},
        {"group": "nobody"},
        {"job_centre": "1.5"},
        {"job_centre": "many"},
        {"case_management": ""},
    ],
)
def test_a_line_that_cannot_be_is_refused_by_its_number(change: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="line 4"):
        read_rates([*ROWS[:2], {**ROWS[2], **change}, *ROWS[3:]])


def test_a_line_given_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="given twice"):
        read_rates([*ROWS, ROWS[0]])


def test_an_error_without_a_line_is_named() -> None:
    with pytest.raises(ValueError, match="typing_again"):
        read_rates([row for row in ROWS if row["error"] != "typing_again"])
