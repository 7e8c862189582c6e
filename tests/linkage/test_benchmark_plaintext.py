"""The plaintext the peers work on says the same as the tokens: equal where they are equal."""

from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from benchmarks.linkage.coded_plaintext import TOKENS, coded
from benchmarks.linkage.keys import demo_keyring, settings_in
from kim_pipeline.privacy.link_fields import LINK_FIELDS
from kim_pipeline.privacy.token_sets import encode, label

SINGLE = [name for name, kind in TOKENS.items() if pa.types.is_int64(kind)]
SETS = [name for name in TOKENS if name not in SINGLE]
PEOPLE = {
    "given": ["Mohammed Ali", "Muhamad", "Anna-Lena", "Müller", None, "Li"],
    "family": ["al-Haddad", "Alhaddad", "Müller", "Anna Lena", "Öztürk", "Wang"],
    "other_family": [None, ["Khalil"], ["Schmidt", "Mueller"], None, ["Oz"], None],
    "alias_given": [["Mahmud"], None, None, None, None, [None]],
    "alias_family": [[None], None, None, None, None, ["Wong"]],
    "birth_year": [1990, 1990, 1985, 1985, None, 2001],
    "birth_month": [3, 4, 12, 12, None, 2],
    "birth_day": [4, 3, 12, 12, None, None],
    "birth_place": ["Aleppo", "Haleb", "Köln", "Koeln", None, "Wuhan"],
    "nationality": ["475", "475", "000", "000", "163", "479"],
    "sex": ["m", "M ", "w", "w", None, "m"],
    "street": ["Am Rain 1", "Am Rain", "Hauptstr. 2a", "Hauptstraße", None, "Weg"],
    "house_number": [None, "1", None, "2 a", None, "x"],
    "postcode": ["40001", "40001", "40002", "4000", None, "00000"],
    "azr_number": ["123456789012", "123 456 789 012", None, "1", None, None],
}


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    fields = pa.table(
        {
            "record_pseudonym": pa.array([f"r{n}" for n in range(6)]),
            **{name: pa.array(v, LINK_FIELDS.field(name).type) for name, v in PEOPLE.items()},
        }
    )
    keyring = demo_keyring(settings_in(tmp_path_factory.mktemp("keys")), ["a"])
    return encode(fields, keyring, date(2026, 1, 1)), coded({"a": fields})["a"]


@pytest.mark.parametrize("kind", sorted({label(name) for name in SINGLE}))
def test_texts_are_equal_exactly_where_tokens_are(tables, kind):
    columns = [name for name in SINGLE if label(name) == kind]
    tokens, texts = ([v for c in columns for v in t[c].to_pylist()] for t in tables)
    assert [v is None for v in tokens] == [v is None for v in texts]
    one, other = (pd.factorize(np.array(v, dtype=object))[0] for v in (tokens, texts))
    assert one.tolist() == other.tolist()


@pytest.mark.parametrize("column", SETS)
def test_sets_share_a_text_exactly_where_they_share_a_token(tables, column):
    tokens, texts = ([set(v or ()) for v in t[column].to_pylist()] for t in tables)
    shared = [[[bool(a & b) for b in sets] for a in sets] for sets in (tokens, texts)]
    rows = [n for n in range(len(texts)) if texts[n]]
    assert [shared[0][n] for n in rows] == [shared[1][n] for n in rows]
