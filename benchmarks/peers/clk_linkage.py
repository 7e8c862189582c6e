"""clkhash and anonlink: one Bloom filter per record, Dice, greedy matching; in its own environment.

`python clk_linkage.py FOLDER` reads `clk.input.parquet` (`source`, `position` and texts) and writes
`clk.pairs.parquet` and `clk.groups.parquet`, a column of labels per threshold. Knows no truth, and
imports nothing of the project: these libraries need an older numpy.
"""

import array
import bisect
import json
import resource
import sys
import time
from pathlib import Path

import anonlink
import pyarrow as pa
import pyarrow.parquet as pq
from bitarray import bitarray
from clkhash.clk import generate_clks
from clkhash.comparators import ExactComparison, NgramComparison
from clkhash.field_formats import (
    BitsPerFeatureStrategy,
    FieldHashingProperties,
    MissingValueSpec,
    StringSpec,
)
from clkhash.schema import Schema

# Bits per field follow what each says about a person; 1024 bits as in the libraries' own examples.
FIELDS = {
    "given": (NgramComparison(2), 150),
    "family": (NgramComparison(2), 150),
    "birth_date": (NgramComparison(1, True), 200),
    "birth_place": (NgramComparison(2), 60),
    "nationality": (ExactComparison(), 30),
    "sex": (ExactComparison(), 20),
    "postcode": (NgramComparison(1, True), 40),
    "street": (NgramComparison(2), 50),
}
BITS, SECRET = 1024, "benchmark"
LEAST, STEP, STEPS = 0.70, 0.02, 13
MOST_PER_RECORD = 20


def main() -> None:
    """Encode, compare all sources with each other, match greedily at every threshold."""
    folder, seconds = Path(sys.argv[1]), {}
    records = pq.read_table(folder / "clk.input.parquet")
    start = time.perf_counter()
    parts = filters(records)
    seconds["encode"] = time.perf_counter() - start
    start = time.perf_counter()
    candidates = anonlink.candidate_generation.find_candidate_pairs(
        [f for _, f in parts],
        anonlink.similarities.dice_coefficient_accelerated,
        LEAST,
        k=MOST_PER_RECORD,
    )
    seconds["link"] = time.perf_counter() - start
    write(folder, records.num_rows, [p for p, _ in parts], candidates)
    print(json.dumps({"seconds": seconds, **usage(), "facts": {}}))


def filters(records: pa.Table) -> list[tuple[list[int], list[bitarray]]]:
    """Give the positions and Bloom filters of every source."""
    features = [_feature(name, *how) for name, how in FIELDS.items()]
    schema = Schema(features, BITS)
    made = []
    for source in sorted(set(records["source"].to_pylist())):
        part = records.filter(pa.compute.equal(records["source"], source))
        columns = [part[name].fill_null("").to_pylist() for name in FIELDS]
        rows = list(zip(*columns, strict=True))
        made.append(
            (part["position"].to_pylist(), generate_clks(rows, schema, SECRET, validate=False))
        )
    return made


def write(folder: Path, size: int, positions: list[list[int]], candidates: tuple) -> None:
    """Write the candidate pairs that some threshold matches, and the groups of each threshold."""
    scores, (sets_l, sets_r), (rows_l, rows_r) = candidates
    left = [positions[s][r] for s, r in zip(sets_l, rows_l, strict=True)]
    right = [positions[s][r] for s, r in zip(sets_r, rows_r, strict=True)]
    matched, columns = set(), {}
    for step in range(STEPS):
        threshold = round(LEAST + STEP * step, 2)
        groups = solved(candidates, threshold)
        labels = list(range(size))
        for number, group in enumerate(groups):
            for source, row in group:
                labels[positions[source][row]] = size + number
        columns[repr(threshold)] = pa.array(labels, pa.int64())
        matched.update(_linked(left, right, labels))
    kept = [n for n, pair in enumerate(zip(left, right, strict=True)) if pair in matched]
    pairs = {"l": [left[n] for n in kept], "r": [right[n] for n in kept]}
    table = pa.table({n: pa.array(v, pa.int64()) for n, v in pairs.items()})
    table = table.append_column("score", pa.array([scores[n] for n in kept], pa.float64()))
    pq.write_table(table, folder / "clk.pairs.parquet")
    pq.write_table(pa.table(columns), folder / "clk.groups.parquet")


def solved(candidates: tuple, threshold: float) -> list:
    """Match greedily among the candidates from this score on; they come best first."""
    scores, sets, rows = candidates
    end = bisect.bisect_right(scores, -threshold, key=lambda score: -score)
    cut = (
        array.array("d", scores[:end]),
        tuple(array.array("I", part[:end]) for part in sets),
        tuple(array.array("I", part[:end]) for part in rows),
    )
    return list(anonlink.solving.greedy_solve(cut))


def usage() -> dict[str, float]:
    """Give processor seconds with children, and the peak MiB of this process."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    used = [resource.getrusage(kind) for kind in kinds]
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    peak = int(next(line.split()[1] for line in lines if line.startswith("VmHWM:"))) >> 10
    return {"processor": sum(u.ru_utime + u.ru_stime for u in used), "peak_mib": peak}


def _feature(name: str, comparison: object, bits: int) -> StringSpec:
    hashing = FieldHashingProperties(
        comparator=comparison,
        strategy=BitsPerFeatureStrategy(bits),
        missing_value=MissingValueSpec("", None),
    )
    return StringSpec(name, hashing)


def _linked(left: list[int], right: list[int], labels: list[int]) -> list[tuple[int, int]]:
    pairs = zip(left, right, strict=True)
    return [(a, b) for a, b in pairs if labels[a] == labels[b]]


if __name__ == "__main__":
    main()
