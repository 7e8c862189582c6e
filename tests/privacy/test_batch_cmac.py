import pyarrow as pa
import pytest
from Crypto.Cipher import AES
from Crypto.Hash import CMAC
from hypothesis import given, settings
from hypothesis import strategies as st

from kim_pipeline.privacy.batch_cmac import cmac64, cmac128

RFC_KEY = bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c")
RFC_MESSAGE = bytes.fromhex(
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
    "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
)
RFC_TAGS = {
    0: "bb1d6929e95937287fa37d129b756746",
    16: "070a16b46b4d4144f79bdd9dd04a287c",
    40: "dfa66747de9ae63030ca32611497c827",
    64: "51f0bebf7e3b9d92fc49741779363cfe",
}
KEYS = st.sampled_from([16, 24, 32]).flatmap(lambda size: st.binary(min_size=size, max_size=size))


def one_by_one(key: bytes, value: bytes) -> bytes:
    return CMAC.new(key, value, ciphermod=AES).digest()


def as_int64(tag: bytes) -> int:
    return int.from_bytes(tag[:8], "little", signed=True)


@pytest.mark.parametrize(("length", "tag"), RFC_TAGS.items())
def test_the_vectors_of_rfc_4493_hold(length: int, tag: str) -> None:
    values = pa.array([RFC_MESSAGE[:length]], pa.binary())
    assert cmac128(RFC_KEY, values)[0].as_py().hex() == tag
    assert cmac64(RFC_KEY, values)[0].as_py() == as_int64(bytes.fromhex(tag))


@given(KEYS, st.lists(st.none() | st.binary(max_size=200)))
def test_every_value_has_the_tag_it_has_alone(key: bytes, values: list[bytes | None]) -> None:
    expected = [None if value is None else one_by_one(key, value) for value in values]
    assert cmac128(key, pa.array(values, pa.binary())).to_pylist() == expected
    assert cmac64(key, pa.array(values, pa.large_binary())).to_pylist() == [
        None if tag is None else as_int64(tag) for tag in expected
    ]


def test_every_length_up_to_far_beyond_the_bulk_limit_is_right() -> None:
    values = bytes(range(256)) * 5
    lengths = [*range(130), 511, 512, 513, 1023, 1024, 1025, 1280]
    tags = cmac128(RFC_KEY, pa.array([values[:length] for length in lengths]))
    assert tags.to_pylist() == [one_by_one(RFC_KEY, values[:length]) for length in lengths]


@given(st.lists(st.text(max_size=40), min_size=1), st.integers(0, 3))
def test_the_shape_of_the_column_does_not_matter(texts: list[str], start: int) -> None:
    whole = pa.array(texts * 3)
    expected = cmac64(RFC_KEY, whole).to_pylist()
    assert cmac64(RFC_KEY, whole.slice(start)).to_pylist() == expected[start:]
    assert cmac64(RFC_KEY, whole.cast(pa.large_string())).to_pylist() == expected
    assert cmac64(RFC_KEY, whole.dictionary_encode()).to_pylist() == expected
    chunks = pa.chunked_array([whole.slice(0, start), whole.slice(start)])
    assert cmac64(RFC_KEY, chunks).to_pylist() == expected


@settings(max_examples=20, deadline=None)
@given(KEYS, st.lists(st.none() | st.binary(max_size=200), min_size=1), st.integers(1, 9000))
def test_many_rows_have_the_tags_they_have_alone(
    key: bytes, values: list[bytes | None], count: int
) -> None:
    rows = [values[row % len(values)] for row in range(count)]
    known = {value: None if value is None else one_by_one(key, value) for value in values}
    assert cmac128(key, pa.array(rows, pa.binary())).to_pylist() == [known[row] for row in rows]


def test_rows_beyond_one_batch_are_right() -> None:
    texts = [f"{number:x}" * (number % 9) for number in range(20_000)]
    tags = cmac64(RFC_KEY, pa.array(texts)).to_pylist()
    for row in (0, 8191, 8192, 8193, 19_999):
        assert tags[row] == as_int64(one_by_one(RFC_KEY, texts[row].encode()))


def test_an_empty_column_stays_empty() -> None:
    assert cmac64(RFC_KEY, pa.chunked_array([], pa.string())).to_pylist() == []
    assert cmac128(RFC_KEY, pa.array([], pa.binary())).to_pylist() == []
