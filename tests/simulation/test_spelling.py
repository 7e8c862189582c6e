"""Names are spelled in open-ended ways, and lose letters as programs and clerks lose them."""

from hypothesis import given
from hypothesis import strategies as st

from kim_pipeline.simulation.chance import stream
from kim_pipeline.simulation.letters import GERMAN, INTERNATIONAL, fit_letters, strip_diacritics
from kim_pipeline.simulation.name_errors import mistype
from kim_pipeline.simulation.name_parts import handle_particle
from kim_pipeline.simulation.names import name_pools, variants
from kim_pipeline.simulation.schemes import in_scheme
from kim_pipeline.simulation.spelling import misheard_name, respell, vary_word

DRAWS = 400


def test_spellings_go_beyond_the_lists() -> None:
    found = {vary_word(stream(1, i), "Mohammad", "german") for i in range(DRAWS)}
    listed = set(variants()["Mohammad"][1])
    assert listed <= found
    assert len(found - listed) > 30


def test_habits_write_their_own_letters() -> None:
    german, french = (
        {respell(stream(2, i), "Shahin", habit) for i in range(DRAWS)}
        for habit in ("german", "french")
    )
    assert any(name.startswith("Schah") for name in german)
    assert any(name.startswith("Chah") for name in french)


def test_a_name_no_list_knows_has_spellings_too() -> None:
    assert len({respell(stream(3, i), "Zerezghi", "english") for i in range(DRAWS)}) > 10


def test_a_spoken_name_keeps_its_length_nearly() -> None:
    for i in range(DRAWS):
        heard = misheard_name(stream(4, i), "Rushdi Al-Fatlawi")
        assert abs(len(heard) - len("Rushdi Al-Fatlawi")) <= 8


def test_cyrillic_names_change_their_scheme_as_a_whole() -> None:
    assert in_scheme("Shevchenko", "german") == "Schewtschenko"
    assert in_scheme("Shevchenko", "iso") == "Ševčenko"
    assert in_scheme("Đorđević", "german") == "Djordjevitsch"


def test_diacritics_are_lost_in_three_styles() -> None:
    names = [strip_diacritics("Gökşen", style) for style in ("plain", GERMAN, INTERNATIONAL)]
    assert names == ["Goksen", "Goekschen", "Goeksen"]


def test_a_particle_is_joined_dropped_changed_or_moved() -> None:
    forms = {handle_particle(stream(6, i), "Al-Hassan") for i in range(90)}
    assert forms == {"Alhassan", "Hassan", "Al Hassan", "Al-Hassan", "El Hassan", "Hassan Al"}


def test_all_names_of_all_regions_survive_without_diacritics() -> None:
    for region, pool in name_pools().items():
        for names in (*pool.given.values(), *pool.family.values()):
            for name in names.items:
                assert strip_diacritics(name).isascii(), (region, name)


@given(st.text())
def test_fitted_text_can_be_written_in_windows_1252_or_is_no_latin(text: str) -> None:
    latin = "".join(c for c in text if c.isascii() or c in "şıćčłğőűžřăâîșțäöüß")
    assert fit_letters(latin, "windows-1252").encode("windows-1252") is not None


@given(st.text(alphabet="abcdefghijkl", min_size=3), st.integers(0, 10**6))
def test_a_typing_error_changes_the_length_by_at_most_one(name: str, seed: int) -> None:
    assert abs(len(mistype(stream(seed), name)) - len(name)) <= 1
