"""An invented Kreis over months: who lives where, with which nationality, status and age.

Towns, nationalities and statuses are uneven as in life (Zipf). Every month about 1 % leave and are
replaced, and 1.2 % change their status.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]
SIZES: Mapping[str, int] = {"town": 10, "nationality": 7, "status": 15, "age": 6}
LEAVE, CHANGE = 0.01, 0.012


@dataclass(frozen=True)
class Month:
    """Everybody of a month: who it is, and the value of each dimension as a small number."""

    persons: Codes
    values: Mapping[str, Codes]


def months(count: int, persons: int, seed: int) -> list[Month]:
    """Invent a population and let it live for a number of months."""
    chance = np.random.default_rng(seed)
    ids = np.arange(persons, dtype=np.int64)
    values = {name: _uneven(chance, size, persons) for name, size in SIZES.items()}
    lived = [Month(ids, values)]
    for _ in range(count - 1):
        ids, values = _next(chance, lived[-1])
        lived.append(Month(ids, values))
    return lived


def _uneven(chance: np.random.Generator, size: int, persons: int) -> Codes:
    weight = 1 / np.arange(1, size + 1)
    return chance.choice(size, persons, p=weight / weight.sum()).astype(np.int64)


def _next(chance: np.random.Generator, before: Month) -> tuple[Codes, dict[str, Codes]]:
    count = len(before.persons)
    values = {name: codes.copy() for name, codes in before.values.items()}
    changed = chance.random(count) < CHANGE
    values["status"][changed] = _uneven(chance, SIZES["status"], int(changed.sum()))
    left = chance.random(count) < LEAVE
    ids = before.persons.copy()
    ids[left] = before.persons.max() + 1 + np.arange(left.sum())
    for name, size in SIZES.items():
        values[name][left] = _uneven(chance, size, int(left.sum()))
    return ids, values
