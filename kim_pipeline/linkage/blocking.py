"""Candidate pairs: records that share a match key, without ever holding all pairs at once.

The records that share a value of a key are a block. Pairs grow with the square of a block, so a
large one is split by a further token, and what is still too large is left out and counted.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
import pyarrow as pa

from kim_pipeline.linkage.comparisons import OTHER_KEY_COLUMNS
from kim_pipeline.linkage.pairs import Flags, Ints, KeyFacts
from kim_pipeline.linkage.token_codes import Codes, TokenCodes, threads, token_lists

BLOCK_CAP = 50
AZR_CAP = 10
PAIRS_AT_ONCE = 1 << 19
LARGEST = 1 << 62
_LOW = (1 << 32) - 1


@dataclass(frozen=True)
class Key:
    """Columns whose equal tokens make candidates, with the same key under other names.

    A block of more than `cap` records is split by each column of `splits` in turn.
    """

    name: str
    columns: tuple[str, ...]
    splits: tuple[str, ...] = ()
    cap: int = BLOCK_CAP

    @property
    def other(self) -> str | None:
        """Name the column of the key under aliases and former names."""
        column = "other_" + self.name
        return column if column in OTHER_KEY_COLUMNS else None


# A large block is split by tokens that no other key combines with this one already. The household
# finds who has neither date nor names in common; names with a place but no date brought as good as
# no further pair of one person and doubled false merges (measured on invented people).
KEYS = (
    Key("k1", ("k1",), ("pob", "family_skel1")),
    Key("k2", ("k2",), ("pob", "given_skel1")),
    Key("k3", ("k3",), ("plz", "pob")),
    Key("k4", ("k4",), ("plz", "pob")),
    Key("k5", ("k5",), ("dob_my", "family_skel1")),
    Key("k6", ("k6",), ("plz", "pob")),
    Key("k7", ("k7",), ("given_skel1", "family_skel1")),
    Key("k8", ("k8",), ("plz", "pob")),
    Key("household", ("addr", "nat", "sex", "pob"), ("dob_my", "given_skel1")),
    Key("azr", ("azr",), cap=AZR_CAP),
)


@dataclass(frozen=True)
class Blocks:
    """The blocks of one key that are compared.

    members: records, block after block, by position within a block.
    owners: the records that have partners after them in a block, ascending; those of owner i are
      `members[first[i] : first[i] + count[i]]`.
    split: bool (n,), records in a block that was split or left out.
    """

    members: Codes
    owners: Codes
    first: Codes
    count: Codes
    split: Flags
    facts: KeyFacts


def find_blocks(table: pa.Table, codes: TokenCodes) -> list[Blocks]:
    """Find the blocks of every key, in the order of `KEYS`."""
    with ThreadPoolExecutor(threads()) as pool:
        return list(pool.map(lambda key: _blocks(table, codes, key), KEYS))


def ranges(blocks: list[Blocks], records: int) -> list[tuple[int, int]]:
    """Cut the records into ranges with about `PAIRS_AT_ONCE` candidate pairs each."""
    load = np.zeros(records)
    for block in blocks:
        load += np.bincount(block.owners, weights=block.count, minlength=records)
    steps = np.arange(PAIRS_AT_ONCE, load.sum(), PAIRS_AT_ONCE)
    cuts = np.unique(np.searchsorted(np.cumsum(load), steps) + 1).tolist()
    return list(pairwise([0, *(cut for cut in cuts if cut < records), records]))


def pairs_in_range(blocks: list[Blocks], start: int, stop: int) -> Ints:
    """List the candidates with l in a range once each, as `l << 32 | r`, ascending."""
    return ascending(np.concatenate([_pairs(block, start, stop) for block in blocks]))


def ascending(pairs: Ints) -> Ints:
    """Sort and drop repetitions."""
    pairs = np.sort(pairs)
    return pairs[_changes(pairs)]


def touching(block: Blocks, touched: Flags) -> Blocks:
    """Keep the pairs of a block in which at least one record is touched."""
    here = touched[block.members]
    before = np.concatenate([[0], np.cumsum(here)])
    whole = touched[block.owners]
    size = len(block.members)
    first = np.where(whole, block.first, size + before[block.first])
    count = np.where(whole, block.count, before[block.first + block.count] - before[block.first])
    left = count > 0
    return Blocks(
        members=np.concatenate([block.members, block.members[here]]),
        owners=block.owners[left],
        first=first[left].astype(np.int32),
        count=count[left].astype(np.int32),
        split=block.split,
        facts=block.facts,
    )


def _pairs(block: Blocks, start: int, stop: int) -> Ints:
    low, high = np.searchsorted(block.owners, [start, stop])
    count = block.count[low:high].astype(np.int64)
    before = np.cumsum(count) - count
    place = np.arange(count.sum()) + np.repeat(block.first[low:high] - before, count)
    left = np.repeat(block.owners[low:high].astype(np.int64), count)
    return np.asarray(left << 32 | block.members[place], dtype=np.int64)


def _blocks(table: pa.Table, codes: TokenCodes, key: Key) -> Blocks:
    held = _held(table, codes, key)
    sizes = _sizes(held)
    large = held[sizes > key.cap]
    parts, too_large = [held[(sizes > 1) & (sizes <= key.cap)]], []
    for number, column in enumerate(key.splits, start=1):
        finer = _split(large, codes.codes[:, codes.place(column)])
        finer_sizes = _sizes(finer)
        parts.append(finer[(finer_sizes > 1) & (finer_sizes <= key.cap)] + (number << 60))
        too_large.append(finer_sizes[finer_sizes > key.cap])
    left_out = np.concatenate(too_large) if key.splits else sizes[sizes > key.cap]
    split = np.zeros(table.num_rows, dtype=np.bool_)
    split[large & _LOW] = True
    members, owners, first, count = _owned(np.concatenate(parts))
    facts = KeyFacts(
        name=key.name,
        pairs=int(count.sum(dtype=np.int64)),
        split=len(np.unique(large >> 32)) if key.splits else 0,
        capped=round(float((1 / left_out).sum())),
        capped_records=len(left_out),
        capped_pairs=int((left_out - 1).sum()) // 2,
    )
    return Blocks(members, owners, first, count, split, facts)


def _held(table: pa.Table, codes: TokenCodes, key: Key) -> Ints:
    """List who holds which value of the key once each, as `block << 32 | record`, ascending."""
    values, records = _combined(codes, key) if len(key.columns) > 1 else _listed(table, key)
    order = np.argsort(values)
    block = np.cumsum(_changes(values[order])) - 1
    return ascending(block << 32 | records[order])


def _listed(table: pa.Table, key: Key) -> tuple[Ints, Ints]:
    tokens = token_lists(table[key.name])
    held = [(tokens.values, np.flatnonzero(tokens.counts))]
    if key.other and table[key.other].null_count < table.num_rows:
        others = token_lists(table[key.other])
        held.append((others.values, np.repeat(np.arange(table.num_rows), others.counts)))
    return np.concatenate([part for part, _ in held]), np.concatenate([part for _, part in held])


def _combined(codes: TokenCodes, key: Key) -> tuple[Ints, Ints]:
    """Number the combinations of several tokens; records that lack one of them fall out."""
    columns = codes.codes[:, [codes.place(column) for column in key.columns]]
    records = np.flatnonzero((columns >= 0).all(axis=1))
    first, *others = columns[records].astype(np.int64).T
    values = first
    for column in others:
        size = int(column.max(initial=0)) + 1
        if int(values.max(initial=0)) >= LARGEST // size:
            values = pd.factorize(values)[0].astype(np.int64)
        values = values * size + column
    return values, records


def _split(held: Ints, tokens: Codes) -> Ints:
    """Split blocks by a further token; records without one fall out."""
    code = tokens[held & _LOW].astype(np.int64)
    held, code = held[code >= 0], code[code >= 0]
    order = np.lexsort((held, code, held >> 32))
    changes = _changes(held[order] >> 32) | _changes(code[order])
    return np.asarray((np.cumsum(changes) - 1) << 32 | held[order] & _LOW, dtype=np.int64)


def _owned(held: Ints) -> tuple[Codes, Codes, Codes, Codes]:
    """Give the members of all blocks and, by record, where those that follow it stand."""
    members = held & _LOW
    last = np.flatnonzero(np.diff(held >> 32, append=-1))
    ends = np.repeat(last, np.diff(last, prepend=-1))
    rank = np.arange(len(held))
    follow = ends > rank
    by_record = np.sort(members[follow] << 32 | rank[follow])
    rank = by_record & _LOW
    found = (members, by_record >> 32, rank + 1, ends[rank] - rank)
    members, owners, first, count = (part.astype(np.int32) for part in found)
    return members, owners, first, count


def _sizes(held: Ints) -> Ints:
    """Give each row the size of its block."""
    last = np.flatnonzero(np.diff(held >> 32, append=-1))
    sizes = np.diff(last, prepend=-1)
    return np.repeat(sizes, sizes)


def _changes(values: Ints) -> Flags:
    """Mark each value that differs from the one before it."""
    return np.concatenate([[True], values[1:] != values[:-1]])[: len(values)]
