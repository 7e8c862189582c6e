import random
from itertools import combinations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kim_pipeline.linkage import blocking
from kim_pipeline.linkage.blocking import (
    AZR_CAP,
    BLOCK_CAP,
    KEYS,
    Blocks,
    find_blocks,
    pairs_in_range,
    ranges,
    touching,
)
from kim_pipeline.linkage.records import COLUMNS, arrange, column_type
from kim_pipeline.linkage.token_codes import encode

Row = dict[str, object]


def blocks_of(rows: list[Row]) -> dict[str, Blocks]:
    full = [dict.fromkeys(COLUMNS) | row for row in rows]
    for number, row in enumerate(full):
        row["record_pseudonym"] = f"{number:06d}"
    schema = pa.schema([pa.field(column, column_type(column)) for column in COLUMNS])
    table = arrange({"a": pa.Table.from_pylist(full, schema=schema)}).table
    found = find_blocks(table, encode(table))
    return {key.name: block for key, block in zip(KEYS, found, strict=True)}


def pairs_of(blocks: list[Blocks], records: int) -> set[tuple[int, int]]:
    found = np.concatenate([pairs_in_range(blocks, *r) for r in ranges(blocks, records)])
    assert (np.diff(found) > 0).all()
    return {(pair >> 32, pair & 0xFFFFFFFF) for pair in found.tolist()}


KEY_ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "k1": st.none() | st.integers(-3, 3),
            "k3": st.none() | st.integers(0, 3),
            "other_k1": st.none() | st.lists(st.integers(-3, 3), max_size=3),
        }
    ),
    max_size=12,
)


def values(row: Row, key: str) -> set[object]:
    listed = row.get("other_" + key) or []
    return ({row[key]} - {None}) | set(listed)  # type: ignore[call-overload]


@given(KEY_ROWS)
@settings(deadline=None)
def test_records_meet_that_share_a_key_under_any_name(rows: list[Row]) -> None:
    wanted = {
        (a, b)
        for (a, one), (b, other) in combinations(enumerate(rows), 2)
        if any(values(one, key) & values(other, key) for key in ("k1", "k3"))
    }
    assert pairs_of(list(blocks_of(rows).values()), len(rows)) == wanted


def test_the_ranges_give_every_pair_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocking, "PAIRS_AT_ONCE", 7)
    rng = random.Random(3)
    rows: list[Row] = [{"k1": rng.randrange(10), "k2": rng.randrange(10)} for _ in range(60)]
    blocks = list(blocks_of(rows).values())
    assert len(ranges(blocks, 60)) > 10
    whole = pairs_in_range(blocks, 0, 60)
    pieces = np.concatenate([pairs_in_range(blocks, *r) for r in ranges(blocks, 60)])
    assert np.array_equal(whole, pieces)


def test_a_large_block_is_split_by_a_further_token() -> None:
    rows: list[Row] = [{"k1": 1, "pob": n % 4} for n in range(2 * BLOCK_CAP)]
    block = blocks_of(rows)["k1"]
    pairs = pairs_of([block], len(rows))
    assert pairs == {(a, b) for a, b in combinations(range(len(rows)), 2) if a % 4 == b % 4}
    assert (block.facts.split, block.facts.capped, block.facts.pairs) == (1, 0, len(pairs))
    assert block.split.all()


def test_what_stays_large_is_left_out_and_counted() -> None:
    size = BLOCK_CAP + 1
    rows: list[Row] = [{"k1": 1, "pob": 7} for _ in range(size)] + [{"k1": 1, "pob": 8}] * 2
    facts = blocks_of(rows)["k1"].facts
    assert (facts.pairs, facts.split, facts.capped) == (1, 1, 1)
    assert (facts.capped_records, facts.capped_pairs) == (size, size * (size - 1) // 2)


def test_a_number_that_many_share_is_left_out() -> None:
    facts = blocks_of([{"azr": 5}] * (AZR_CAP + 1))["azr"].facts
    assert (facts.pairs, facts.split, facts.capped) == (0, 0, 1)


@given(KEY_ROWS, st.integers(0, 2**12 - 1))
@settings(deadline=None)
def test_touched_records_meet_all_they_met(rows: list[Row], chosen: int) -> None:
    touched = np.array([bool(chosen >> n & 1) for n in range(len(rows))], dtype=np.bool_)
    blocks = list(blocks_of(rows).values())
    wanted = {(a, b) for a, b in pairs_of(blocks, len(rows)) if touched[a] or touched[b]}
    assert pairs_of([touching(block, touched) for block in blocks], len(rows)) == wanted
