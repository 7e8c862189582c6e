"""Invented values of many rows at once: each follows from the row and its version alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias
from zlib import crc32

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Column: TypeAlias = "pa.Array[Any]"
Bits = NDArray[np.uint64]
KEY_CHARACTERS = 32
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Rows:
    """Rows of one table: their number, the number of the record they belong to, their version."""

    table: str
    ids: Numbers
    owners: Numbers
    versions: Numbers

    def number(self, name: str, size: int, *, turning: bool = False) -> Numbers:
        """Draw whole numbers below `size`; when `turning`, every version has the next one."""
        drawn = (_mixed(self.ids, f"{self.table}.{name}") % np.uint64(size)).astype(np.int64)
        return (drawn + self.versions) % size if turning else drawn

    def share(self, name: str, percent: int) -> NDArray[np.bool_]:
        """Draw a share of the rows."""
        return self.number(name, 100) < percent

    def pick(self, name: str, options: Sequence[str], *, turning: bool = False) -> Column:
        """Draw one of some texts for each row."""
        return pa.array(options, pa.string()).take(self.number(name, len(options), turning=turning))

    def day(self, name: str, first: date, days: int) -> Numbers:
        """Draw days since 1970 from `first` on."""
        return (first - EPOCH).days + self.number(name, days)


def keys(kind: str, numbers: Numbers) -> Column:
    """Write numbers as keys that look drawn: 128 bits, one to one within a kind."""
    words = np.empty((len(numbers), 2), ">u8")
    words[:, 0], words[:, 1] = _mixed(numbers, f"{kind} 1"), _mixed(numbers, f"{kind} 2")
    text = words.tobytes().hex().encode("ascii")
    offsets = np.arange(len(numbers) + 1, dtype=np.int32) * KEY_CHARACTERS
    return pa.StringArray.from_buffers(
        len(numbers), pa.py_buffer(offsets.tobytes()), pa.py_buffer(text)
    )


def dates(days: Numbers, absent: NDArray[np.bool_] | None = None) -> Column:
    """Write days since 1970 as dates, none where absent."""
    return pa.array(days.astype(np.int32), pa.int32(), mask=absent).cast(pa.date32())


def _mixed(numbers: Numbers, seed: str) -> Bits:
    """Mix bits one to one. Source: Steele, Lea, Flood, "SplitMix" (2014)."""
    salt = np.uint64(crc32(seed.encode("utf-8")) * 0x9E3779B97F4A7C15 % 2**64)
    mixed = numbers.astype(np.uint64) * np.uint64(0xD1342543DE82EF95) + salt
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return mixed ^ (mixed >> np.uint64(31))
