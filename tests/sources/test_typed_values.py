"""Values are read as the contract says; what cannot be read is null, counted, and never shown."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_deliveries import JOBS, OFFICE

from sources.contracts.location import Text
from sources.incoming.typing import (
    Unreadable,
    read_amount,
    read_date,
    read_integer,
    read_partly_known,
    type_column,
    type_table,
)

GERMAN, ISO = "dd.MM.yyyy", "yyyy-MM-dd"
GERMAN_TEXT = Text()
ENGLISH_TEXT = Text(decimal_separator=".", thousands_separator=",")


@given(st.dates(date(1000, 1, 1)))
def test_every_date_is_read_in_both_forms(day: date) -> None:
    assert read_date(day.strftime("%d.%m.") + f"{day.year:04}", GERMAN) == day
    assert read_date(day.isoformat(), ISO) == day
    assert read_partly_known(day.isoformat(), ISO) == {
        "year": day.year,
        "month": day.month,
        "day": day.day,
        "precision": "day",
    }


@given(st.text(max_size=12))
def test_no_text_breaks_a_reader(text: str) -> None:
    for form in (GERMAN, ISO):
        read_date(text, form)
        read_partly_known(text, form)
    read_amount(text, GERMAN_TEXT)
    read_integer(text)


@pytest.mark.parametrize("space", [" ", "\u00a0", "\u202f", "\u2009"])
def test_thousands_may_be_kept_together_by_any_space(space: str) -> None:
    written = Text(thousands_separator=" ")
    assert read_amount(f"-1{space}079{space}000,50", written) == Decimal("-1079000.50")
    assert read_amount(f"1{space}79", written) is None
    assert read_amount(f"1{space}079", GERMAN_TEXT) is None


@pytest.mark.parametrize(
    ("mapped", "texts", "read"),
    [
        (None, ["ja", "Nein", "J", "n", "true", "FALSE", "1", "0"], [True, False] * 4),
        (None, ["vielleicht", "2", "", "x"], [None] * 4),
        ({"X": "true", "-": "false"}, ["X", "-", "ja", "x"], [True, False, None, None]),
        ({"X": "true"}, ["true", "FALSE"], [True, False]),
    ],
)
def test_yes_and_no_are_read_as_the_contract_says(
    mapped: dict[str, str] | None, texts: list[str], read: list[bool | None]
) -> None:
    field = replace(
        OFFICE.table("persons").field("sex"), kind="boolean", value_map=mapped, codes=()
    )
    typed = type_column(pa.array(texts), field, GERMAN_TEXT)
    assert typed.type == pa.bool_()
    assert typed.to_pylist() == read


@pytest.mark.parametrize("text", ["31.02.1990", "00.00.1985", "1.2.1990", "01.01.90", "1990-01-01"])
def test_what_is_no_whole_date_is_unreadable(text: str) -> None:
    assert read_date(text, GERMAN) is None


@pytest.mark.parametrize(
    ("text", "form", "known"),
    [
        ("00.00.1985", GERMAN, (1985, None, None, "year")),
        ("00.05.1985", GERMAN, (1985, 5, None, "month")),
        ("1985-00-00", ISO, (1985, None, None, "year")),
        ("1985", ISO, (1985, None, None, "year")),
        ("1985-05", ISO, (1985, 5, None, "month")),
        ("29.02.2000", GERMAN, (2000, 2, 29, "day")),
    ],
)
def test_partly_known_dates_keep_what_is_known(
    text: str, form: str, known: tuple[int | str | None, ...]
) -> None:
    read = read_partly_known(text, form)
    assert read is not None
    assert tuple(read.values()) == known


@pytest.mark.parametrize("text", ["31.02.1990", "00.13.1985", "05.00.1985", "00.00.0000", "", "x"])
def test_impossible_partly_known_dates_are_unreadable(text: str) -> None:
    assert read_partly_known(text, GERMAN) is None


@given(st.decimals(Decimal("-99999999.99"), Decimal("99999999.99"), places=2))
def test_amounts_survive_the_decimal_comma(amount: Decimal) -> None:
    assert read_amount(str(amount).replace(".", ","), GERMAN_TEXT) == amount
    assert read_amount(f"{amount:,}", ENGLISH_TEXT) == amount


@pytest.mark.parametrize("mark", [".", " ", "'"])
def test_groups_of_thousands_are_read_with_the_mark_of_the_contract_alone(mark: str) -> None:
    written = Text(thousands_separator=mark)
    assert read_amount(f"1{mark}079,29", written) == Decimal("1079.29")
    assert read_amount("1079,29", written) == Decimal("1079.29")
    assert read_amount(f"10{mark}79,29", written) is None
    assert read_amount("1_079,29", written) is None


@pytest.mark.parametrize("text", ["1,079.29", "10.79,29", "1,2,3", "12,345", "", "1e3", "٣"])
def test_malformed_amounts_are_unreadable(text: str) -> None:
    assert read_amount(text, GERMAN_TEXT) is None


def test_codes_outside_their_list_are_unreadable_and_known_ones_mapped() -> None:
    sex = JOBS.table("persons").field("sex")
    read = type_column(pa.array(["1", "2", "3", "m", "9", None]), sex, GERMAN_TEXT)
    assert read.to_pylist() == ["m", "w", "d", None, None, None]


def test_lists_are_split_at_their_mark() -> None:
    alias = OFFICE.table("persons").field("alias_names")
    read = type_column(pa.array(["Celik, Sule|Çelik, Şule", "|", None]), alias, GERMAN_TEXT)
    assert read.to_pylist() == [["Celik, Sule", "Çelik, Şule"], [], None]


def test_unreadable_values_are_counted_with_the_first_five_rows() -> None:
    table = OFFICE.table("residence_titles")
    count = 8
    columns = {field.name: ["x"] * count for field in table.fields}
    columns["granted_on"] = ["31.02.1990"] * 7 + ["01.02.1990"]
    columns["valid_until"] = [None] * count
    rows = pa.table({name: pa.array(texts, pa.string()) for name, texts in columns.items()})
    counted = type_table(rows, table, GERMAN_TEXT).counts(np.arange(11, 11 + count))
    assert counted["granted_on"] == Unreadable(7, (11, 12, 13, 14, 15))
    assert "valid_until" not in counted
