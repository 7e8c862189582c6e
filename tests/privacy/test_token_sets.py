import uuid
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_records import (
    EPOCHS,
    LISTS,
    MONTH,
    OTHERS,
    PERSON,
    SINGLE,
    composite,
    fields,
    token,
    tokens,
)

from kim_pipeline.errors import LinkError
from kim_pipeline.privacy.keyring import Keyring
from kim_pipeline.privacy.link_fields import LINK_FIELDS
from kim_pipeline.privacy.token_sets import (
    LINK_TOKENS,
    TOKEN_SETS,
    encode,
    label,
    rekey,
    token_sets,
)


def test_each_single_token_is_the_cmac_of_what_it_stands_for(keyring: Keyring) -> None:
    (row,) = tokens(keyring, {})
    expected = {
        "given": ("name", "amina nour"),
        "family": ("name", "al muster"),
        "given_canon": ("canon", "aminanur"),
        "family_canon": ("canon", "mustar"),
        "given_skel": ("skel", "amnnr"),
        "given_skel1": ("skel", "amn"),
        "family_skel": ("skel", "mstr"),
        "plz": ("plz", "40822"),
        "pob": ("pob", "mustarhausan"),
        "nat": ("nat", "475"),
        "sex": ("sex", "w"),
        "azr": ("azr", "150101123456"),
    }
    assert {name: row[name] for name in expected} == {
        name: token(keyring, *content) for name, content in expected.items()
    }
    assert {token(keyring, "word", word) for word in ("amina", "nur")} < set(row["given_words"])
    assert token(keyring, "del1", "mstar") in row["family_del1"]
    others = {token(keyring, "canon", name) for name in ("baispil", "pruba")}
    assert others < set(row["other_family"])
    assert token(keyring, "canon", "ana") in row["other_given"]


def test_each_composite_is_the_cmac_of_its_parts(keyring: Keyring) -> None:
    (row,) = tokens(keyring, {})
    road, number = token(keyring, "road", "bahnstr"), token(keyring, "number", "7b")
    given, family = row["given_skel"], row["family_skel"]
    low, high = sorted((given, family))
    expected = {
        "dob": ("dob", 1990, 5, 12),
        "dob_swapped": ("dob", 1990, 12, 5),
        "dob_my": ("dob_my", 5, 1990),
        "dob_dy": ("dob_dy", 12, 1990),
        "dob_dm": ("dob_dm", 12, 5),
        "street": ("street", row["plz"], road),
        "addr": ("addr", row["plz"], road, number),
        "k1": ("k1", row["dob"], given),
        "k2": ("k2", row["dob"], family),
        "k3": ("k3", given, family, 1990),
        "k4": ("k4", given, family, row["dob_dm"]),
        "k5": ("k5", row["addr"], given),
        "k6": ("k6", row["dob"], low, high),
        "k7": ("k7", row["dob"], row["plz"]),
        "k8": ("k8", low, high, row["dob_my"]),
    }
    assert {name: row[name] for name in expected} == {
        name: composite(keyring, *content) for name, content in expected.items()
    }


def test_the_order_of_delivery_leaves_no_trace(keyring: Keyring) -> None:
    people = [{"record_pseudonym": str(uuid.UUID(int=number))} for number in (9, 3, 7)]
    made = encode(fields(*people), keyring, MONTH)
    assert made.schema == TOKEN_SETS
    found = made["record_pseudonym"].to_pylist()
    assert found == sorted(found)
    assert encode(fields(*reversed(people)), keyring, MONTH).equals(made)
    assert made["same_as"].to_pylist() == [PERSON["same_as"]] * 3
    assert made["nationality_group"].to_pylist() == ["SY"] * 3


def test_a_field_that_is_missing_leaves_its_tokens_missing(keyring: Keyring) -> None:
    bare = pa.table({"record_pseudonym": [str(uuid.UUID(int=1))]})
    (row,) = token_sets(bare, keyring, EPOCHS).to_pylist()
    assert all(row[name] is None for name in [*SINGLE, *LISTS])


@pytest.mark.parametrize(
    ("change", "missing", "kept"),
    [
        ({"birth_day": None}, {"dob", "dob_dy", "k1", "k7"}, {"dob_my", "k3", "k8"}),
        ({"birth_month": None}, {"dob", "dob_my", "k8"}, {"dob_dy", "k3"}),
        ({"birth_month": 13}, {"dob", "dob_my", "dob_swapped"}, {"dob_dy"}),
        ({"birth_year": 0}, {"dob", "k3"}, {"dob_dm", "k4"}),
        ({"birth_day": 5}, {"dob_swapped"}, {"dob"}),
        ({"birth_day": 13}, {"dob_swapped"}, {"dob"}),
        ({"given": "FNU"}, {"given", "given_words", "given_del1", "k1", "k6"}, {"family", "k2"}),
        ({"house_number": None}, {"addr", "k5"}, {"street", "plz"}),
        ({"postcode": "x"}, {"addr", "street", "plz", "k7"}, {"k1"}),
        ({"azr_number": "123"}, {"azr"}, {"k1"}),
        ({"other_family": None, "alias_given": None, "alias_family": None}, OTHERS, {"family"}),
    ],
)
def test_what_is_unknown_takes_only_what_needs_it(
    keyring: Keyring, change: dict[str, Any], missing: set[str], kept: set[str]
) -> None:
    (row,) = tokens(keyring, change)
    assert all(row[name] is None for name in missing)
    assert all(row[name] is not None for name in kept)


def test_swapped_names_and_dates_stay_visible(keyring: Keyring) -> None:
    swap = {"given": PERSON["family"], "family": PERSON["given"]}
    one, other = tokens(keyring, {}, swap | {"birth_day": 5, "birth_month": 12})
    assert one["given"] == other["family"]
    assert one["given_canon"] == other["family_canon"]
    assert one["dob"] == other["dob_swapped"]
    same_day = tokens(keyring, {}, swap)
    assert same_day[0]["k6"] == same_day[1]["k6"]
    assert same_day[0]["k8"] == same_day[1]["k8"]


def test_lists_have_few_sizes_and_no_order(keyring: Keyring) -> None:
    names = ["Li", "Amina", "Aleksandrina", "Maximilianetta", "A B C D E", None]
    for row in tokens(keyring, *({"given": name} for name in names)):
        for name in LISTS:
            if row[name] is not None:
                assert row[name] == sorted(set(row[name]))
                assert len(row[name]) in ((8, 12, 16) if "del1" in name else (4, 8))


def test_padding_repeats_for_a_record_and_differs_between_records(keyring: Keyring) -> None:
    first, second = tokens(keyring, {}, {}), tokens(keyring, {}, {})
    assert first == second
    assert len(set(first[0]["given_words"]) & set(first[1]["given_words"])) == 2
    assert len(set(first[0]["other_family"]) & set(first[1]["other_family"])) == 2


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(["Amina", "Omar", "Yusuf", None]), min_size=1, max_size=12))
def test_rekeying_keeps_equality_and_nothing_else(
    keyring: Keyring, names: list[str | None]
) -> None:
    before = token_sets(fields(*({"given": name} for name in names)), keyring, EPOCHS)
    after = rekey(before, keyring, EPOCHS)
    assert (before.schema, after.schema) == (LINK_TOKENS, TOKEN_SETS)
    old, new = before["given"].to_pylist(), after["given"].to_pylist()
    assert [a is None for a in old] == [b is None for b in new]
    assert len(set(old)) == len(set(zip(old, new, strict=True))) == len(set(new))
    assert not {token for token in old if token} & {token for token in new if token}
    for row_before, row_after in zip(before.to_pylist(), after.to_pylist(), strict=True):
        for name in LISTS:
            assert (row_before[name] is None) == (row_after[name] is None)
            if row_after[name] is not None:
                assert row_after[name] == sorted(row_after[name])
                assert len(row_after[name]) == len(row_before[name])


def test_rekeying_keeps_swaps_and_shared_deletions_visible(keyring: Keyring) -> None:
    people = fields({"given": "Amina", "family": "Muster"}, {"given": "Muster", "family": "Amna"})
    one, other = encode(people, keyring, MONTH).to_pylist()
    assert one["family"] == other["given"]
    assert set(one["given_del1"]) & set(other["family_del1"])


def test_columns_that_are_not_compared_share_no_key(keyring: Keyring) -> None:
    same = {"given": "Omar", "family": "Omar", "birth_place": "Omar"}
    (row,) = tokens(keyring, same)
    assert row["given"] == row["family"]
    assert row["pob"] not in {row["given_canon"], row["given"], *row["given_words"]}
    assert label("given") == label("family") != label("given_canon")


def test_a_record_without_a_pseudonym_is_refused_with_its_count(keyring: Keyring) -> None:
    with pytest.raises(LinkError, match="2 records"):
        tokens(keyring, {"record_pseudonym": None}, {}, {"record_pseudonym": None})


def test_no_records_give_no_tokens(keyring: Keyring) -> None:
    empty = encode(LINK_FIELDS.empty_table(), keyring, MONTH)
    assert empty.schema == TOKEN_SETS
    assert len(empty) == 0
