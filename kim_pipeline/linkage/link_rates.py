"""How many records of one source have their person in another, for all and per nationality group.

Rates are of records: an office with a person twice counts it twice.
"""

from dataclasses import dataclass
from itertools import permutations

import numpy as np

from kim_pipeline.linkage.pairs import Flags, Ints
from kim_pipeline.linkage.records import Records

GroupRates = dict[str, dict[str, tuple[int, int]]]


@dataclass(frozen=True)
class Searched:
    """Records of source `a`, their nationality groups, and whether each is found in source `b`."""

    a: str
    b: str
    groups: Ints
    found: Flags


def pair_rates(records: Records, labels: Ints) -> dict[str, float]:
    """Give the share found per ordered pair of sources, under `a -> b`.

    `labels` numbers the person of every record, by position.
    """
    return {
        f"{one.a} -> {one.b}": round(float(one.found.mean()), 6)
        for one in _searched(records, labels)
        if len(one.found)
    }


def group_rates(records: Records, labels: Ints) -> GroupRates:
    """Count records searched and found per ordered pair of sources and nationality group."""
    rates: GroupRates = {}
    for one in _searched(records, labels):
        size = len(records.groups)
        searched = np.bincount(one.groups, minlength=size).tolist()
        found = np.bincount(one.groups[one.found], minlength=size).tolist()
        counted = zip(records.groups, searched, found, strict=True)
        rates[f"{one.a} -> {one.b}"] = {g: (n, hits) for g, n, hits in counted if n}
    return rates


def _searched(records: Records, labels: Ints) -> list[Searched]:
    codes = records.source_codes
    numbers = np.asarray(labels, dtype=np.int64)
    groups = records.group_codes.astype(np.int64)
    known = {}
    for code, source in enumerate(records.sources):
        has = np.zeros(int(numbers.max(initial=-1)) + 1, dtype=np.bool_)
        has[numbers[codes == code]] = True
        known[source] = has
    rows = {source: codes == code for code, source in enumerate(records.sources)}
    return [
        Searched(a, b, groups[rows[a]], known[b][numbers[rows[a]]])
        for a, b in permutations(records.sources, 2)
    ]
