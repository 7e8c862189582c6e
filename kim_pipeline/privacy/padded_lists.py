"""Lists of tokens per row: built, sorted and padded, so that their length says little."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kim_pipeline.privacy.columns import nulls
from kim_pipeline.privacy.word_cmac import cmac64_of_words

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def list_array(lengths: Ints, items: Any, missing: Flags | None = None) -> Any:
    """Return lists of these lengths that hold, in order, these items; null where missing."""
    offsets = pa.array(np.concatenate([[0], np.cumsum(lengths)]), pa.int32())
    mask = None if missing is None or not missing.any() else pa.array(missing)
    return pa.ListArray.from_arrays(offsets, items, mask=mask)


def lists_of(shape: Any, items: Any) -> Any:
    """Return lists with the lengths and nulls of `shape` and, in order, these items."""
    return list_array(list_lengths(shape), items, nulls(shape))


def owners_of(lists: Any) -> Ints:
    """Return the row number of every item."""
    return np.repeat(np.arange(len(lists)), list_lengths(lists))


def list_lengths(lists: Any) -> Ints:
    """Return the length of each list; null has none."""
    lengths = pc.fill_null(pc.list_value_length(lists), 0)
    return np.asarray(lengths.to_numpy(zero_copy_only=False), np.int64)


def sorted_lists(lists: Any) -> Any:
    """Sort each list; its order would otherwise tell where the padding is."""
    lengths = list_lengths(lists)
    items = _sorted_within(lists.flatten().to_numpy(), lengths)
    return list_array(lengths, pa.array(items), nulls(lists))


def sets_of(lists: Any, without: pa.Int64Array | None = None) -> Any:
    """Return each list as a set, sorted; `without` names one item per row that is left out."""
    lengths, owners = list_lengths(lists), owners_of(lists)
    items = _sorted_within(lists.flatten().to_numpy(), lengths)
    keep = np.ones(len(items), np.bool_)
    keep[1:] = (items[1:] != items[:-1]) | (owners[1:] != owners[:-1])
    if without is not None:
        keep &= (items != without.fill_null(0).to_numpy()[owners]) | nulls(without)[owners]
    lengths = np.bincount(owners[keep], minlength=len(lists))
    return list_array(lengths, pa.array(items[keep]), nulls(lists))


def without_empty(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Make rows null whose lists are empty or null in every one of these columns, in all of them.

    Rows with an item in any column have lists in all, so that nulls tell one thing only.
    """
    lengths = {name: list_lengths(lists) for name, lists in columns.items()}
    empty = np.all([found == 0 for found in lengths.values()], axis=0)
    return {
        name: list_array(lengths[name], lists.flatten(), empty) for name, lists in columns.items()
    }


def padded(lists: Any, sizes: Sequence[int], key: bytes, seeds: pa.Int64Array) -> Any:
    """Fill each list up to the next of `sizes` (beyond them: of multiples of the first) and sort.

    The filling is the CMAC of the row's seed and a counter under `key`. Null stays null; an empty
    list is filled too.
    """
    lengths, missing = list_lengths(lists), nulls(lists)
    whole = np.where(missing, 0, _padded_lengths(lengths, sizes))
    fill = whole - lengths
    counters = np.arange(fill.sum()) - np.repeat(np.cumsum(fill) - fill, fill)
    starts = pa.array(np.repeat(seeds.to_numpy(), fill))
    filling = cmac64_of_words(key, starts, pa.array(counters)).to_numpy()
    items = np.empty(int(whole.sum()), np.int64)
    within = np.arange(len(items)) - np.repeat(np.cumsum(whole) - whole, whole)
    real = within < np.repeat(lengths, whole)
    items[real], items[~real] = lists.flatten().to_numpy(), filling
    return list_array(whole, pa.array(_sorted_within(items, whole)), missing)


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
