import random
import stat
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kim_pipeline.linkage.blocking import find_blocks
from kim_pipeline.linkage.decisions import Decisions
from kim_pipeline.linkage.memory import PairMemory, load, recall
from kim_pipeline.linkage.model import LinkModel, shipped_model
from kim_pipeline.linkage.pairs import ScoredPairs
from kim_pipeline.linkage.records import COLUMNS, Records, arrange, column_type
from kim_pipeline.linkage.score import score_and_remember, score_pairs
from kim_pipeline.linkage.token_codes import encode

Row = dict[str, object]
# How many values a column has, low ones common: some blocks are large, others hover at the cap.
VALUES = {"k1": 20, "k2": 25, "k3": 30, "k6": 60, "pob": 3, "plz": 3, "given": 6, "family": 6}


def some_record(rng: random.Random, source: str, number: int) -> Row:
    row: Row = dict.fromkeys(COLUMNS)
    row |= {n: int(rng.random() ** 2 * size) for n, size in VALUES.items() if rng.random() < 0.9}
    row |= {"given_skel1": row["given"], "family_skel1": row["family"], "dob_my": rng.randrange(4)}
    row["given_del1"] = [rng.randrange(40) for _ in range(3)]
    if rng.random() < 0.1:
        row["other_k3"] = [rng.randrange(30)]
    return row | {
        "record_pseudonym": f"{source}-{number:04d}",
        "digest": rng.randbytes(16),
    }


def next_month(rng: random.Random, before: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """Let a tenth of the records change, some leave and some arrive."""
    found: dict[str, list[Row]] = {}
    for source, rows in before.items():
        stayed = [row for row in rows if rng.random() < 0.93]
        numbers = [int(str(row["record_pseudonym"])[-4:]) for row in stayed]
        changed = [
            some_record(rng, source, number) if rng.random() < 0.1 else row
            for number, row in zip(numbers, stayed, strict=True)
        ]
        start = rng.randrange(1000, 9000)
        found[source] = changed + [
            some_record(rng, source, start + n) for n in range(rng.randrange(20))
        ]
    return found


def arranged(rows: dict[str, list[Row]]) -> Records:
    schema = pa.schema([pa.field(column, column_type(column)) for column in COLUMNS])
    return arrange({s: pa.Table.from_pylist(found, schema=schema) for s, found in rows.items()})


def equal(one: ScoredPairs, other: ScoredPairs) -> bool:
    columns = ("l", "r", "levels", "frequency", "weight", "must", "cannot", "below")
    return all(np.array_equal(getattr(one, c), getattr(other, c)) for c in columns)


@given(st.integers(0, 10**6))
@settings(deadline=None, max_examples=8)
def test_with_a_memory_the_months_look_as_without_one(seed: int) -> None:
    rng, memory = random.Random(seed), None
    rows = {s: [some_record(rng, s, n) for n in range(130)] for s in ("a", "b")}
    recalled = 0
    for _ in range(3):
        records = arranged(rows)
        blocks = find_blocks(records.table, encode(records.table))
        recalled += len(recall(memory, records, blocks).pairs)
        full, fresh = score_and_remember(records, shipped_model())
        found, memory = score_and_remember(records, shipped_model(), memory=memory)
        assert equal(found, full)
        assert np.array_equal(memory.pairs, fresh.pairs)
        rows = next_month(rng, rows)
    assert recalled > 0


@pytest.fixture(scope="module")
def marked(invented) -> dict[str, pa.Table]:
    """Give the invented records digests."""
    rng = random.Random(7)
    return {
        source: table.set_column(
            table.schema.get_field_index("digest"),
            "digest",
            pa.array([rng.randbytes(16) for _ in range(table.num_rows)], pa.binary(16)),
        )
        for source, table in invented.tokens.items()
    }


def test_only_changed_records_are_blocked_again(marked, model: LinkModel) -> None:
    records = arrange(marked)
    full, memory = score_and_remember(records, model)
    again = score_pairs(records, model, memory=memory)
    assert sum(key.pairs for key in full.keys)
    assert equal(again, full)


def test_a_decision_that_was_withdrawn_leaves_no_pair(marked, model: LinkModel) -> None:
    records = arrange(marked)
    strangers = records.table.take(pa.array([0, records.size - 1]))
    ends = strangers.select(["source", "record_pseudonym"]).to_pylist()
    decisions = Decisions.of([(*ends[0].values(), *ends[1].values(), True)])
    forced, memory = score_and_remember(records, model, decisions)
    assert forced.must.sum() == 1
    assert equal(score_pairs(records, model, memory=memory), score_pairs(records, model))


def test_records_without_digest_are_blocked_again(invented, model: LinkModel) -> None:
    records = arrange(invented.tokens)
    full, memory = score_and_remember(records, model)
    assert equal(score_pairs(records, model, memory=memory), full)


@pytest.fixture
def saved(marked, model: LinkModel, tmp_path: Path) -> tuple[PairMemory, Path]:
    _, memory = score_and_remember(arrange(marked), model)
    memory.save(tmp_path / "memory")
    return memory, tmp_path / "memory"


def test_a_memory_comes_back_the_same(saved: tuple[PairMemory, Path]) -> None:
    memory, folder = saved
    found = load(folder)
    assert found is not None
    assert found.records.equals(memory.records)
    assert np.array_equal(found.pairs, memory.pairs)


def test_a_memory_is_for_its_owner_alone(saved: tuple[PairMemory, Path]) -> None:
    _, folder = saved
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {path.name for path in folder.iterdir()} == {"pairs.parquet", "records.parquet"}


def test_files_of_two_runs_are_no_memory(saved: tuple[PairMemory, Path]) -> None:
    memory, folder = saved
    first = (folder / "pairs.parquet").read_bytes()
    memory.save(folder)
    (folder / "pairs.parquet").write_bytes(first)
    assert load(folder) is None


def test_no_files_are_no_memory(tmp_path: Path) -> None:
    assert load(tmp_path) is None
