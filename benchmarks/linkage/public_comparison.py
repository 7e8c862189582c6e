"""All ways on data that was not made by us: FEBRL4, and people spoilt by another's library."""

from collections.abc import Iterator

from benchmarks.linkage.county_comparison import STAR, compare_set
from benchmarks.linkage.county_table import HEAD
from benchmarks.linkage.link_set import LinkSet
from benchmarks.linkage.two_files import corrupted, febrl


def compare_febrl() -> Iterator[str]:
    """Compare on FEBRL4."""
    with febrl() as data:
        yield from _compare("FEBRL4", data)


def compare_corrupted(scale: float, seed: int) -> Iterator[str]:
    """Compare on corrupted copies of invented people."""
    with corrupted(scale, seed) as data:
        yield from _compare(f"corrupted by gecko-syndata, seed {seed}", data)


def _compare(name: str, data: LinkSet) -> Iterator[str]:
    counts = data.records["source"].value_counts(sort=False).to_dict()
    yield f"\n{name}: {counts}, {len(set(data.persons))} persons\n{HEAD}"
    yield "\n".join(row.render() for row in compare_set(data).rows)
    yield STAR
