"""Scoring a month in parts, one per machine, and putting the parts together again.

Every machine reads all records, since how large a block is depends on all; it compares only its
part of the pairs. A part is kept as a file that holds positions, levels and weights, no token.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from kim_pipeline.errors import LinkError
from kim_pipeline.linkage.blocking import ascending, find_blocks, pairs_in_range, ranges
from kim_pipeline.linkage.comparisons import COMPARISONS
from kim_pipeline.linkage.decisions import NO_DECISIONS, Decisions, forced_pairs
from kim_pipeline.linkage.model import LinkModel
from kim_pipeline.linkage.pairs import KeyFacts, ScoredPairs
from kim_pipeline.linkage.records import Records
from kim_pipeline.linkage.score import LEAST_WEIGHT, as_pairs
from kim_pipeline.linkage.scorer import Scorer, joined
from kim_pipeline.linkage.token_codes import encode

_COLUMNS = ("l", "r", "weight", "must", "cannot")


@dataclass(frozen=True)
class Part:
    """Part `number` of `of`, counted from 0; the first records of its pairs are its own."""

    number: int
    of: int

    def __post_init__(self) -> None:
        if not 0 <= self.number < self.of:
            raise LinkError(f"There is no part {self.number} of {self.of}; parts count from 0.")


def score_part(
    records: Records,
    model: LinkModel,
    part: Part,
    decided: Decisions = NO_DECISIONS,
    least_weight: float = LEAST_WEIGHT,
) -> ScoredPairs:
    """Find and score one part of the pairs of `score.score_pairs`; `together` gives them all."""
    codes = encode(records.table)
    blocks = find_blocks(records.table, codes)
    scorer, forced = Scorer.of(model, codes, least_weight), forced_pairs(records, decided)
    own, below = [], 0
    for start, stop in ranges(blocks, records.size)[part.number :: part.of]:
        here = (forced.l >= start) & (forced.l < stop)
        pairs = pairs_in_range(blocks, start, stop)
        pairs = ascending(np.concatenate([pairs, forced.pairs[here]]))
        own.append(scorer.score(pairs, forced.pairs[here]))
        below += len(pairs) - len(own[-1].pairs)
    scored = joined(own or [scorer.score(np.empty(0, np.int64), np.empty(0, np.int64))])
    keys = tuple(block.facts for block in blocks)
    return as_pairs(scored, forced, below, keys)


def together(parts: Sequence[ScoredPairs]) -> ScoredPairs:
    """Put all parts of a month together, in the order of `score.score_pairs`."""
    order = np.lexsort([np.concatenate([getattr(p, side) for p in parts]) for side in ("r", "l")])
    columns = {
        name: np.concatenate([getattr(part, name) for part in parts])[order]
        for name in (*_COLUMNS, "levels", "frequency")
    }
    return ScoredPairs(**columns, below=sum(p.below for p in parts), keys=parts[0].keys)


def save_part(pairs: ScoredPairs, path: Path) -> None:
    """Write a part as Parquet that only its owner can read; raises when the file is there."""
    columns = {name: pa.array(getattr(pairs, name)) for name in _COLUMNS}
    for at, comparison in enumerate(COMPARISONS):
        columns["level_" + comparison.name] = pa.array(pairs.levels[:, at])
        columns["bits_" + comparison.name] = pa.array(pairs.frequency[:, at])
    facts = {"below": pairs.below, "keys": [asdict(key) for key in pairs.keys]}
    table = pa.table(columns).replace_schema_metadata({"facts": json.dumps(facts)})
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        pq.write_table(table, file, compression="zstd")


def load_part(path: Path) -> ScoredPairs:
    """Read a part."""
    table = pq.read_table(path)
    facts = json.loads((table.schema.metadata or {})[b"facts"])
    grids = {
        prefix: np.stack([table[f"{prefix}_{c.name}"].to_numpy() for c in COMPARISONS], axis=1)
        for prefix in ("level", "bits")
    }
    return ScoredPairs(
        **{name: table[name].to_numpy() for name in _COLUMNS},
        levels=grids["level"],
        frequency=grids["bits"],
        below=facts["below"],
        keys=tuple(KeyFacts(**key) for key in facts["keys"]),
    )
