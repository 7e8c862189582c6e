import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kim_pipeline.privacy.normalise import (
    house_number,
    normalise,
    normalise_all,
    postcode,
    street,
    words,
)

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=30)


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
        ("მარიამ", "mariam"),
        ("Gal·la ŀ l\u0387l ＇", "galla l ll"),
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


@given(ANY_TEXT)
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert once is None or normalise(once) == once


@given(ANY_TEXT)
def test_every_text_becomes_words_of_letters_and_digits_or_nothing(text: str) -> None:
    plain = normalise(text)
    assert plain is None or re.fullmatch("[a-z0-9]+( [a-z0-9]+)*", plain)


@given(ANY_TEXT)
def test_case_and_composition_do_not_matter(text: str) -> None:
    plain = normalise(text)
    forms = (text.upper(), text.lower(), text.swapcase())
    assert {normalise(form) for form in forms} == {plain}
    assert {normalise(unicodedata.normalize(form, text)) for form in ("NFC", "NFD")} == {plain}


@given(st.lists(ANY_TEXT))
def test_a_text_among_many_is_normalised_as_alone(texts: list[str]) -> None:
    assert normalise_all(texts) == [normalise(text) for text in texts]


@pytest.mark.parametrize(
    "letters",
    [
        "ÀÁÂÃÅĀĂĄÆÇĆĈĊČĎĐÈÉÊËĒĔĖĘĚĜĞĠĢĤĦÌÍÎÏĨĪĬĮİĲĴĶĹĻĽĿŁŃŅŇŊÒÓÔÕØŌŎŐŒŔŖŘŚŜŞŠŢŤŦÙÚÛŨŪŬŮŰŲŴÝŶŸŹŻŽ",
        "ƏƠƯǍǏǑǓǕǗǙǛǞǠǢǤǦǨǪǬǮǴǸǺǼǾȀȂȆȊȎȒȖȘȚȞȦȨȪȬȮȰȲḂḆḊḌḎḐḜḞḠḢḤḦḨḪḮḰḲḴḶḺṀṂṄṆṈṔṖṘṚṞṠṢṪṬṮ",
        "A̋C̀C̄C̆C̈C̕C̣C̦C̨̆D̂F̀F̄G̀H̄H̦H̱J́J̌K̀K̂K̄K̇K̕K̛K̦K͟HL̂L̥L̥̄L̦M̀M̂M̆M̐N̂N̄N̆N̦P̀P̄P̕P̣R̆R̥R̥̄",
        "S̀S̄S̛̄S̱T̀T̄T̈T̕T̛U̇Z̀Z̄Z̆Z̈Z̧ẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸẔẄẆ",
        "ʰʳˢˡªº ẗẖßẞþÞðÐ",
    ],
)
def test_every_letter_of_din_91379_is_read_as_latin(letters: str) -> None:
    for place in range(len(letters)):
        plain = normalise(f"b{letters[place]}b")
        assert plain is not None
        assert plain.replace(" ", "").isascii()
        assert " " not in plain or letters[place] == " "


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
