"""Tables of an invented population: counts and sums of record keys, cell by cell."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.disclosure.population import SIZES, Codes, Month
from kim_pipeline.disclosure.cell_key import Keys64, record_keys

K_REC, K_CELL = bytes(range(32)), bytes(range(32, 64))
_HALF = np.uint64(32)
_LOW = np.uint64(2**32 - 1)


@dataclass(frozen=True)
class Table:
    """All cells of a cross of dimensions: counts, key sums mod 2**64, and the code of each."""

    dimensions: tuple[str, ...]
    counts: Codes
    keys: Keys64


def keys_of(persons: Codes) -> Keys64:
    """Derive the record key of each person (its number stands for the random id)."""
    return record_keys([str(uuid.UUID(int=int(n) + 1)) for n in persons], K_REC)


def tabulate(month: Month, keys: Keys64, dimensions: Sequence[str]) -> Table:
    """Count every cell; two sums of 32-bit halves are exact in floats up to 2 million persons."""
    code = np.zeros(len(month.persons), np.int64)
    size = 1
    for name in dimensions:
        code = code * SIZES[name] + month.values[name]
        size *= SIZES[name]
    low = np.bincount(code, (keys & _LOW).astype(float), size).astype(np.uint64)
    high = np.bincount(code, (keys >> _HALF).astype(float), size).astype(np.uint64)
    counts = np.bincount(code, minlength=size).astype(np.int64)
    return Table(tuple(dimensions), counts, low + (high << _HALF))
