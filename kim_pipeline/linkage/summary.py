"""What a run of linkage looked like, in counts alone, for metadata and the drift checks."""

import json
from dataclasses import asdict, dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
import pyarrow as pa

from kim_pipeline.linkage.comparisons import TOKEN_COLUMNS
from kim_pipeline.linkage.records import Records
from kim_pipeline.linkage.register import RECORD
from kim_pipeline.linkage.score import level_counts

WEIGHT_EDGES = (-np.inf, -20.0, -10.0, -5.0, 0.0, 5.0, 10.0, 15.0, 20.0, 30.0, 40.0, np.inf)


@dataclass(frozen=True)
class LinkSummary:
    """Counts and shares of one run; no key is an identifier, no value a record.

    Keys of source pairs read `a + b` (a <= b), of rates `a -> b`: the share of a's records whose
    person has a record in b. `levels` counts the kept edges per source pair, comparison and level,
    from "not comparable" up; `fill` is the share of records with a token.
    """

    model_version: str
    records: dict[str, int]
    candidate_pairs: int
    edges: int
    conflicts: int
    persons: int
    events: dict[str, int]
    changed_records: int
    known_records: int
    weights: dict[str, int]
    levels: dict[str, dict[str, tuple[int, ...]]]
    link_rate: dict[str, float]
    fill: dict[str, dict[str, float]]

    def to_json(self) -> str:
        """Write the summary as one line."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "LinkSummary":
        """Read what `to_json` wrote."""
        read = json.loads(text)
        levels = {
            pair: {name: tuple(counts) for name, counts in found.items()}
            for pair, found in read["levels"].items()
        }
        return cls(**{**read, "levels": levels})


def weight_histogram(pairs: pa.Table) -> dict[str, int]:
    """Count candidate pairs per band of match weight in bits."""
    counts, _ = np.histogram(pairs["weight"].to_numpy(), bins=WEIGHT_EDGES)
    bands = [f"{low:g}..{high:g}" for low, high in pairwise(WEIGHT_EDGES)]
    return dict(zip(bands, counts.tolist(), strict=True))


def levels_by_source_pair(pairs: pa.Table) -> dict[str, dict[str, tuple[int, ...]]]:
    """Count the levels of the given pairs for every pair of sources that occurs."""
    left, right = pairs["source_l"].to_pylist(), pairs["source_r"].to_pylist()
    names = np.array([f"{a} + {b}" for a, b in zip(left, right, strict=True)], dtype=object)
    found = sorted(set(names))
    return {name: level_counts(pairs.filter(pa.array(names == name))) for name in found}


def link_rates(links: pd.DataFrame) -> dict[str, float]:
    """Give, per ordered pair of sources, the share of records whose person is in the other too."""
    seen = links.drop_duplicates(["source", "person_id"])
    persons = {source: set(part["person_id"]) for source, part in seen.groupby("source")}
    return {
        f"{a!s} -> {b!s}": round(float(part["person_id"].isin(persons[b]).mean()), 6)
        for a, part in links.groupby("source")
        for b in persons
        if a != b
    }


def fill_rates(records: Records) -> dict[str, dict[str, float]]:
    """Give the share of records with a token, per source and column."""
    start, rates = 0, {}
    for source, count in records.counts.items():
        part = records.table.slice(start, count)
        start += count
        rates[source] = {
            column: round(1 - part[column].null_count / max(count, 1), 6)
            for column in TOKEN_COLUMNS
        }
    return rates


def changed_records(links: pd.DataFrame, previous: pd.DataFrame) -> tuple[int, int]:
    """Count the records that carry another id than before, and those that carried one."""
    both = links.merge(previous[[*RECORD, "person_id"]], on=RECORD, suffixes=("", "_before"))
    return int((both["person_id"] != both["person_id_before"]).sum()), len(both)
