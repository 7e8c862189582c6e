"""Numbers, months and texts are written as a German reader writes them."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kim_pipeline.errors import ConfigError
from kim_pipeline.indicators.kinds import FORMS, Kind
from kim_pipeline.report.language import Language, read_language


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{0}", "1.234,5"),
        ("{1}", "20\u00a0%"),
        ("{2}", "+3"),
        ("{3}", "−3"),
        ("{4}", "1\u00a0Person"),
        ("{5}", "415\u00a0Tage"),
        ("{6}", "45\u00a0Tage"),
        ("{7}", "1\u00a0Prozentpunkt"),
    ],
)
def test_numbers_are_written_in_german(written: str, expected: str, language: Language) -> None:
    values = (
        language.number(1234.5),
        language.percent(20.0),
        language.signed(3.0),
        language.signed(-3.0),
        language.amount(1.0, "persons"),
        language.amount(415.0, "days"),
        language.difference(-45.0, "days"),
        language.difference(1.0, "percent"),
    )
    assert written.format(*values) == expected


@given(st.floats(min_value=-1e7, max_value=1e7))
def test_no_number_carries_a_hyphen_or_an_exponent(value: float) -> None:
    assert re.fullmatch(r"−?\d{1,3}(\.\d{3})*(,\d)?", read_language("de").number(value))


def test_months_and_days_are_written_in_german(language: Language) -> None:
    day = date(2026, 3, 5)
    assert language.month(day) == "März\u00a02026"
    assert language.short_month(day) == "Mär\u00a026"
    assert language.day(day) == "5.\u00a0März\u00a02026"
    assert language.short_day(day) == "05.03.2026"


def test_names_are_listed(language: Language) -> None:
    assert language.listing(["A"]) == "A"
    assert language.listing(["A", "B", "C"]) == "A, B und C"


def test_paragraph_and_percent_signs_stay_with_their_numbers(language: Language) -> None:
    assert language.text("lead.generic_strong", name="§ 104c", value="5 %") == (
        "§\u00a0104c: 5\u00a0%"
    )


@pytest.mark.parametrize("kind", FORMS)
def test_every_kind_and_unit_has_its_words(kind: Kind, language: Language) -> None:
    assert language.has(f"kinds.{kind}")
    for unit in FORMS[kind].units:
        assert language.has(f"unit_lines.{unit}")
        assert language.amount(2.0, unit)
        assert language.difference(-1.0, unit)


def test_a_missing_text_is_refused(language: Language) -> None:
    with pytest.raises(ConfigError, match=r"page\.nothing"):
        language.text("page.nothing")


def test_a_language_without_texts_is_refused() -> None:
    with pytest.raises(ConfigError, match="'fr'"):
        read_language("fr")
