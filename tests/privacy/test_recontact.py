"""Sealed record numbers: only their authority opens them, only for their record."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kim_pipeline.errors import KeyFileError
from kim_pipeline.privacy.key_file import RootKey, Stretching
from kim_pipeline.privacy.key_pairs import PrivateKey, private_key
from kim_pipeline.privacy.recontact import BLOBS, Reopener, as_text, from_text, seal_numbers

ONE, OTHER = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"


def pair(number: int, kid: str = "recontact-office.aa") -> PrivateKey:
    created = datetime(2026, 1, 1, tzinfo=UTC).isoformat()
    stretching = Stretching(2, 8, 1, b"")
    root = RootKey("recontact-office", kid, created, False, stretching, bytes([number] * 32))
    return private_key(root)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=60), max_size=5))
def test_every_number_comes_back_to_its_owner(numbers: list[str]) -> None:
    names = [f"{ONE[:-1]}{place}" for place in range(len(numbers))]
    table = seal_numbers(names, numbers, "office", pair(1).public)
    assert table.schema.equals(BLOBS)
    opener = Reopener("office", pair(1))
    rows = table.to_pylist()
    assert [opener.open(r["record_pseudonym"], r["envelope"], r["blob"]) for r in rows] == numbers


def test_it_opens_with_no_other_key_source_or_record() -> None:
    (row,) = seal_numbers([ONE], ["A1"], "office", pair(1).public).to_pylist()
    sealed = row["envelope"], row["blob"]
    wrong = (
        (Reopener("office", pair(2)), ONE),
        (Reopener("other", pair(1)), ONE),
        (Reopener("office", replace(pair(1), kid="recontact-office.bb")), ONE),
        (Reopener("office", pair(1)), OTHER),
    )
    for opener, pseudonym in wrong:
        with pytest.raises(KeyFileError, match="was not sealed to"):
            opener.open(pseudonym, *sealed)


def test_equal_numbers_look_different_and_short_ones_like_long_ones() -> None:
    rows = seal_numbers([ONE, OTHER], ["7", "A10000001"], "office", pair(1).public).to_pylist()
    assert len({len(row["blob"]) for row in rows}) == 1
    again = seal_numbers([ONE, OTHER], ["7", "A10000001"], "office", pair(1).public).to_pylist()
    assert len({row["blob"] for row in (*rows, *again)}) == 4
    assert len({row["envelope"] for row in (*rows, *again)}) == 2


def test_the_text_form_begins_no_formula_and_comes_back() -> None:
    (row,) = seal_numbers([ONE], ["A1"], "office", pair(1).public).to_pylist()
    text = as_text(row["envelope"], row["blob"])
    assert text.startswith("kim1:")
    assert from_text(text) == (row["envelope"], row["blob"])


@pytest.mark.parametrize("text", ["", "kim1:", "kim1:AAAA", "kim1:?", "AAAA", "kim2:" + "A" * 200])
def test_a_damaged_text_is_refused(text: str) -> None:
    with pytest.raises(KeyFileError, match="damaged"):
        from_text(text)
