"""Candidate pairs and their match weights by Splink on Spark: the same model, for more records.

The blocks and the conditions of the levels are those of the DuckDB engine. Splink scores the pairs
with the weights of the model; how frequent a token is, it is told.
"""

from importlib import import_module
from pathlib import Path
from string import Template
from typing import Any

import numpy as np
import pyarrow as pa

from kim_pipeline.linkage.comparisons import (
    COMPARISONS,
    ELSE,
    FREQUENCY_COLUMNS,
    KEY_COLUMNS,
    OTHER_KEY_COLUMNS,
    TOKEN_COLUMNS,
    Comparison,
)
from kim_pipeline.linkage.decisions import NO_DECISIONS, Decisions, Forced, forced_pairs
from kim_pipeline.linkage.model import LinkModel
from kim_pipeline.linkage.pairs import KeyFacts, ScoredPairs
from kim_pipeline.linkage.records import Records
from kim_pipeline.linkage.score import LEAST_WEIGHT
from kim_pipeline.linkage.spark.candidates import POSITION, Frame, find_blocks
from kim_pipeline.linkage.spark.dialect import to_spark
from kim_pipeline.linkage.spark.session import EVERY_CORE, Size, spark_session
from kim_pipeline.linkage.splink_bridge import quiet_splink, splink_settings

# What was decided of a pair, as a sum; Splink carries it to the scored row in its `match_key`.
MUST, CANNOT = 1, 2


def score_pairs_spark(  # noqa: PLR0913 - the contract of score_pairs, and where to compute
    records: Records,
    model: LinkModel,
    decided: Decisions = NO_DECISIONS,
    least_weight: float = LEAST_WEIGHT,
    *,
    folder: Path,
    master: str = EVERY_CORE,
) -> ScoredPairs:
    """Find and score the candidate pairs as `score.score_pairs` does; the same pairs and levels.

    Weights are equal to 1e-6 (a test holds it). Spark works in a temporary folder in `folder`.

    Raises:
        LinkError: pyspark or Java is missing, or Spark gave up.
    """
    forced = forced_pairs(records, decided)
    with quiet_splink(), spark_session(folder, master, Size.of(records.size)) as session:
        table = _table(session, records)
        blocks = find_blocks(table)
        blocks.rows.persist()
        pairs = _with_forced(session, blocks.pairs(), forced).persist()
        frequencies = _frequencies(session, records)
        predicted = _predict(table, pairs, frequencies, _settings(records, model))
        found = _wanted(predicted, least_weight).toArrow()
        return _as_pairs(found, pairs.count(), blocks.facts())


def _table(session: Any, records: Records) -> Frame:
    position = pa.array(np.arange(records.size, dtype=np.int64))
    columns = records.table.select([*TOKEN_COLUMNS, *KEY_COLUMNS, *OTHER_KEY_COLUMNS])
    return session.createDataFrame(columns.append_column(POSITION, position)).persist()


def _with_forced(session: Any, pairs: Frame, forced: Forced) -> Frame:
    """Add the decided pairs, and what was decided as the number `decided`."""
    if not len(forced.l):
        return pairs.selectExpr("l", "r", "0 AS decided")
    decided = MUST * forced.must + CANNOT * forced.cannot
    columns = {"l": forced.l, "r": forced.r, "decided": decided}
    table = pa.table({name: pa.array(values, pa.int64()) for name, values in columns.items()})
    known = session.createDataFrame(table)
    met = pairs.unionAll(known.select("l", "r")).distinct()
    return met.join(known, ["l", "r"], "left").fillna(0, "decided")


def _frequencies(session: Any, records: Records) -> dict[str, Frame]:
    """Count per frequency column the share of the records that carry a token, of those with one."""
    shares = {}
    for column in FREQUENCY_COLUMNS:
        counted = records.table[column].drop_null().value_counts()
        counts = counted.field("counts").to_numpy()
        share = pa.array(counts / max(counts.sum(), 1), pa.float64())
        table = pa.table({column: counted.field("values"), "tf_" + column: share})
        shares[column] = session.createDataFrame(table)
    return shares


def _predict(
    table: Frame, pairs: Frame, frequencies: dict[str, Frame], settings: dict[str, Any]
) -> Frame:
    """Let Splink score the pairs; one row per pair with its weight, levels and frequencies."""
    splink = import_module("splink")
    api = import_module("splink.backends.spark").SparkAPI(
        spark_session=table.sparkSession,
        break_lineage_method="persist",
        register_udfs_automatically=False,
    )
    creator = splink.SettingsCreator.from_path_or_dict(settings)
    linker = splink.Linker(api.register(table), creator, log_level=None)
    blocked = pairs.selectExpr("l AS join_key_l", "r AS join_key_r", "string(decided) AS match_key")
    linker.table_management.register_blocked_pairs_for_predict(api.register(blocked))
    for column, shares in frequencies.items():
        linker.table_management.register_term_frequency_lookup(api.register(shares), column)
    predicted = linker.inference.predict(warning_mode="never").as_spark_dataframe()
    # Splink has Spark keep all tokens of all pairs; unasked for, they are dropped early.
    return predicted.unpersist()


def _settings(records: Records, model: LinkModel) -> dict[str, Any]:
    """Give the settings of the DuckDB engine for one stacked table, conditions translated."""
    settings = splink_settings(records, model)
    for comparison in settings["comparisons"]:
        for level in comparison["comparison_levels"]:
            if level["sql_condition"] != ELSE:
                level["sql_condition"] = to_spark(level["sql_condition"])
    return settings | {
        "link_type": "dedupe_only",
        "unique_id_column_name": POSITION,
        "blocking_rules_to_generate_predictions": [],
        "retain_matching_columns": True,  # without the tokens Splink drops the levels as well
    }


def _wanted(predicted: Frame, least_weight: float) -> Frame:
    """Keep the pairs of weight, with frequencies as bits, 0 where a field knows none."""
    columns = ["position_l AS l", "position_r AS r", "int(match_key) AS decided"]
    for c in COMPARISONS:
        bits = Template("mw_tf_adj_$name" if _has_frequency(c) else "0D")
        columns += [
            Template(form).substitute(name=c.name)
            for form in ("gamma_$name", bits.template + " AS bits_$name")
        ]
    kept = Template("weight >= double('$least') OR decided > 0").substitute(
        least=float(least_weight)
    )
    return predicted.selectExpr(*columns, "match_weight AS weight").where(kept)


def _has_frequency(comparison: Comparison) -> bool:
    return any(level.frequency for level in comparison.levels)


def _as_pairs(found: pa.Table, candidates: int, keys: tuple[KeyFacts, ...]) -> ScoredPairs:
    found = found.sort_by([("l", "ascending"), ("r", "ascending")])
    levels = [found["gamma_" + c.name].to_numpy() for c in COMPARISONS]
    bits = [found["bits_" + c.name].to_numpy() for c in COMPARISONS]
    decided = found["decided"].to_numpy()
    return ScoredPairs(
        l=found["l"].to_numpy(),
        r=found["r"].to_numpy(),
        levels=np.stack(levels, axis=1).astype(np.int8),
        frequency=np.stack(bits, axis=1).astype(np.float32),
        weight=found["weight"].to_numpy(),
        must=(decided & MUST) > 0,
        cannot=(decided & CANNOT) > 0,
        below=candidates - found.num_rows,
        keys=keys,
    )
