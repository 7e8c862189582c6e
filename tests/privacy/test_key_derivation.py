from itertools import combinations

from Crypto.Hash import HMAC, SHA256
from Crypto.Protocol.KDF import HKDF
from hypothesis import given
from hypothesis import strategies as st

from kim_pipeline.privacy.key_derivation import Key, check_value, subkey

ROOT = bytes(range(32))


def test_the_first_vector_of_rfc_5869_holds_for_the_library() -> None:
    derived = HKDF(
        b"\x0b" * 22, 42, bytes(range(13)), SHA256, 1, bytes.fromhex("f0f1f2f3f4f5f6f7f8f9")
    )
    assert isinstance(derived, bytes)
    assert derived.hex() == (
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    )


@given(st.binary(min_size=32, max_size=32), st.text("abc_", max_size=9), st.text("xyz", max_size=9))
def test_a_subkey_is_one_step_of_extract_and_expand(root: bytes, domain: str, source: str) -> None:
    extracted = HMAC.new(bytes(32), root, SHA256).digest()
    context = f"kim|v1|{domain}|{source}|kid".encode()
    expected = HMAC.new(extracted, context + b"\x01", SHA256).digest()
    assert subkey(root, domain, source, "kid").secret == expected


def test_domain_source_and_key_id_all_change_the_key() -> None:
    keys = [
        subkey(ROOT, "link", "name", "1"),
        subkey(ROOT, "hub", "name", "1"),
        subkey(ROOT, "link", "dob", "1"),
        subkey(ROOT, "link", "name", "2"),
    ]
    assert all(one.secret != other.secret for one, other in combinations(keys, 2))


def test_the_check_value_belongs_to_key_and_id_and_is_neither() -> None:
    value = check_value(ROOT, "link.1")
    assert len(bytes.fromhex(value)) == 8
    assert value != check_value(ROOT, "link.2")
    assert value != check_value(bytes(32), "link.1")
    assert bytes.fromhex(value) not in ROOT


def test_a_key_never_shows_its_secret() -> None:
    key = Key("link.1", ROOT)
    assert repr(key) == str(key) == "Key(kid='link.1')"
