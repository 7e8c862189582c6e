"""Our records and model in Splink's words."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb
import pyarrow as pa
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from kim_pipeline.linkage.blocking import KEYS
from kim_pipeline.linkage.comparisons import (
    COMPARISONS,
    ID_COLUMN,
    KEY_COLUMNS,
    OTHER_KEY_COLUMNS,
    TOKEN_COLUMNS,
    Comparison,
)
from kim_pipeline.linkage.model import ComparisonModel, LinkModel
from kim_pipeline.linkage.records import Records


def splink_linker(
    records: Records, connection: duckdb.DuckDBPyConnection, start: LinkModel
) -> Linker:
    """Open the records in Splink, with the weights of a model to use or to start from."""
    api = DuckDBAPI(connection=connection)
    columns = [ID_COLUMN, *TOKEN_COLUMNS, *KEY_COLUMNS, *OTHER_KEY_COLUMNS]
    tables = [
        api.register(part.select(columns), dataset_display_name=source)
        for source, part in _by_source(records)
    ]
    settings = SettingsCreator.from_path_or_dict(splink_settings(records, start))
    return Linker(tables, settings, log_level=None)


def splink_settings(records: Records, start: LinkModel) -> dict[str, Any]:
    """Say in Splink's words what is compared, with the m and u of a model."""
    weights = {c.name: c for c in start.comparisons}
    return {
        "link_type": "link_and_dedupe" if len(records.sources) > 1 else "dedupe_only",
        "unique_id_column_name": ID_COLUMN,
        "probability_two_random_records_match": start.prior,
        "comparisons": [_comparison(c, weights[c.name]) for c in COMPARISONS],
        "blocking_rules_to_generate_predictions": [block_on(*key.columns) for key in KEYS],
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": True,
    }


@contextmanager
def quiet_splink() -> Iterator[None]:
    """Silence Splink's log for a while: the gate says what is wrong, and its log names columns."""
    log = logging.getLogger("splink")
    before = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(before)


def _by_source(records: Records) -> Iterator[tuple[str, pa.Table]]:
    start = 0
    for source, count in records.counts.items():
        yield source, records.table.slice(start, count)
        start += count


def _comparison(wanted: Comparison, weights: ComparisonModel) -> dict[str, Any]:
    levels: list[dict[str, Any]] = [
        {"sql_condition": wanted.null, "label_for_charts": "null", "is_null_level": True}
    ]
    for level, found in zip(wanted.levels, weights.levels, strict=True):
        entry: dict[str, Any] = {
            "sql_condition": level.condition,
            "label_for_charts": level.label,
            "m_probability": found.m,
            "u_probability": found.u,
        }
        levels.append(
            entry | ({"tf_adjustment_column": level.frequency} if level.frequency else {})
        )
    return {"output_column_name": wanted.name, "comparison_levels": levels}
