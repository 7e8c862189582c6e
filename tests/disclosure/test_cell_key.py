"""Cell keys and noise: the scheme never changes, hides one and two, and has no bias."""

import json
import uuid
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kim_pipeline.disclosure.cell_key import (
    MEASURE_MEDIAN,
    PERSON_COUNT,
    Draw,
    protect_counts,
    record_keys,
    uniform,
)
from kim_pipeline.disclosure.ptable import read_ptable
from kim_pipeline.errors import DisclosureError

VECTORS = Path(__file__).with_name("vectors")
K_REC, K_CELL = bytes(range(32)), bytes(range(32, 64))
PTABLE = read_ptable()


def keys_of(numbers: list[int]) -> np.ndarray:
    ids = [str(uuid.UUID(bytes=n.to_bytes(8, "little") + bytes(8))) for n in numbers]
    return record_keys(ids, K_REC)


def protect(counts: list[int], sums: list[int]) -> list[int]:
    keys = np.array([s % 2**64 for s in sums], np.uint64)
    return protect_counts(np.array(counts), keys, K_CELL, PTABLE).tolist()


def test_our_scheme_gives_the_recorded_values() -> None:
    vector = json.loads((VECTORS / "own_ckm_D7V3js2.json").read_text())
    keys = keys_of([1, 2, 3, 4, 5])
    assert [hex(k) for k in keys.tolist()] == vector["record_keys_pid1..5"]
    for cell in vector["cells"]:
        key_sum = sum(int(keys[p - 1]) for p in cell["pids"]) % 2**64
        assert hex(key_sum) == cell["keysum"]
        assert protect([cell["n"]], [key_sum]) == [cell["n"] + cell["noise"]]


def test_no_one_or_two_is_ever_published_in_a_million_cells() -> None:
    chance = np.random.default_rng(1)
    counts = chance.integers(0, 15, 1_000_000)
    keys = chance.integers(0, 2**64, 1_000_000, np.uint64)
    protected = protect_counts(counts, keys, K_CELL, PTABLE)
    assert not np.isin(protected, (1, 2)).any()
    assert protected.min() >= 0
    assert np.abs(protected - counts).max() <= 7
    assert (protected[counts == 0] == 0).all()


def test_noise_is_unbiased_with_variance_three() -> None:
    keys = np.random.default_rng(2).integers(0, 2**64, 200_000, np.uint64)
    for count in (3, 5, 9, 40, 4000):
        noise = protect_counts(np.full(len(keys), count), keys, K_CELL, PTABLE) - count
        assert abs(noise.mean()) < 0.02
        assert abs(noise.var() - 3) < 0.05


@given(st.lists(st.integers(1, 2**60), min_size=1, max_size=30, unique=True), st.randoms())
def test_the_order_of_persons_does_not_matter(numbers: list[int], chance: object) -> None:
    shuffled = list(numbers)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    one = sum(int(k) for k in keys_of(numbers))
    other = sum(int(k) for k in keys_of(shuffled))
    assert one == other
    assert protect([len(numbers)], [one]) == protect([len(numbers)], [other])


@given(st.integers(0, 10**6), st.integers(0, 2**64 - 1))
def test_every_cell_is_protected_within_bounds(count: int, key: int) -> None:
    (protected,) = protect([count], [key])
    assert protected not in {1, 2}
    assert protected >= 0
    assert abs(protected - count) <= 7


def test_the_keys_of_parts_do_not_add_up() -> None:
    keys = np.array([123, 456, 579], np.uint64)
    drawn = uniform(keys, K_CELL, PERSON_COUNT).tolist()
    assert (drawn[0] + drawn[1]) % 2**63 != drawn[2]


def test_draws_of_different_measures_units_and_series_are_independent() -> None:
    keys = np.array([42], np.uint64)
    draws = [PERSON_COUNT, Draw(MEASURE_MEDIAN), Draw(1, unit=1), Draw(1, series=1)]
    assert len({uniform(keys, K_CELL, draw).item() for draw in draws}) == len(draws)


def test_another_key_gives_other_record_keys() -> None:
    ids = [str(uuid.UUID(int=n)) for n in range(50)]
    assert (record_keys(ids, K_REC) != record_keys(ids, K_CELL)).all()


def test_nobody_has_no_keys() -> None:
    assert record_keys([], K_REC).tolist() == []


@pytest.mark.parametrize("key", [b"", b"short", bytes(16)])
def test_a_short_key_is_refused(key: bytes) -> None:
    with pytest.raises(DisclosureError, match="32 bytes"):
        record_keys([str(uuid.UUID(int=1))], key)


def test_an_id_that_is_no_uuid_is_refused() -> None:
    with pytest.raises(DisclosureError, match="128-bit"):
        record_keys(["ab"], K_REC)
