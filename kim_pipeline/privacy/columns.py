"""Small moves on Arrow columns shared inside this package; they know no field's meaning."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Column: TypeAlias = "pa.Array[Any] | pa.ChunkedArray[Any]"


def one_array(column: Column) -> pa.Array[Any]:
    """Return the column as one plain array: chunks joined, dictionaries decoded."""
    if isinstance(column, pa.ChunkedArray):
        column = pa.concat_arrays(column.chunks) if column.num_chunks else _empty(column.type)
    if isinstance(column, pa.DictionaryArray):
        column = column.dictionary_decode()
    return column


def nulls(array: pa.Array[Any]) -> npt.NDArray[np.bool_]:
    """Return where the array is null."""
    return np.asarray(array.is_null().to_numpy(zero_copy_only=False), np.bool_)


def distinct(column: Column) -> tuple[list[str], pa.Array[Any]]:
    """Return the distinct strings of a column and each row's place among them, null for null."""
    coded: Any = one_array(column).cast(pa.large_string()).dictionary_encode()
    return coded.dictionary.to_pylist(), coded.indices


def map_distinct(
    function: Callable[[str], Any], column: Column, result: pa.DataType
) -> pa.Array[Any]:
    """Apply a Python function once to each distinct string of a column; null stays null."""
    values, places = distinct(column)
    mapped: pa.Array[Any] = pa.array([function(value) for value in values], result).take(places)
    return mapped


def _empty(kind: pa.DataType) -> pa.Array[Any]:
    return pa.array([], kind)
