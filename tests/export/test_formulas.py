"""No text of an export begins like a formula, and nothing else changes (T9)."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kim_pipeline.export.formulas import TRIGGERS, harmless, harmless_table

ATTACKS = [
    "=1+1",
    "+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "|cmd",
    "＝1",
    "－1",
    "＠x",
    "＋1",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_becomes_a_text(attack: str) -> None:
    assert harmless(attack) == f"'{attack}"
    table = harmless_table(pa.table({"name": [attack, None, "", "Erkrath"]}))
    assert table["name"].to_pylist() == [f"'{attack}", None, "", "Erkrath"]


@given(st.lists(st.text(max_size=6)))
def test_one_text_and_many_are_treated_alike(texts: list[str]) -> None:
    table = harmless_table(pa.table({"text": pa.array(texts, pa.string())}))
    assert table["text"].to_pylist() == [harmless(text) for text in texts]
    assert not [t for t in table["text"].to_pylist() if t.startswith(tuple(TRIGGERS))]


def test_numbers_keep_their_sign() -> None:
    table = pa.table({"change": [-3.5, None], "count": [-1, 2]})
    assert harmless_table(table).equals(table)
