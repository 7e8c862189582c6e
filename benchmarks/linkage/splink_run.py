"""One run of Splink 5 on plaintext, from training to clusters, for whichever comparisons."""

import logging
from collections.abc import Sequence

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from benchmarks.linkage.found import Found
from benchmarks.linkage.fresh_process import Usage

LEAST_WEIGHT, CLUSTER_WEIGHT = -8.0, 3.0
SAMPLED, SEED, MOST_PAIRS = 2e6, 1, 1e6
SURE_RECALL = 0.7
Rules = tuple[tuple[str, ...], ...]


def link(
    records: pa.Table,
    settings: SettingsCreator,
    training: Rules,
    sure: Rules,
    usage: Usage,
) -> Found:
    """Run Splink from training to clusters; `records` has `source` and all columns."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    api = DuckDBAPI(connection=connection)
    names = records["source"].unique().to_pylist()
    parts = [records.filter(pc.equal(records["source"], name)).drop(["source"]) for name in names]
    tables = [api.register(p, dataset_display_name=n) for p, n in zip(parts, names, strict=True)]
    linker = Linker(tables, settings, log_level=None)
    with usage.part("train"):
        _train(linker, [rule for rule in training if _usable(rule, records)], sure)
    with usage.part("link"):
        scored = linker.inference.predict(threshold_match_weight=LEAST_WEIGHT)
        linker.clustering.cluster_pairwise_predictions_at_threshold(
            scored, threshold_match_weight=CLUSTER_WEIGHT
        )
    return _found(connection, scored.physical_name, records)


def _usable(rule: tuple[str, ...], records: pa.Table) -> bool:
    """Tell whether every column of a training rule says anything at all."""
    return all(records[column].null_count < records.num_rows for column in rule)


def _train(linker: Linker, training: Sequence[tuple[str, ...]], sure: Rules) -> None:
    linker.training.estimate_probability_two_random_records_match(
        [block_on(*rule) for rule in sure], recall=SURE_RECALL
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=SAMPLED, seed=SEED)
    for rule in training:
        linker.training.estimate_parameters_using_expectation_maximisation(
            block_on(*rule), max_pairs=MOST_PAIRS
        )


def _found(connection: duckdb.DuckDBPyConnection, scored: str, records: pa.Table) -> Found:
    pairs = (
        connection.table(scored)
        .select("record_pseudonym_l, record_pseudonym_r, match_weight")
        .to_arrow_table()
    )
    names = records["record_pseudonym"].combine_chunks()
    left, right = (
        pc.index_in(pairs["record_pseudonym" + side].combine_chunks(), value_set=names)
        for side in ("_l", "_r")
    )
    return Found(
        left.to_numpy().astype(np.int64),
        right.to_numpy().astype(np.int64),
        pairs["match_weight"].to_numpy(),
        {},
    )
