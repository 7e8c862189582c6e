"""The cell-key method: a cell's noise is drawn from the keys of the persons in it.

The same set of persons gets the same noise in every table, month, release and re-run; the month
is not part of the key, otherwise static cells could be averaged. The finaliser is keyed, otherwise
the keys of parts would add up to the key of the total.

Source: Thompson, Broadfoot and Elazar, "Methodology for the automatic confidentialisation of
statistical outputs from remote servers at the Australian Bureau of Statistics" (2013).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from Crypto.Cipher import AES
from numpy.typing import NDArray

from kim_pipeline.disclosure.ptable import PerturbationTable
from kim_pipeline.errors import DisclosureError

KEY_BYTES = 32
BLOCK_BYTES = 16
WORD = 2**64

# What is drawn, from which units, in which series: separate draws never share noise.
MEASURE_COUNT = 1
MEASURE_MEDIAN = 2
MEASURE_PERCENTILE_90 = 3
MEASURE_MEAN = 4
MEASURE_VALUE = 5
MEASURE_OVER = 6
MEASURE_SURVIVAL = 7
UNIT_PERSON = 0
SERIES_STEERING = 0

Keys64 = NDArray[np.uint64]
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Draw:
    """What a noise value is for: measure (1 byte), unit (1 byte) and series (2 bytes)."""

    measure: int
    unit: int = UNIT_PERSON
    series: int = SERIES_STEERING


PERSON_COUNT = Draw(MEASURE_COUNT)


def record_keys(person_ids: Sequence[str], k_rec: bytes) -> Keys64:
    """Derive the 64-bit noise key of each person from its id (uuid text).

    One AES-256 block per person, first 8 bytes little-endian. Raises DisclosureError for a key or
    an id of another length.
    """
    packed = bytes.fromhex("".join(person_ids).replace("-", ""))
    if len(packed) != BLOCK_BYTES * len(person_ids):
        raise DisclosureError("A person id is not a 128-bit uuid; noise keys cannot be derived.")
    return _first_words(packed, k_rec)


def uniform(key_sums: Keys64, k_cell: bytes, draw: Draw) -> Keys64:
    """Turn sums of record keys (mod 2**64) into uniform 63-bit integers, one per cell."""
    blocks = np.zeros((len(key_sums), BLOCK_BYTES), np.uint8)
    blocks[:, :8] = key_sums.astype("<u8").view(np.uint8).reshape(-1, 8)
    blocks[:, 8] = draw.measure
    blocks[:, 9] = draw.unit
    blocks[:, 10:12] = np.frombuffer(draw.series.to_bytes(2, "little"), np.uint8)
    return _first_words(blocks.tobytes(), k_cell) >> np.uint64(1)


def protect_counts(
    counts: Counts,
    key_sums: Keys64,
    k_cell: bytes,
    ptable: PerturbationTable,
    draw: Draw = PERSON_COUNT,
) -> Counts:
    """Add the noise of each cell to its count of distinct persons; 0 stays 0.

    `key_sums` are the sums of the record keys of the counted persons, mod 2**64.
    """
    return counts + ptable.draw(counts, uniform(key_sums, k_cell, draw))


def _first_words(blocks: bytes, key: bytes) -> Keys64:
    if len(key) != KEY_BYTES:
        raise DisclosureError(f"A disclosure key must have {KEY_BYTES} bytes.")
    # Single random blocks: ECB is the bare permutation here, there is no message to leak structure.
    encrypted = AES.new(key, AES.MODE_ECB).encrypt(blocks)
    return np.frombuffer(encrypted, "<u8")[::2].astype(np.uint64)
