"""The errors of clerks occur as often as the table says, stay, and can be switched off."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from kim_pipeline.simulation.birth_errors import wrong_birth, wrong_birth_place
from kim_pipeline.simulation.chance import stream
from kim_pipeline.simulation.code_errors import wrong_codes
from kim_pipeline.simulation.identity import Identity, PartialDate
from kim_pipeline.simulation.name_errors import Bearer, wrong_names
from kim_pipeline.simulation.name_parts import PLACEHOLDERS
from kim_pipeline.simulation.rates import ERRORS, SOURCES, Rates, error_rates

BORN = PartialDate(1985, 3, 4)
POLE = Identity("Wiśniewski", "Wiśniewski", "Jakub Jan", BORN, "Kraków", "m", "152", "200304123456")
SYRIAN = replace(POLE, family="Al-Khatib", birth_name="Al-Khatib", given="Mohammad Khaled")
UKRAINIAN = replace(POLE, family="Shevchenko", birth_name="Shevchenko", given="Serhii")
NONE: Rates = dict.fromkeys(ERRORS, 0.0)
DRAWS = 3000
ARABIC, POLISH = Bearer("arabic"), Bearer("polish")


def _named(
    who: Identity, bearer: Bearer, rates: Rates, source: str = "job_centre"
) -> list[Identity]:
    return [wrong_names(stream(1, source, i), who, bearer, rates, source) for i in range(DRAWS)]


def _share(found: list[bool]) -> float:
    return sum(found) / len(found)


def _only(error: str, rate: float = 1.0) -> Rates:
    return {**NONE, error: rate}


@pytest.mark.parametrize("source", SOURCES)
def test_lost_diacritics_follow_the_table(source: str) -> None:
    rates = error_rates().of(source, "polish")
    found = _named(POLE, POLISH, _only("diacritics_lost", rates["diacritics_lost"]), source)
    assert abs(_share([w.family == "Wisniewski" for w in found]) - rates["diacritics_lost"]) < 0.03


@pytest.mark.parametrize("source", SOURCES)
def test_other_spellings_follow_the_table_per_word_and_come_together(source: str) -> None:
    rate = error_rates().of(source, "transliterated")["spelling_variant"]
    found = _named(SYRIAN, ARABIC, _only("spelling_variant", rate), source)
    words = [w.given.split(" ")[0] != "Mohammad" for w in found]
    families = [w.family != "Al-Khatib" for w in found]
    assert abs(_share(words) - rate) < 0.03
    both = _share([one and other for one, other in zip(words, families, strict=True)])
    assert both > 1.3 * _share(words) * _share(families)


def test_other_spellings_are_twice_as_frequent_for_registrations_of_2015_and_2016() -> None:
    rates = _only("spelling_variant", 0.1)
    once, twice = (
        _share([w.given != SYRIAN.given for w in _named(SYRIAN, bearer, rates)])
        for bearer in (ARABIC, replace(ARABIC, doubled=True))
    )
    assert 1.7 < twice / once < 2.3


CHANGED: dict[str, tuple[Identity, Bearer, Callable[[Identity], bool]]] = {
    "spelling_variant": (SYRIAN, ARABIC, lambda w: w.given != SYRIAN.given),
    "misheard": (SYRIAN, ARABIC, lambda w: w.family != SYRIAN.family),
    "scheme_changed": (UKRAINIAN, Bearer("ukrainian"), lambda w: w.given != UKRAINIAN.given),
    "name_translated": (
        UKRAINIAN,
        Bearer("ukrainian"),
        lambda w: w.given in {"Sergej", "Sergey", "Serhij"},
    ),
    "diacritics_lost": (POLE, POLISH, lambda w: w.family == "Wisniewski"),
    "letters_unreadable": (POLE, POLISH, lambda w: w.family == "Wi?niewski"),
    "particle": (SYRIAN, ARABIC, lambda w: w.family != SYRIAN.family),
    "names_swapped": (SYRIAN, ARABIC, lambda w: w.given == "Al-Khatib"),
    "partial_name": (SYRIAN, ARABIC, lambda w: w.given in {"Mohammad", "Khaled"}),
    "name_order": (SYRIAN, ARABIC, lambda w: w.given == "Khaled Mohammad"),
    "hyphen": (SYRIAN, ARABIC, lambda w: w.given == "Mohammad-Khaled"),
    "fathers_name": (
        replace(SYRIAN, given="Yonas"),
        Bearer("tigrinya", forefathers=("Tekle", "Haile")),
        lambda w: w.family == "Haile",
    ),
    "placeholder": (
        SYRIAN,
        replace(ARABIC, single=0.5),
        lambda w: {w.given, w.family} <= {"Mohammad", *PLACEHOLDERS},
    ),
    "nickname": (SYRIAN, ARABIC, lambda w: w.given in {"Mo", "Hamoudi", "Hamada"}),
    "old_family_name": (SYRIAN, replace(ARABIC, old_name="Alt"), lambda w: w.family == "Alt"),
    "birth_name_missing": (SYRIAN, ARABIC, lambda w: not w.birth_name),
    "typing": (SYRIAN, ARABIC, lambda w: (w.given, w.family) != (SYRIAN.given, SYRIAN.family)),
}


@pytest.mark.parametrize("error", sorted(CHANGED))
def test_each_error_in_names_happens_and_can_be_switched_off(error: str) -> None:
    who, bearer, changed = CHANGED[error]
    found = [
        wrong_names(stream(2, i), who, bearer, _only(error), "immigration_office")
        for i in range(60)
    ]
    assert _share([changed(w) for w in found]) > 0.3
    assert wrong_names(stream(2), who, bearer, NONE, "immigration_office") == who


BIRTHS: dict[str, Callable[[PartialDate], bool]] = {
    "new_year_date_added": lambda b: b == PartialDate(1985, 1, 1),
    "day_month_swapped": lambda b: b == PartialDate(1985, 4, 3),
    "date_digit": lambda b: b != BORN,
    "calendar_shift": lambda b: abs(b.year - 1985) in {7, 8},
    "date_partial": lambda b: b.day == 0,
}


@pytest.mark.parametrize("error", sorted(BIRTHS))
def test_each_error_in_birth_dates_happens_and_can_be_switched_off(error: str) -> None:
    found = [wrong_birth(stream(3, i), BORN, "tigrinya", _only(error)) for i in range(60)]
    assert all(map(BIRTHS[error], found))
    assert wrong_birth(stream(3), BORN, "tigrinya", NONE) == BORN


def test_swapped_days_and_months_follow_the_table() -> None:
    rate = error_rates().of("case_management")["day_month_swapped"]
    rates = _only("day_month_swapped", rate)
    found = [wrong_birth(stream(4, i), BORN, "arabic", rates) != BORN for i in range(DRAWS)]
    assert abs(_share(found) - rate) < 0.008


def test_birth_places_are_spelled_otherwise_generalised_or_missing() -> None:
    for error, expected in (
        ("birth_place_variant", {"Krakau", "Krakow", "Cracow"}),
        ("birth_place_general", {"Kleinpolen", "Polen"}),
        ("birth_place_missing", {""}),
    ):
        found = {
            wrong_birth_place(stream(5, i), "Kraków", "Polen", _only(error)) for i in range(60)
        }
        assert found == expected


def test_codes_are_wrong_or_missing_one_by_one() -> None:
    for error, field in (
        ("sex_wrong", "sex"),
        ("sex_missing", "sex"),
        ("nationality_other", "nationality"),
        ("azr_missing", "register_number"),
        ("azr_digit", "register_number"),
    ):
        wrong = wrong_codes(stream(6), POLE, _only(error))
        assert getattr(wrong, field) != getattr(POLE, field)
        assert replace(wrong, **{field: getattr(POLE, field)}) == POLE
    assert wrong_codes(stream(6), POLE, NONE) == POLE


def test_the_job_centre_never_has_a_register_number() -> None:
    assert wrong_codes(stream(7), POLE, error_rates().of("job_centre")).register_number == ""


def test_the_same_record_has_the_same_errors_every_time() -> None:
    rates = error_rates(5.0).of("case_management", "polish")
    once, again = (
        wrong_names(stream(8, "A1"), POLE, POLISH, rates, "case_management") for _ in range(2)
    )
    assert once == again
