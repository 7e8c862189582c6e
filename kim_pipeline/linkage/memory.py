"""What a run of blocking leaves for the next month: which records met which, and how they looked.

Only pairs with a new, changed or oddly blocked record are then looked for again. Levels, token
frequencies and weights are not remembered but made anew from this month's tokens and model, so that
remembering can change no link.
"""

import os
import secrets
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kim_pipeline.linkage.blocking import KEYS, Blocks, touching
from kim_pipeline.linkage.comparisons import ID_COLUMN
from kim_pipeline.linkage.pairs import Flags, Ints
from kim_pipeline.linkage.records import DIGEST_COLUMN, Records

LOW = (1 << 32) - 1
STAMP = b"stamp"
MONTH = b"month"
KEYS_MARK = b"keys"


@dataclass(frozen=True)
class PairMemory:
    """The records and candidate pairs of one month.

    records: `source`, `record_pseudonym`, `digest` (16 bytes) and bool `split` (in a block that was
      split or left out), in the order of `Records`.
    pairs: int64 `l << 32 | r` over the rows of `records`, ascending.
    month: the month that was linked.

    Whoever steals it learns which records of which sources resembled each other in a match key, and
    with last month's file which of them changed; no token, level or frequency, hence nothing that
    a list of names could be aligned with but how many candidates each record has.
    """

    records: pa.Table
    pairs: Ints
    month: date | None = None

    def save(self, folder: Path) -> None:
        """Write both tables, readable by the owner alone, each replaced in one step."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        stamp = {STAMP: secrets.token_hex(16).encode(), KEYS_MARK: _keys_mark()}
        if self.month is not None:
            stamp[MONTH] = self.month.isoformat().encode()
        ends = {"l": self.pairs >> 32, "r": self.pairs & LOW}
        pairs = pa.table({side: pa.array(end, pa.int32()) for side, end in ends.items()})
        _write(self.records.replace_schema_metadata(stamp), folder / "records.parquet")
        _write(pairs.replace_schema_metadata(stamp), folder / "pairs.parquet")


def load(folder: Path) -> PairMemory | None:
    """Read what a run left.

    None when there is nothing, two files of different runs, or candidates under other match keys.
    """
    if not all((folder / name).exists() for name in ("records.parquet", "pairs.parquet")):
        return None
    records, pairs = (pq.read_table(folder / f"{name}.parquet") for name in ("records", "pairs"))
    notes = records.schema.metadata or {}
    same_run = notes.get(STAMP) == (pairs.schema.metadata or {}).get(STAMP)
    if not same_run or notes.get(KEYS_MARK) != _keys_mark():
        return None
    left, right = (np.asarray(pairs[side], dtype=np.int64) for side in ("l", "r"))
    month = date.fromisoformat(notes[MONTH].decode()) if MONTH in notes else None
    return PairMemory(records.replace_schema_metadata(None), left << 32 | right, month)


def remember(records: Records, blocks: list[Blocks], pairs: Ints) -> PairMemory:
    """Keep a month's records and candidates for the next one."""
    kept = records.table.select(["source", ID_COLUMN, DIGEST_COLUMN])
    return PairMemory(kept.append_column("split", pa.array(_in_split_block(blocks))), pairs)


def remember_records(records: Records) -> PairMemory:
    """Keep what the records looked like, and no pair: the next month looks for all of them."""
    kept = records.table.select(["source", ID_COLUMN, DIGEST_COLUMN])
    anew = pa.array(np.ones(records.size, dtype=np.bool_))
    return PairMemory(kept.append_column("split", anew), np.empty(0, dtype=np.int64))


def _keys_mark() -> bytes:
    """Name the match keys, their caps and splits: other keys make other candidates."""
    return repr(KEYS).encode()


@dataclass(frozen=True)
class Recalled:
    """Candidates that need no blocking, as pairs of this month, and the blocks for all others."""

    pairs: Ints
    blocks: list[Blocks]


def recall(memory: PairMemory | None, records: Records, blocks: list[Blocks]) -> Recalled:
    """Find what still holds: pairs of two records that stayed as they were.

    Two such records meet now if and only if they met before, unless a block of theirs was or is
    large: what is left of a large block depends on its other records, so it is looked at anew.
    """
    if memory is None:
        return Recalled(np.empty(0, dtype=np.int64), blocks)
    place = _places(memory, records)
    stayed = np.zeros(records.size, dtype=np.bool_)
    stayed[place[place >= 0]] = True
    stayed &= ~_in_split_block(blocks)
    left, right = place[memory.pairs >> 32], place[memory.pairs & LOW]
    held = (left >= 0) & (right >= 0)
    left, right = left[held], right[held]
    still = stayed[left] & stayed[right]
    pairs = left[still] << 32 | right[still]
    return Recalled(pairs, [touching(block, ~stayed) for block in blocks])


def _places(memory: PairMemory, records: Records) -> Ints:
    """Give this month's position of each remembered record, -1 where it changed or is gone.

    Both are in the order of source and pseudonym, so the order of pairs stays what it was.
    """
    now, before = records.table, memory.records
    place = np.full(before.num_rows, -1, dtype=np.int64)
    for source in records.sources:
        (start, size), (old_start, old_size) = (_stretch(t, source) for t in (now, before))
        ids = now[ID_COLUMN].slice(start, size)
        old = before[ID_COLUMN].slice(old_start, old_size)
        found: Any = pc.index_in(old, value_set=ids.combine_chunks())
        at = np.asarray(found.fill_null(-1), dtype=np.int64)
        place[old_start : old_start + old_size] = np.where(at >= 0, at + start, -1)
    usable = (place >= 0) & ~np.asarray(before["split"], dtype=np.bool_)
    known = np.flatnonzero(usable)
    digest = now[DIGEST_COLUMN].take(pa.array(place[known], pa.int64()))
    same: Any = pc.equal(digest, before[DIGEST_COLUMN].take(pa.array(known, pa.int64())))
    place[~usable] = -1
    place[known[~np.asarray(same.fill_null(False), dtype=np.bool_)]] = -1
    return place


def _stretch(table: pa.Table, source: str) -> tuple[int, int]:
    """Say where the records of a source begin and how many there are."""
    rows = np.flatnonzero(np.asarray(pc.equal(table["source"], pa.scalar(source)), dtype=np.bool_))
    return (int(rows[0]), len(rows)) if len(rows) else (0, 0)


def _in_split_block(blocks: list[Blocks]) -> Flags:
    return np.asarray(np.logical_or.reduce([block.split for block in blocks]), dtype=np.bool_)


def _write(table: pa.Table, path: Path) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".parquet")
    try:
        with os.fdopen(handle, "wb") as file:
            pq.write_table(table, file, compression="zstd")
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
