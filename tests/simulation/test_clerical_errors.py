"""The errors of clerks occur as often as the table says, and stay."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from kim_pipeline.simulation.chance import stream
from kim_pipeline.simulation.errors import (
    fit_windows_1252,
    handle_particle,
    mistype,
    rates,
    strip_diacritics,
    wrong_birth,
    wrong_codes,
    wrong_names,
)
from kim_pipeline.simulation.identity import Identity, PartialDate
from kim_pipeline.simulation.names import name_pools

WHO = Identity(
    "Wiśniewski",
    "Wiśniewski",
    "Jakub Jan",
    PartialDate(1985, 3, 4),
    "Kraków",
    "m",
    "152",
    "200304123456",
)
DRAWS = 6000


def _share(wrong: list[bool]) -> float:
    return sum(wrong) / len(wrong)


def test_lost_diacritics_follow_the_table_of_rates() -> None:
    for source in ("immigration_office", "job_centre", "case_management"):
        found = [
            wrong_names(stream(1, source, i), WHO, source, "polish", False).birth_name
            == "Wisniewski"
            for i in range(DRAWS)
        ]
        assert abs(_share(found) - rates(source)["diacritics_lost", ""]) < 0.02


def test_variant_spellings_follow_the_table_of_rates() -> None:
    who = replace(WHO, given="Mohammad", family="Zzz", birth_name="Zzz")
    spellings = {"Mohamed", "Mohammed", "Muhammad", "Mohamad", "Muhammed"}
    for source in ("immigration_office", "job_centre", "case_management"):
        found = [
            wrong_names(stream(2, source, i), who, source, "arabic", False).given in spellings
            for i in range(DRAWS)
        ]
        assert abs(_share(found) - rates(source)["spelling_variant", "arabic"]) < 0.02


def test_day_and_month_are_swapped_as_often_as_the_table_says() -> None:
    births = [wrong_birth(stream(3, i), WHO.birth, "case_management", 0.0) for i in range(DRAWS)]
    swapped = _share([b == PartialDate(1985, 4, 3) for b in births])
    assert abs(swapped - rates("case_management")["day_month_swapped", ""]) < 0.006


def test_the_job_centre_never_has_a_register_number() -> None:
    assert wrong_codes(stream(4), WHO, "job_centre").register_number == ""


def test_the_same_record_has_the_same_errors_every_time() -> None:
    once, again = (
        wrong_names(stream(5, "A1"), WHO, "case_management", "polish", False) for _ in range(2)
    )
    assert once == again


@given(st.text())
def test_fitted_text_can_be_written_in_windows_1252_or_is_no_latin(text: str) -> None:
    latin = "".join(c for c in text if c.isascii() or c in "şıćčłğőűžřăâîșțäöüß")
    assert fit_windows_1252(latin).encode("windows-1252") is not None


@given(st.text(alphabet="abcdefghijkl", min_size=3), st.integers(0, 10**6))
def test_a_typing_error_changes_the_length_by_at_most_one(name: str, seed: int) -> None:
    assert abs(len(mistype(stream(seed), name)) - len(name)) <= 1


def test_a_particle_is_joined_dropped_or_moved() -> None:
    forms = {handle_particle(stream(6, i), "Al-Hassan") for i in range(60)}
    assert forms == {"Alhassan", "Hassan", "Al Hassan", "Al-Hassan", "Hassan Al"}


def test_all_names_of_all_regions_survive_without_diacritics() -> None:
    for region, pool in name_pools().items():
        for names in (*pool.given.values(), *pool.family.values()):
            for name in names.items:
                assert strip_diacritics(name, german_style=False).isascii(), (region, name)
