"""AES-CMAC over rows of 64-bit words, bit-identical to `Crypto.Hash.CMAC`; no key handling here.

A word is its 8 bytes, little-endian. Rows of one width need no padding masks and no copies.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from Crypto.Cipher import AES

from kim_pipeline.privacy.batch_cmac import BLOCK, ROWS, encrypt, last_block_keys
from kim_pipeline.privacy.columns import nulls, numbers

Words = npt.NDArray[np.int64]
Blocks = npt.NDArray[np.uint64]


def cmac64_of_words(key: bytes, *columns: pa.Int64Array) -> pa.Int64Array:
    """Return the first 8 CMAC bytes of each row's words as little-endian int64.

    Null where any of the row's words is null.
    """
    words = [numbers(column) for column in columns]
    tags = np.ascontiguousarray(_tags(key, words)[:, 0]).view(np.int64)
    missing = np.logical_or.reduce([nulls(column) for column in columns])
    return pa.array(tags, pa.int64(), mask=missing if missing.any() else None)


def cmac128_of_words(key: bytes, words: Sequence[Words]) -> pa.FixedSizeBinaryArray:
    """Return the whole 16-byte CMAC of each row; `words` are columns without null."""
    tags = _tags(key, words)
    buffers = [None, pa.py_buffer(tags.tobytes())]
    whole: Any = pa.Array.from_buffers(pa.binary(BLOCK), len(tags), buffers)
    result: pa.FixedSizeBinaryArray = whole
    return result


def _tags(key: bytes, words: Sequence[Words]) -> Blocks:
    """Return (n, 2) words of tags; RFC 4493, section 2.4, for rows of equal length."""
    count, cipher = len(words[0]), AES.new(key, AES.MODE_ECB)
    tags = np.empty((count, 2), np.uint64)
    for start in range(0, count, ROWS):
        part = [column[start : start + ROWS].view(np.uint64) for column in words]
        tags[start : start + ROWS] = _chained(cipher, key, part)
    return tags


def _chained(cipher: Any, key: bytes, words: Sequence[Blocks]) -> Blocks:
    last = last_block_keys(key)[len(words) % 2].view(np.uint64)
    state = np.zeros((len(words[0]), 2), np.uint64)
    for place in range(0, len(words), 2):
        state[:, 0] ^= words[place]
        if place + 1 < len(words):
            state[:, 1] ^= words[place + 1]
        else:
            state[:, 1] ^= np.uint64(0x80)
        if place + 2 >= len(words):
            state ^= last
        state = encrypt(cipher, state)
    return state
