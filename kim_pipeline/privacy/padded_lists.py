"""Lists of tokens per row: built, sorted and padded, so that their length says little."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kim_pipeline.privacy.batch_cmac import cmac64_of_tokens
from kim_pipeline.privacy.columns import nulls

Ints = npt.NDArray[np.int64]


def lists_of(shape: Any, items: Any) -> Any:
    """Return lists with the lengths and nulls of `shape` and, in order, these items."""
    return _lists(_lengths(shape), items, nulls(shape))


def bytes_of_lists(lists: Any) -> Any:
    """Return each list's items as bytes, 8 per token; null becomes empty."""
    items = pa.py_buffer(lists.flatten().to_numpy().tobytes())
    ends = np.concatenate([[0], np.cumsum(_lengths(lists))]) * 8
    buffers = [None, pa.py_buffer(ends.astype(np.int64).tobytes()), items]
    return pa.Array.from_buffers(pa.large_binary(), len(lists), buffers)


def sorted_lists(lists: Any) -> Any:
    """Sort each list; its order would otherwise tell where the padding is."""
    lengths = _lengths(lists)
    items = _sorted_within(lists.flatten().to_numpy(), lengths)
    return _lists(lengths, pa.array(items), nulls(lists))


def padded(lists: Any, sizes: Sequence[int], key: bytes, starts: pa.Int64Array) -> Any:
    """Fill each list up to the next of `sizes` (beyond them: of multiples of the first) and sort.

    The filling is the PRF of `starts` (one number per row) and a counter under `key`. Null stays
    null; an empty list is filled too.
    """
    lengths, missing = _lengths(lists), nulls(lists)
    fill = np.where(missing, 0, _padded_lengths(lengths, sizes) - lengths)
    counters = np.arange(fill.sum()) - np.repeat(np.cumsum(fill) - fill, fill)
    seeds = np.repeat(starts.to_numpy(), fill) + counters
    filling = cmac64_of_tokens(key, pa.array(seeds, pa.int64())).to_numpy()
    items = np.empty(int((lengths + fill).sum()), np.int64)
    real = np.repeat(np.tile([True, False], len(lengths)), np.column_stack([lengths, fill]).ravel())
    items[real], items[~real] = lists.flatten().to_numpy(), filling
    return _lists(lengths + fill, pa.array(_sorted_within(items, lengths + fill)), missing)


def _sorted_within(items: Ints, lengths: Ints) -> Ints:
    """Sort the items of each list; lists of one length are sorted together."""
    starts = np.cumsum(lengths) - lengths
    result = items.copy()
    for length in np.unique(lengths[lengths > 1]):
        places = starts[lengths == length, None] + np.arange(length)
        result[places] = np.sort(items[places], axis=1)
    return result


def _padded_lengths(lengths: Ints, sizes: Sequence[int]) -> Ints:
    beyond = -(-lengths // sizes[0]) * sizes[0]
    known = np.asarray(sizes)
    place = np.minimum(np.searchsorted(known, lengths), len(known) - 1)
    return np.where(lengths <= known[-1], known[place], beyond)


def _lengths(lists: Any) -> Ints:
    lengths = pc.fill_null(pc.list_value_length(lists), 0)
    return np.asarray(lengths.to_numpy(zero_copy_only=False), np.int64)


def _lists(lengths: Ints, items: Any, missing: npt.NDArray[np.bool_]) -> Any:
    offsets = pa.array(np.concatenate([[0], np.cumsum(lengths)]), pa.int32())
    return pa.ListArray.from_arrays(offsets, items, mask=pa.array(missing))
