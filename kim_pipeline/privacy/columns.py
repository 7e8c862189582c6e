"""Small moves on Arrow columns shared inside this package; they know no field's meaning."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Column: TypeAlias = "pa.Array[Any] | pa.ChunkedArray[Any]"


@dataclass(frozen=True)
class Coded:
    """A column as distinct values and each row's place among them (None: row by row)."""

    values: Any
    places: Any = None

    def rows(self, values: Any = None) -> Any:
        """Return the column row by row, or what has been made of its distinct values."""
        made = self.values if values is None else values
        return made if self.places is None else made.take(self.places)


def one_array(column: Column) -> pa.Array[Any]:
    """Return the column as one plain array: chunks joined, dictionaries decoded."""
    if isinstance(column, pa.ChunkedArray):
        column = pa.concat_arrays(column.chunks) if column.num_chunks else _empty(column.type)
    if isinstance(column, pa.DictionaryArray):
        column = column.dictionary_decode()
    return column


def nulls(array: pa.Array[Any]) -> npt.NDArray[np.bool_]:
    """Return where the array is null."""
    if array.null_count == 0:
        return np.zeros(len(array), np.bool_)
    return np.asarray(array.is_null().to_numpy(zero_copy_only=False), np.bool_)


def numbers(array: pa.Int64Array) -> npt.NDArray[np.int64]:
    """Return the values of an array without a copy; what stands under a null is any number."""
    buffer: Any = array.buffers()[1]
    if buffer is None:
        return np.zeros(len(array), np.int64)
    return np.frombuffer(buffer, np.int64)[array.offset : array.offset + len(array)]


def distinct(column: Column) -> tuple[list[str], pa.Array[Any]]:
    """Return the distinct strings of a column and each row's place among them, null for null."""
    coded: Any = one_array(column).cast(pa.large_string()).dictionary_encode()
    return coded.dictionary.to_pylist(), coded.indices


def distinct_of_all(columns: Sequence[Column]) -> tuple[list[str], list[pa.Array[Any]]]:
    """Return the distinct strings of several columns, and each column's places among them."""
    arrays = [one_array(column).cast(pa.large_string()) for column in columns]
    values, places = distinct(pa.concat_arrays(arrays))
    starts = np.cumsum([0, *map(len, arrays)])
    parts = zip(starts[:-1], arrays, strict=True)
    return values, [places.slice(int(start), len(array)) for start, array in parts]


def coded_map(function: Callable[[str], str | None], column: Column) -> Coded:
    """Apply a Python function once to each distinct string of a column; null stays null."""
    values, places = distinct(column)
    return Coded(pa.array([function(value) for value in values], pa.large_string()), places)


def map_distinct(
    function: Callable[[str], Any], column: Column, result: pa.DataType
) -> pa.Array[Any]:
    """Apply a Python function once to each distinct string of a column; null stays null."""
    values, places = distinct(column)
    mapped: pa.Array[Any] = pa.array([function(value) for value in values], result).take(places)
    return mapped


def _empty(kind: pa.DataType) -> pa.Array[Any]:
    return pa.array([], kind)
