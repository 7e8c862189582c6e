"""AES-CMAC over whole Arrow columns, bit-identical to `Crypto.Hash.CMAC`; no key handling here.

Values up to 1024 bytes go through AES in bulk (RFC 4493, section 2.4, for many rows at once);
longer ones are computed singly.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from Crypto.Cipher import AES
from Crypto.Hash import CMAC

from kim_pipeline.privacy.columns import Column, nulls, one_array

BLOCK = 16
MAX_BULK = 1024
ROWS = 8192
SAMPLE = 4096

Bytes = npt.NDArray[np.uint8]


def cmac64(key: bytes, values: Column) -> pa.Int64Array:
    """Return the first 8 CMAC bytes of each string or binary value as little-endian int64.

    Null stays null; the empty value has a tag of its own.
    """
    array = one_array(values)
    tags = np.ascontiguousarray(_tags(key, array)[:, :8]).view(np.int64).ravel()
    return pa.array(tags, pa.int64(), mask=nulls(array))


def cmac128(key: bytes, values: Column) -> pa.FixedSizeBinaryArray:
    """Return the whole 16-byte CMAC of each string or binary value; null stays null."""
    array = one_array(values)
    tags = pa.py_buffer(_tags(key, array).tobytes())
    known = pa.array(~nulls(array)).cast(pa.bool_())
    whole: Any = pa.Array.from_buffers(pa.binary(BLOCK), len(array), [None, tags])
    result: pa.FixedSizeBinaryArray = pc.if_else(known, whole, pa.scalar(None, whole.type))
    return result


def encrypt(cipher: Any, blocks: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Encrypt (n, 2) contiguous words block by block with an ECB cipher."""
    out = np.empty_like(blocks)
    if blocks.size:
        cipher.encrypt(blocks.data.cast("B"), output=out.data.cast("B"))
    return out


@lru_cache(maxsize=512)
def last_block_keys(key: bytes) -> tuple[Bytes, Bytes]:
    """Return what a whole (K1) and a padded (K2) last block are XORed with."""
    first = _double(AES.new(key, AES.MODE_ECB).encrypt(bytes(BLOCK)))
    second = _double(first)
    return np.frombuffer(first, np.uint8), np.frombuffer(second, np.uint8)


def _tags(key: bytes, array: pa.Array[Any]) -> Bytes:
    """Compute (n, 16) tags, each distinct value once where values repeat; nulls count as empty."""
    filled: Any = array.cast(pa.large_binary()).fill_null(b"")
    if _repeats(filled):
        coded = filled.dictionary_encode()
        indices: npt.NDArray[np.int32] = coded.indices.to_numpy()
        return _distinct_tags(key, coded.dictionary)[indices]
    return _distinct_tags(key, filled)


def _repeats(array: pa.Array[Any]) -> bool:
    sample = array.slice(0, SAMPLE)
    return len(sample) > 0 and len(sample.unique()) * 2 < len(sample)


def _distinct_tags(key: bytes, array: pa.Array[Any]) -> Bytes:
    if array.offset:
        array = pa.concat_arrays([array, array.slice(0, 0)])
    offsets, lengths, data = _layout(array)
    tags = np.empty((len(array), BLOCK), np.uint8)
    long = np.flatnonzero(lengths > MAX_BULK)
    width = max(BLOCK, -(-int(lengths.max(initial=0)) // BLOCK) * BLOCK)
    width = min(width, MAX_BULK)
    padded = np.concatenate([data, np.zeros(width, np.uint8)])
    rows = np.lib.stride_tricks.sliding_window_view(padded, width)
    bulk = np.minimum(lengths, MAX_BULK)
    cipher = AES.new(key, AES.MODE_ECB)
    for start in range(0, len(array), ROWS):
        part = slice(start, start + ROWS)
        tags[part] = _bulk_tags(cipher, key, rows[offsets[part]], bulk[part])
    for row in long:
        tags[row] = np.frombuffer(_single_tag(key, array[int(row)].as_py()), np.uint8)
    return tags


def _layout(array: pa.Array[Any]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Bytes]:
    _, offset_buffer, data_buffer = array.buffers()
    if offset_buffer is None or len(array) == 0:
        empty = np.zeros(0, np.int64)
        return empty, empty, np.zeros(0, np.uint8)
    offsets = np.frombuffer(memoryview(offset_buffer), np.int64)[: len(array) + 1]
    data = (
        np.frombuffer(memoryview(data_buffer), np.uint8) if data_buffer else np.zeros(0, np.uint8)
    )
    return offsets[:-1], np.diff(offsets), data


def _bulk_tags(cipher: Any, key: bytes, rows: Bytes, lengths: npt.NDArray[np.int64]) -> Bytes:
    """Chain the blocks of all rows together; `rows` is (n, width), longer bytes are masked out."""
    keep, last = _padding(key, rows.shape[1])
    message = ((rows & keep[lengths]) ^ last[lengths]).view(np.uint64)
    blocks = np.maximum(1, -(-lengths // BLOCK))
    state = encrypt(cipher, np.ascontiguousarray(message[:, :2]))
    for index in range(1, int(blocks.max())):
        more = np.flatnonzero(blocks > index)
        state[more] = encrypt(cipher, state[more] ^ message[more, 2 * index : 2 * index + 2])
    return state.view(np.uint8)


@lru_cache(maxsize=64)
def _padding(key: bytes, width: int) -> tuple[Bytes, Bytes]:
    """Return by length: the mask of message bytes, and the padding already XORed with K1 or K2."""
    full, partial = last_block_keys(key)
    keep = np.zeros((width + 1, width), np.uint8)
    last = np.zeros((width + 1, width), np.uint8)
    for length in range(width + 1):
        keep[length, :length] = 0xFF
        end = max(BLOCK, -(-length // BLOCK) * BLOCK)
        last[length, end - BLOCK : end] = full if length == end else partial
        if length < end:
            last[length, length] ^= 0x80
    return keep, last


def _double(block: bytes) -> bytes:
    value = int.from_bytes(block) << 1
    return (value & (1 << 128) - 1 ^ (0x87 if value >> 128 else 0)).to_bytes(BLOCK)


def _single_tag(key: bytes, value: bytes) -> bytes:
    return CMAC.new(key, value, ciphermod=AES).digest()
