"""Splink 5 on plaintext with our normalisation: with our features alone, and with more.

`same_features` compares the very texts behind the tokens, at our levels and with our match keys.
`with_jaro_winkler` may also ask how alike two names are, which no token can answer.
"""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
from splink import SettingsCreator, block_on

from benchmarks.linkage.found import Found
from benchmarks.linkage.fresh_process import Usage
from benchmarks.linkage.link_set import FIELDS, LinkSet
from benchmarks.linkage.plaintext import TEXTS, plain_features
from benchmarks.linkage.splink_run import link
from kim_pipeline.linkage.blocking import KEYS
from kim_pipeline.linkage.comparisons import (
    COMPARISONS,
    KEY_COLUMNS,
    OTHER_KEY_COLUMNS,
    TOKEN_COLUMNS,
    Comparison,
)
from kim_pipeline.linkage.training import RULES, SURE_RULE

LevelSettings = dict[str, Any]
CLOSE, LIKE = "one_letter", "swapped"
WITH_OTHERS = tuple(column.removeprefix("other_") for column in OTHER_KEY_COLUMNS)


def same_features(data: LinkSet, usage: Usage) -> Found:
    """Link with the levels of our model on plaintext."""
    return _link(data, usage, fuzzy=False)


def with_jaro_winkler(data: LinkSet, usage: Usage) -> Found:
    """Link with these levels and two of Jaro-Winkler similarity for either name."""
    return _link(data, usage, fuzzy=True)


def _link(data: LinkSet, usage: Usage, *, fuzzy: bool) -> Found:
    with usage.part("read"):
        features = plain_features(data.read(FIELDS))
        records = pa.concat_tables(_prepared(name, table) for name, table in features.items())
    settings = SettingsCreator(
        link_type="link_and_dedupe" if len(data.sources) > 1 else "dedupe_only",
        unique_id_column_name="record_pseudonym",
        comparisons=[_comparison(c, fuzzy=fuzzy) for c in COMPARISONS],
        blocking_rules_to_generate_predictions=list(_blocking(records)),
        retain_matching_columns=False,
    )
    return link(records, settings, RULES, (SURE_RULE, ("azr",)), usage)


def _blocking(records: pa.Table) -> Iterator[Any]:
    """Block on our match keys, and on those under other names where anybody has one."""
    for key in KEYS:
        yield block_on(*key.columns)
    for key in WITH_OTHERS:
        if records[f"other_{key}"].null_count < records.num_rows:
            yield block_on(f"all_{key}", arrays_to_explode=[f"all_{key}"])


def _prepared(source: str, features: pa.Table) -> pa.Table:
    wanted = ["record_pseudonym", *TOKEN_COLUMNS, *KEY_COLUMNS, *OTHER_KEY_COLUMNS]
    chosen = features.select(wanted)
    for key in WITH_OTHERS:
        chosen = chosen.append_column(f"all_{key}", _all(chosen[key], chosen[f"other_{key}"]))
    return chosen.add_column(0, "source", pa.array([source] * chosen.num_rows))


def _all(own: pa.ChunkedArray, others: pa.ChunkedArray) -> pa.Array:
    """List a record's key under all its names."""
    lists = zip(own.to_pylist(), others.to_pylist(), strict=True)
    rows = [[text for text in (key, *(other or ())) if text] for key, other in lists]
    return pa.array([row or None for row in rows], TEXTS)


def _comparison(comparison: Comparison, *, fuzzy: bool) -> LevelSettings:
    levels: list[LevelSettings] = [
        {"sql_condition": comparison.null, "label_for_charts": "null", "is_null_level": True}
    ]
    named = fuzzy and comparison.name in {"given", "family"}
    for level in comparison.levels:
        if named and level.label == LIKE:
            levels.append(_alike(comparison.name, 0.84))
        entry = {"sql_condition": level.condition, "label_for_charts": level.label}
        if level.frequency:
            entry["tf_adjustment_column"] = level.frequency
        levels.append(entry)
        if named and level.label == CLOSE:
            levels.append(_alike(comparison.name, 0.92))
    return {"output_column_name": comparison.name, "comparison_levels": levels}


def _alike(name: str, least: float) -> LevelSettings:
    condition = f"jaro_winkler_similarity({name}_canon_l, {name}_canon_r) >= {least}"
    return {"sql_condition": condition, "label_for_charts": f"alike {least}"}
