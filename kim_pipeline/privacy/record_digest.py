"""One keyed digest per record of all it brings to linkage, to see which records changed."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kim_pipeline.privacy.batch_cmac import cmac128
from kim_pipeline.privacy.columns import nulls, one_array
from kim_pipeline.privacy.padded_lists import list_lengths
from kim_pipeline.privacy.word_cmac import cmac128_of_words

DIGEST: pa.DataType = pa.binary(16)
Ints = npt.NDArray[np.int64]


def record_digests(tokens: pa.Table, key: bytes) -> pa.FixedSizeBinaryArray:
    """Return the CMAC of everything in each row but its pseudonym, `binary(16)` in row order.

    A row is written as fixed 64-bit words: a mark for null, then the token, the sum of a list's
    tokens modulo 2^64 (they are sets of pseudo-random numbers) or the CMAC of a text.
    """
    words = [
        _words(key, tokens[name]) for name in tokens.column_names if name != "record_pseudonym"
    ]
    marks = np.zeros(len(tokens), np.int64)
    for place, (missing, _) in enumerate(words):
        marks |= missing.astype(np.int64) << place
    return cmac128_of_words(key, [marks, *(word for _, part in words for word in part)])


def _words(key: bytes, column: Any) -> tuple[npt.NDArray[np.bool_], list[Ints]]:
    """Return where the column is null, and the words that say the rest."""
    array: Any = one_array(column)
    if pa.types.is_integer(array.type):
        return nulls(array), [array.fill_null(0).to_numpy()]
    if array.type == pa.list_(pa.int64()):
        return nulls(array), [_sums(array)]
    text: Any = pc.binary_join(array, " ") if pa.types.is_list(array.type) else array
    tags: Any = cmac128(key, text.fill_null(""))
    halves = np.frombuffer(tags.buffers()[1], np.int64).reshape(-1, 2).T
    return nulls(array), [np.ascontiguousarray(half) for half in halves]


def _sums(lists: Any) -> Ints:
    ends = np.cumsum(list_lengths(lists))
    running: Ints = np.concatenate([[0], np.cumsum(lists.flatten().to_numpy())])
    sums: Ints = np.diff(running[np.concatenate([[0], ends])])
    return sums
