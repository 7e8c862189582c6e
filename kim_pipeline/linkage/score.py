"""Candidate pairs of records and their match weights.

DuckDB finds the pairs and the level of each comparison; the weights of the model are then added up.
The sum equals Splink's match weight for the same model and records (a test holds it), at a fraction
of its time on many pairs, and takes pairs that no blocking rule can name.
"""

from contextlib import closing
from importlib import resources
from string import Template

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kim_pipeline.linkage.comparisons import (
    COMPARISONS,
    FREQUENCY_COLUMNS,
    ID_COLUMN,
    TOKEN_COLUMNS,
    Comparison,
)
from kim_pipeline.linkage.model import ComparisonModel, LinkModel
from kim_pipeline.linkage.records import Records

KEY_CAP = 300
AZR_CAP = 10
LEVEL = "level_"
FREQUENCY = "frequency_"
_PAIR = ("l", "r", "source_l", "record_l", "source_r", "record_r")

Floats = npt.NDArray[np.float64]


def score_pairs(records: Records, model: LinkModel) -> pa.Table:
    """Find and score the candidate pairs, ordered by the positions of their records.

    Returns:
        int64 `l`, `r` (positions, l < r); `source_l`, `record_l`, `source_r`, `record_r`; float64
        `weight` in bits, prior included; bool `must`, `cannot` (what the office noted itself); int8
        `level_<comparison>` (-1 not comparable, 0 disagreement, higher is closer).
    """
    with closing(duckdb.connect()) as connection:
        connection.execute("SET enable_progress_bar = false")
        pairs = _levels(connection, records)
    weight = np.full(pairs.num_rows, np.log2(model.prior / (1 - model.prior)))
    for learnt, comparison in zip(model.comparisons, COMPARISONS, strict=True):
        weight += _weights(pairs, learnt, comparison)
    names = [*_PAIR, "weight", "must", "cannot", *(LEVEL + c.name for c in COMPARISONS)]
    named = _named(_named(pairs, records, "l"), records, "r")
    return named.append_column("weight", pa.array(weight)).select(names)


def level_counts(pairs: pa.Table) -> dict[str, tuple[int, ...]]:
    """Count the pairs per level of each comparison, from "not comparable" up."""
    return {
        c.name: tuple(
            np.bincount(_ints(pairs, LEVEL + c.name) + 1, minlength=len(c.levels) + 1).tolist()
        )
        for c in COMPARISONS
    }


def _levels(connection: duckdb.DuckDBPyConnection, records: Records) -> pa.Table:
    table = _with_frequencies(records.table)
    position = pa.array(np.arange(table.num_rows, dtype=np.int64))
    connection.register("records", table.append_column("position", position))
    compared = [ID_COLUMN, *TOKEN_COLUMNS, *(FREQUENCY + c for c in FREQUENCY_COLUMNS)]
    for side in ("_l", "_r"):
        names = ["position" + side, *(column + side for column in compared)]
        part = table.select(compared).add_column(0, "position", position).rename_columns(names)
        connection.register("side" + side, part)
    connection.register("pointers", connection.sql(_sql("pointers")).to_arrow_table())
    caps = {"cap": KEY_CAP, "azr_cap": AZR_CAP}
    pairs = connection.sql(_sql("candidates"), params=caps).to_arrow_table()
    connection.register("pairs", pairs)
    found: pa.Table = connection.sql(_level_query()).to_arrow_table()
    return found


def _with_frequencies(table: pa.Table) -> pa.Table:
    """Add the share of the records that carry the same token, of those that carry one."""
    for column in FREQUENCY_COLUMNS:
        encoded = table[column].combine_chunks().dictionary_encode()
        codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        counts = np.bincount(codes[codes >= 0], minlength=1)
        share = np.where(codes >= 0, counts[codes] / max(counts.sum(), 1), np.nan)
        table = table.append_column(FREQUENCY + column, pa.array(share))
    return table


def _level_query() -> str:
    columns = ", ".join(f"{_level_case(c)}, {_frequency_case(c)}" for c in COMPARISONS)
    query = Template(
        "SELECT l, r, must, cannot, $columns FROM pairs"
        " JOIN side_l ON position_l = l JOIN side_r ON position_r = r ORDER BY l, r"
    )
    return query.substitute(columns=columns)


def _level_case(comparison: Comparison) -> str:
    cases = " ".join(
        Template("WHEN $condition THEN $value").substitute(
            condition=level.condition, value=comparison.value_of(position)
        )
        for position, level in enumerate(comparison.levels[:-1])
    )
    return Template("(CASE WHEN $null THEN -1 $cases ELSE 0 END)::TINYINT AS $name").substitute(
        null=comparison.null, cases=cases, name=LEVEL + comparison.name
    )


def _frequency_case(comparison: Comparison) -> str:
    cases = " ".join(
        Template("WHEN $value THEN $column").substitute(
            value=comparison.value_of(position), column=FREQUENCY + level.frequency + "_l"
        )
        for position, level in enumerate(comparison.levels)
        if level.frequency
    )
    if not cases:
        return "NULL::DOUBLE AS " + FREQUENCY + comparison.name
    return Template("CASE $level $cases END::DOUBLE AS $name").substitute(
        level=LEVEL + comparison.name, cases=cases, name=FREQUENCY + comparison.name
    )


def _weights(pairs: pa.Table, learnt: ComparisonModel, comparison: Comparison) -> Floats:
    """Give the weight of each pair's level, with the u of frequent tokens in place of the mean."""
    by_value = [level.weight for level in reversed(learnt.levels)]
    mean_u = [np.log2(level.u) for level in reversed(learnt.levels)]
    levels = _ints(pairs, LEVEL + learnt.name)
    weight = np.array([*by_value, 0.0])[levels]
    share = pairs[FREQUENCY + comparison.name].to_pandas().to_numpy(dtype=np.float64)
    adjusted = weight + np.array([*mean_u, 0.0])[levels] - np.log2(share)
    return np.where(np.isnan(share), weight, adjusted)


def _ints(pairs: pa.Table, column: str) -> npt.NDArray[np.int64]:
    return np.asarray(pairs[column].to_numpy(), dtype=np.int64)


def _named(pairs: pa.Table, records: Records, side: str) -> pa.Table:
    """Add source and record pseudonym of one side."""
    at = pairs[side].to_numpy()
    source, record = (records.table[column].take(pa.array(at)) for column in ("source", ID_COLUMN))
    return pairs.append_column("source_" + side, source).append_column("record_" + side, record)


def _sql(name: str) -> str:
    place = resources.files("kim_pipeline.linkage") / (name + ".sql")
    return place.read_text(encoding="utf-8")
