import re
import uuid

import pyarrow as pa
import pytest
from Crypto.Hash import HMAC, SHA256
from hypothesis import given
from hypothesis import strategies as st

from kim_pipeline.privacy.key_derivation import Key
from kim_pipeline.privacy.pseudonyms import canon, content_mac, hmac_sha256, message, pseudonyms

KEY = Key("test.1", bytes(range(32)))
OTHER = Key("test.2", bytes(range(1, 33)))
RFC_4231 = [
    ("0b" * 20, b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    (
        b"Jefe".hex(),
        b"what do ya want for nothing?",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    ),
    (
        "aa" * 131,
        b"Test Using Larger Than Block-Size Key - Hash Key First",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    ),
]


@pytest.mark.parametrize(("key", "text", "mac"), RFC_4231)
def test_the_vectors_of_rfc_4231_hold(key: str, text: bytes, mac: str) -> None:
    assert hmac_sha256(bytes.fromhex(key))(text).hex() == mac
    assert content_mac(Key("rfc", bytes.fromhex(key)), [text[:3], text[3:]]).hex() == mac


@given(st.lists(st.none() | st.text(max_size=20)))
def test_a_pseudonym_is_the_hmac_of_the_canonical_number(numbers: list[str | None]) -> None:
    found = pseudonyms(pa.array(numbers, pa.string()), KEY, "record").to_pylist()
    for number, pseudonym in zip(numbers, found, strict=True):
        if canon(number or ""):
            mac = HMAC.new(KEY.secret, message("record", canon(number or "")), SHA256).digest()
            assert pseudonym == str(uuid.UUID(bytes=mac[:16]))
        else:
            assert pseudonym is None


def test_spellings_of_one_number_share_a_pseudonym() -> None:
    composed = pseudonyms(pa.array([" a00000012", "A00000012 ", "a00000012"]), KEY, "record")
    assert len(set(composed.to_pylist())) == 1
    azr = pseudonyms(pa.array(["150101 123456", "150101123456"]), KEY, "azr", digits_only=True)
    assert len(set(azr.to_pylist())) == 1


def test_composed_and_decomposed_letters_are_one() -> None:
    assert canon("m\u00fcl-1") == canon("mu\u0308l-1")


def test_key_and_domain_separate_pseudonyms() -> None:
    number = pa.array(["A00000001"])
    found = {
        pseudonyms(number, key, domain)[0].as_py()
        for key in (KEY, OTHER)
        for domain in ("record", "case")
    }
    assert len(found) == 4


@given(st.lists(st.text(), min_size=1, max_size=3), st.lists(st.text(), min_size=1, max_size=3))
def test_no_two_field_lists_give_one_message(one: list[str], other: list[str]) -> None:
    assert (message(*one) == message(*other)) == (one == other)


def test_the_fields_of_a_compound_key_keep_their_borders() -> None:
    first, second = pa.array(["A1", "A", None, "A1"]), pa.array([23, 123, 1, None])
    found = pseudonyms([first, second], KEY, "title").to_pylist()
    assert found[0] != found[1]
    assert found[2:] == [None, None]


def test_the_form_is_canonical_uuid_text() -> None:
    chunked = pa.chunked_array([["A1"], ["A2", "A1"]])
    found = pseudonyms(chunked, KEY, "record")
    assert found.type == pa.string()
    assert all(
        re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text)
        for text in found.to_pylist()
    )
    assert found[0] == found[2]
