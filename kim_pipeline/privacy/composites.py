"""Tokens of what belongs together: dates, addresses and match keys, made of the tokens of parts.

A composite is the CMAC of its parts' tokens (and plain numbers) as 64-bit words, under a key of its
own. It is null where a part is null. Each match key is nearly unique and forgives another kind of
error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kim_pipeline.privacy.columns import nulls, numbers
from kim_pipeline.privacy.word_cmac import cmac64_of_words

Secret: TypeAlias = Callable[[str], bytes]
"""The key of a label."""
Tokens: TypeAlias = "pa.Int64Array"


@dataclass(frozen=True)
class BirthDates:
    """The known parts of birth dates, `int64`, null where unknown."""

    year: Any
    month: Any
    day: Any


def date_tokens(born: BirthDates, secret: Secret) -> dict[str, Tokens]:
    """Key date parts only in pairs and triples: one alone is guessed from its frequency."""
    year, month, day = born.year, born.month, born.day
    twelve = pa.scalar(12, pa.int64())
    other = pc.and_(pc.less_equal(day, twelve), pc.not_equal(day, month))
    swapped = pc.if_else(other, month, pa.scalar(None, pa.int64()))
    parts = {
        "dob": (year, month, day),
        "dob_swapped": (year, day, swapped),
        "dob_my": (month, year),
        "dob_dy": (day, year),
        "dob_dm": (day, month),
    }
    keys = {name: secret("dob" if name == "dob_swapped" else name) for name in parts}
    return {name: cmac64_of_words(keys[name], *words) for name, words in parts.items()}


def place_tokens(postcode: Tokens, road: Tokens, number: Tokens, secret: Secret) -> dict[str, Any]:
    """Key street and whole address within their postcode."""
    return {
        "street": cmac64_of_words(secret("street"), postcode, road),
        "addr": cmac64_of_words(secret("addr"), postcode, road, number),
    }


def match_keys(tokens: Mapping[str, Tokens], year: Any, secret: Secret) -> dict[str, Tokens]:
    """Return k1 to k8 of each record, of its single tokens and its year of birth."""
    given, family = tokens["given_skel"], tokens["family_skel"]
    low, high = _ordered(given, family)
    parts = {
        "k4": (given, family, tokens["dob_dm"]),
        "k5": (tokens["addr"], given),
        "k7": (tokens["dob"], tokens["plz"]),
        "k8": (low, high, tokens["dob_my"]),
    }
    keys = {name: cmac64_of_words(secret(name), *words) for name, words in parts.items()}
    return keys | name_keys(given, family, tokens["dob"], year, secret)


def name_keys(
    given: Tokens, family: Tokens, dob: Tokens, year: Any, secret: Secret
) -> dict[str, Tokens]:
    """Return k1, k2, k3 and k6: those that a record also has under each of its other names.

    `given` and `family` are tokens of skeletons.
    """
    parts = {
        "k1": (dob, given),
        "k2": (dob, family),
        "k3": (given, family, year),
        "k6": (dob, *_ordered(given, family)),
    }
    return {name: cmac64_of_words(secret(name), *words) for name, words in parts.items()}


def _ordered(one: Tokens, other: Tokens) -> tuple[Any, Any]:
    """Put two tokens in one order, so that swapped names give one key."""
    first, second = numbers(one), numbers(other)
    missing = nulls(one) | nulls(other)
    pair = (np.minimum(first, second), np.maximum(first, second))
    low, high = (pa.array(part, pa.int64(), mask=missing) for part in pair)
    return low, high
