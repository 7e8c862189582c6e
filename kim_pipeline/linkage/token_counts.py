"""What the token tables of a run look like, source by source: filled, spread and shared tokens."""

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from kim_pipeline.linkage.comparisons import KEY_COLUMNS, TOKEN_COLUMNS
from kim_pipeline.linkage.records import Records

# Columns whose commonest value tells of a constant: a default date, a name that is a heading.
SPREAD_COLUMNS = ("given", "family", "dob", "dob_dm")


@dataclass(frozen=True)
class Sharing:
    """How a match key is shared inside a source.

    shared: share of its records that have the key of another. largest: share with the commonest.
    """

    shared: float
    largest: float


def fill_rates(records: Records) -> dict[str, dict[str, float]]:
    """Give the share of records with a token, per source and column."""
    return {
        source: {c: _share(len(part) - part[c].null_count, len(part)) for c in TOKEN_COLUMNS}
        for source, part in _parts(records)
    }


def key_sharing(records: Records) -> dict[str, dict[str, Sharing]]:
    """Say how each match key is shared inside each source; records without the key count as lone.

    A delivery in which people stand twice, or one field is the same for all, shows here.
    """
    return {
        source: {key: _sharing(part, key) for key in KEY_COLUMNS}
        for source, part in _parts(records)
    }


def commonest(records: Records) -> dict[str, dict[str, float]]:
    """Give the share of records that carry the commonest token, per source and column."""
    return {
        source: {column: _sharing(part, column).largest for column in SPREAD_COLUMNS}
        for source, part in _parts(records)
    }


def _parts(records: Records) -> Iterator[tuple[str, pa.Table]]:
    start = 0
    for source, count in records.counts.items():
        yield source, records.table.slice(start, count)
        start += count


def _sharing(part: pa.Table, column: str) -> Sharing:
    counts = pc.value_counts(part[column].drop_null()).field("counts").to_numpy()
    shared = int(counts[counts > 1].sum())
    largest = int(counts.max(initial=0))
    return Sharing(_share(shared, len(part)), _share(largest, len(part)))


def _share(part: int, whole: int) -> float:
    return round(part / max(whole, 1), 6)
