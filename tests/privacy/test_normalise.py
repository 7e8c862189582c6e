import pytest
from hypothesis import given
from hypothesis import strategies as st

from kim_pipeline.privacy.normalise import (
    birth_date_parts,
    house_number,
    normalise,
    postcode,
    street,
    words,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jörg-Peter  Weiß", "joerg peter weiss"),
        ("Jo\u0308rg", "joerg"),
        ("ÆGIR Þórsson", "aegir thorsson"),
        ("Łukasz Żółć", "lukasz zolc"),
        ("Đặng", "dang"),
        ("Đorđe", "djordje"),
        ("İSMAİL IŞIK", "ismail isik"),
        ("O’Brien", "obrien"),
        ("\u202bAli\u202c", "ali"),
        ("Müller (geb. Schmidt)", "mueller geb schmidt"),
        ("Г. Галина", "g galina"),
        ("Галина Їжак", "halyna yizhak"),
        ("მარიამ", "მარიამ"),
    ],
)
def test_text_becomes_plain_latin(text: str, expected: str) -> None:
    assert normalise(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-",
        "+",
        "--",
        "X",
        "xx",
        "XXX",
        "x x",
        "?",
        "...",
        "unbekannt",
        "UNBEKANNT",
        "Name unbekannt",
        "nicht bekannt",
        "FNU",
        "LNU",
        "N.N.",
        "NN",
        "k.A.",
        "keine Angabe",
        "ohne Vornamen",
        "keine Vornamen",
        "null",
    ],
)
def test_a_placeholder_is_missing(text: str) -> None:
    assert normalise(text) is None
    assert words(text) == []


@pytest.mark.parametrize("text", ["Xu", "O", "E", "An", "Ka", "Nana", "Null-Meyer", "Max"])
def test_a_short_or_odd_name_is_a_name(text: str) -> None:
    assert normalise(text)


def test_nothing_gives_nothing() -> None:
    assert normalise(None) is None


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert once is None or normalise(once) in {once, None} or not once.isascii()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Düsseldorfer Straße", "duesseldorferstr"),
        ("Düsseldorfer Str. 12 a", "duesseldorferstr"),
        ("DUESSELDORFERSTRASSE", "duesseldorferstr"),
        ("Am Alten Markt", "amaltenmarkt"),
        ("St. Anton-Weg 3", "sanktantonweg"),
        ("Straße des 17. Juni 5", "strdes17juni"),
        ("unbekannt", None),
    ],
)
def test_a_street_has_one_spelling(text: str, expected: str | None) -> None:
    assert street(text) == expected


@pytest.mark.parametrize(
    ("number", "behind", "expected"),
    [
        ("012 A", None, "12a"),
        ("12a", None, "12a"),
        ("12-14", None, "12"),
        ("12 Haus", None, "12"),
        (None, "Bahnstr. 7 b", "7b"),
        (None, "Straße des 17. Juni 5", "5"),
        (None, "Bahnstr.", None),
        ("-", "Bahnstr. 9", "9"),
    ],
)
def test_a_house_number_is_found(
    number: str | None, behind: str | None, expected: str | None
) -> None:
    assert house_number(number, behind) == expected


def test_a_postcode_has_five_digits() -> None:
    assert [postcode(text) for text in (" 40822", "D-40822", "4082", "00000", None)] == [
        "40822",
        "40822",
        None,
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("31.12.1990", (1990, 12, 31)),
        ("1.2.1990", (1990, 2, 1)),
        ("1990-12-31", (1990, 12, 31)),
        ("1990-12-31T00:00:00", (1990, 12, 31)),
        ("00.05.1985", (1985, 5, None)),
        ("00.00.1985", (1985, None, None)),
        ("15.00.1985", (1985, None, None)),
        ("1985", (1985, None, None)),
        ("05.1985", (1985, 5, None)),
        ("1985-05", (1985, 5, None)),
        ("29.02.2000", (2000, 2, 29)),
        ("29.02.1900", (1900, 2, None)),
        ("31.04.1990", (1990, 4, None)),
        ("00.00.0000", (None, None, None)),
        ("31/12/1990", (None, None, None)),
        ("", (None, None, None)),
        (None, (None, None, None)),
    ],
)
def test_the_known_parts_of_a_birth_date_are_kept(
    text: str | None, parts: tuple[int | None, int | None, int | None]
) -> None:
    assert birth_date_parts(text) == parts
