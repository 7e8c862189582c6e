import numpy as np
import pyarrow as pa
from Crypto.Cipher import AES
from Crypto.Hash import CMAC
from hypothesis import given
from hypothesis import strategies as st

from kim_pipeline.privacy.batch_cmac import cmac64
from kim_pipeline.privacy.word_cmac import cmac64_of_words, cmac128_of_words

KEYS = st.sampled_from([16, 24, 32]).flatmap(lambda size: st.binary(min_size=size, max_size=size))
WORD = st.integers(-(2**63), 2**63 - 1)
ROWS = st.integers(1, 9).flatmap(lambda width: st.lists(st.tuples(*[st.none() | WORD] * width)))


def one_by_one(key: bytes, words: tuple[int, ...]) -> bytes:
    message = b"".join(word.to_bytes(8, "little", signed=True) for word in words)
    return CMAC.new(key, message, ciphermod=AES).digest()


@given(KEYS, ROWS)
def test_a_row_is_keyed_as_the_bytes_of_its_words(
    key: bytes, rows: list[tuple[int | None, ...]]
) -> None:
    if not rows:
        return
    columns = [pa.array(column, pa.int64()) for column in zip(*rows, strict=True)]
    assert cmac64_of_words(key, *columns).to_pylist() == [
        None if None in row else int.from_bytes(one_by_one(key, row)[:8], "little", signed=True)
        for row in rows
    ]
    whole = [(*(word or 0 for word in row),) for row in rows]
    words = [np.array(column, np.int64) for column in zip(*whole, strict=True)]
    tags = cmac128_of_words(key, words).to_pylist()
    assert tags == [one_by_one(key, row) for row in whole]


def test_rows_beyond_one_batch_and_parts_of_arrays_are_right() -> None:
    key, words = bytes(32), pa.array([None, *range(20_000)], pa.int64())
    tags = cmac64_of_words(key, words.slice(1), words.slice(1))
    for row in (0, 8191, 8192, 19_999):
        message = row.to_bytes(8, "little") * 2
        assert tags[row] == cmac64(key, pa.array([message]))[0]


def test_no_rows_have_no_tags() -> None:
    assert cmac64_of_words(bytes(32), pa.array([], pa.int64())).to_pylist() == []
