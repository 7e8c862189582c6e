import random
from contextlib import closing
from string import Template

import duckdb
import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from kim_pipeline.linkage.blocking import ascending
from kim_pipeline.linkage.comparisons import COMPARISONS, Comparison, holds_lists
from kim_pipeline.linkage.model import shipped_model
from kim_pipeline.linkage.records import COLUMNS, arrange, column_type
from kim_pipeline.linkage.scorer import Scored, Scorer
from kim_pipeline.linkage.token_codes import encode

COMPARED = sorted(
    {column for c in COMPARISONS for column in c.needs}
    | {m.one for c in COMPARISONS for level in c.levels for m in level.meetings}
    | {m.other for c in COMPARISONS for level in c.levels for m in level.meetings}
)


def some_table(rng: random.Random, size: int) -> pa.Table:
    """Draw records with so few values that every level occurs, and with gaps."""
    rows = []
    for number in range(size):
        row: dict[str, object] = dict.fromkeys(COLUMNS)
        row["record_pseudonym"] = f"{number:04d}"
        for column in (c for c in COMPARED if rng.random() < 0.8):
            few = rng.choice((2, 5, 12))
            tokens = [rng.randrange(-few, few) for _ in range(rng.randrange(4))]
            row[column] = tokens if holds_lists(column) else rng.randrange(-few, few)
        rows.append(row)
    schema = pa.schema([pa.field(column, column_type(column)) for column in COLUMNS])
    return arrange({"a": pa.Table.from_pylist(rows, schema=schema)}).table


def all_pairs(size: int) -> "np.typing.NDArray[np.int64]":
    left, right = np.triu_indices(size, k=1)
    return ascending(left.astype(np.int64) << 32 | right)


def scored(table: pa.Table, least: float) -> Scored:
    scorer = Scorer.of(shipped_model(), encode(table), least)
    return scorer.score(all_pairs(table.num_rows), np.empty(0, dtype=np.int64))


def case(comparison: Comparison) -> str:
    form = Template("WHEN $condition THEN $value")
    whens = " ".join(
        form.substitute(condition=level.condition, value=comparison.value_of(position))
        for position, level in enumerate(comparison.levels[:-1])
    )
    return Template("CASE WHEN $null THEN -1 $whens ELSE 0 END").substitute(
        null=comparison.null, whens=whens
    )


def levels_by_sql(table: pa.Table) -> "np.typing.NDArray[np.int8]":
    with closing(duckdb.connect()) as connection:
        for side in ("l", "r"):
            names = [f"{name}_{side}" for name in table.column_names]
            numbered = table.rename_columns(names).append_column(
                side, pa.array(range(table.num_rows))
            )
            connection.register("side_" + side, numbered)
        query = Template("SELECT $cases FROM side_l, side_r WHERE l < r ORDER BY l, r")
        found = connection.sql(query.substitute(cases=", ".join(map(case, COMPARISONS))))
        return np.array(found.fetchall(), dtype=np.int8).T


@given(st.integers(0, 10**6))
@settings(deadline=None, max_examples=10)
def test_levels_are_those_that_the_conditions_say_in_sql(seed: int) -> None:
    table = some_table(random.Random(seed), 25)
    assert np.array_equal(scored(table, -np.inf).levels, levels_by_sql(table))


@given(st.integers(0, 10**6), st.floats(-60, 40))
@settings(deadline=None, max_examples=25)
def test_no_pair_is_dropped_that_would_have_been_kept(seed: int, least: float) -> None:
    table = some_table(random.Random(seed), 25)
    everything, some = scored(table, -np.inf), scored(table, least)
    kept = everything.weight >= least
    assert np.array_equal(some.pairs, everything.pairs[kept])
    assert np.array_equal(some.levels, everything.levels[:, kept])
    assert np.array_equal(some.rarity, everything.rarity[:, kept])
    assert np.array_equal(some.weight, everything.weight[kept])


def test_decided_pairs_are_kept_however_little_they_weigh() -> None:
    table = some_table(random.Random(1), 10)
    scorer = Scorer.of(shipped_model(), encode(table), np.inf)
    wanted = all_pairs(10)[[3, 17]]
    assert np.array_equal(scorer.score(all_pairs(10), wanted).pairs, wanted)


def test_every_level_occurs_among_these_records() -> None:
    found = scored(some_table(random.Random(5), 150), -np.inf).levels
    for levels, comparison in zip(found, COMPARISONS, strict=True):
        assert set(levels.tolist()) == set(range(-1, len(comparison.levels)))
