import uuid
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest
from Crypto.Cipher import AES
from Crypto.Hash import CMAC
from hypothesis import given
from hypothesis import strategies as st

from kim_pipeline.errors import LinkError
from kim_pipeline.privacy.keyring import Keyring, load_keyring
from kim_pipeline.privacy.keys import init_keys
from kim_pipeline.privacy.plain_tokens import LINK_FIELDS
from kim_pipeline.privacy.token_sets import (
    TOKEN_SETS,
    label,
    rekey,
    token_set_digest,
    token_sets,
)
from kim_pipeline.settings import Settings

PERSON: dict[str, Any] = {
    "record_pseudonym": str(uuid.UUID(int=1)),
    "given": "Amina Nour",
    "family": "Al-Muster",
    "other_family": ["Beispiel"],
    "birth_year": 1990,
    "birth_month": 5,
    "birth_day": 12,
    "birth_place": "Musterhausen",
    "nationality": "475",
    "sex": "w",
    "street": "Bahnstr.",
    "house_number": "7 B",
    "postcode": "40822",
    "azr_number": "150101 123456",
    "same_as": [str(uuid.UUID(int=2))],
    "not_same_as": None,
    "nationality_group": "SY",
}
SINGLE = [field.name for field in TOKEN_SETS if field.type == pa.int64()]
LISTS = [field.name for field in TOKEN_SETS if field.type == pa.list_(pa.int64())]


def fields(*people: dict[str, Any]) -> pa.Table:
    rows = [
        PERSON | {"record_pseudonym": str(uuid.UUID(int=number + 1))} | person
        for number, person in enumerate(people)
    ]
    return pa.Table.from_pylist(rows, LINK_FIELDS)


def tokens(keyring: Keyring, *people: dict[str, Any]) -> list[dict[str, Any]]:
    return token_sets(fields(*people), keyring).to_pylist()


def token(keyring: Keyring, key_label: str, content: str) -> int:
    mac = CMAC.new(keyring.link_key(key_label).secret, content.encode(), ciphermod=AES)
    return int.from_bytes(mac.digest()[:8], "little", signed=True)


def test_each_token_is_the_cmac_of_what_it_stands_for(keyring: Keyring) -> None:
    (row,) = tokens(keyring, {})
    expected = {
        "given": ("name", "amina nour"),
        "family": ("name", "al muster"),
        "given_canon": ("canon", "aminanur"),
        "family_canon": ("canon", "mustar"),
        "given_skel": ("skel", "amnnr"),
        "given_skel1": ("skel", "amn"),
        "family_skel": ("skel", "mstr"),
        "dob": ("dob", "1990|05|12"),
        "dob_swapped": ("dob", "1990|12|05"),
        "dob_my": ("dob_my", "05|1990"),
        "dob_dy": ("dob_dy", "12|1990"),
        "dob_dm": ("dob_dm", "12|05"),
        "addr": ("addr", "40822|bahnstr|7b"),
        "street": ("street", "40822|bahnstr"),
        "plz": ("plz", "40822"),
        "pob": ("pob", "mustarhausan"),
        "nat": ("nat", "475"),
        "sex": ("sex", "w"),
        "azr": ("azr", "150101123456"),
        "k1": ("k1", "1990|05|12|amnnr"),
        "k2": ("k2", "1990|05|12|mstr"),
        "k3": ("k3", "amnnr|mstr|1990"),
        "k4": ("k4", "amnnr|mstr|12|05"),
        "k5": ("k5", "40822|bahnstr|7b|amnnr"),
        "k6": ("k6", "1990|05|12|amnnr|mstr"),
        "k7": ("k7", "1990|05|12|40822"),
        "k8": ("k8", "amnnr|mstr|05|1990"),
    }
    assert {name: row[name] for name in expected} == {
        name: token(keyring, *content) for name, content in expected.items()
    }
    assert {token(keyring, "word", word) for word in ("amina", "nur")} < set(row["given_words"])
    assert token(keyring, "canon", "baispil") in row["other_family"]
    assert token(keyring, "del1", "mstar") in row["family_del1"]


def test_the_table_has_the_agreed_columns_in_pseudonym_order(keyring: Keyring) -> None:
    people = [{"record_pseudonym": str(uuid.UUID(int=number))} for number in (9, 3, 7)]
    made = token_sets(fields(*people), keyring)
    assert made.schema == TOKEN_SETS
    found = made["record_pseudonym"].to_pylist()
    assert found == sorted(found)
    assert made["same_as"].to_pylist() == [PERSON["same_as"]] * 3
    assert made["nationality_group"].to_pylist() == ["SY"] * 3


def test_a_field_that_is_missing_leaves_its_tokens_missing(keyring: Keyring) -> None:
    bare = pa.table({"record_pseudonym": [str(uuid.UUID(int=1))]})
    (row,) = token_sets(bare, keyring).to_pylist()
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
        ({"other_family": None}, {"other_family"}, {"family"}),
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


def test_a_former_name_meets_the_family_name_of_another_record(keyring: Keyring) -> None:
    one, other = tokens(keyring, {"other_family": ["Neumann", "-"]}, {"family": "Neuman"})
    assert other["family_canon"] in one["other_family"]


def test_lists_have_few_sizes_and_no_order(keyring: Keyring) -> None:
    names = ["Li", "Amina", "Aleksandrina", "Maximilianetta", "A B C D E", None]
    for row in tokens(keyring, *({"given": name, "other_family": []} for name in names)):
        for name in LISTS:
            if row[name] is not None:
                assert row[name] == sorted(set(row[name]))
                assert len(row[name]) in ((8, 12, 16) if "del1" in name else (4, 8))
        assert len(row["other_family"]) == 4


def test_padding_repeats_for_a_record_and_differs_between_records(keyring: Keyring) -> None:
    first, second = tokens(keyring, {}, {}), tokens(keyring, {}, {})
    assert first == second
    assert len(set(first[0]["given_words"]) & set(first[1]["given_words"])) == 2
    assert len(set(first[0]["other_family"]) & set(first[1]["other_family"])) == 1


@given(st.lists(st.sampled_from(["Amina", "Omar", "Yusuf", None]), min_size=1, max_size=12))
def test_rekeying_keeps_equality_and_nothing_else(
    keyring: Keyring, names: list[str | None]
) -> None:
    before = token_sets(fields(*({"given": name} for name in names)), keyring)
    after = rekey(before, keyring)
    assert after.schema == TOKEN_SETS
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
    one, other = rekey(token_sets(people, keyring), keyring).to_pylist()
    assert one["family"] == other["given"]
    assert set(one["given_del1"]) & set(other["family_del1"])


def test_without_the_hub_key_and_without_the_link_key_tokens_differ(
    keyring: Keyring, settings: Settings
) -> None:
    init_keys(settings.keys, [], b"a passphrase of our own")
    stranger = load_keyring(settings, [], False, b"a passphrase of our own")
    ours, table = rekey(token_sets(fields({}), keyring), keyring), fields({})
    for domain in ("link", "hub"):
        mixed = replace(keyring, roots={**keyring.roots, domain: stranger.roots[domain]})
        theirs = rekey(token_sets(table, mixed), mixed)
        for name in SINGLE:
            assert ours[name].to_pylist() != theirs[name].to_pylist()


def test_columns_that_are_not_compared_share_no_key(keyring: Keyring) -> None:
    same = {"given": "Omar", "family": "Omar", "birth_place": "Omar"}
    (row,) = tokens(keyring, same)
    assert row["given"] == row["family"]
    assert row["pob"] not in {row["given_canon"], row["given"], *row["given_words"]}
    assert label("given") == label("family") != label("given_canon")


@pytest.mark.parametrize(
    "change",
    [
        {"given": "Amine Nour"},
        {"other_family": ["Beispiel", "Neumann"]},
        {"birth_day": None},
        {"house_number": "8"},
        {"same_as": None},
        {"same_as": []},
        {"not_same_as": [str(uuid.UUID(int=5))]},
        {"nationality_group": None},
        {"azr_number": None},
    ],
)
def test_the_digest_marks_a_changed_record(keyring: Keyring, change: dict[str, Any]) -> None:
    before = token_set_digest(rekey(token_sets(fields({}, {}), keyring), keyring), keyring)
    after = token_set_digest(rekey(token_sets(fields({}, change), keyring), keyring), keyring)
    assert before[0] == after[0]
    assert before[1] != after[1]
    assert len(before[0].as_py()) == 16


def test_a_record_without_a_pseudonym_is_refused_with_its_count(keyring: Keyring) -> None:
    with pytest.raises(LinkError, match="2 records"):
        tokens(keyring, {"record_pseudonym": None}, {}, {"record_pseudonym": None})


def test_no_records_give_no_tokens(keyring: Keyring) -> None:
    empty = rekey(token_sets(LINK_FIELDS.empty_table(), keyring), keyring)
    assert empty.schema == TOKEN_SETS
    assert len(token_set_digest(empty, keyring)) == 0
