from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from kim_pipeline.warehouse.history import Moment, apply_delivery
from kim_pipeline.warehouse.schema.base import FOREVER_DATE
from kim_pipeline.warehouse.staging import ensure_staging
from quality_checks.completeness import (
    compare,
    completeness_frame,
    completeness_rules,
    delivery_rule,
)
from quality_checks.hub import Hub
from quality_checks.validation import validate_frame
from sources.accepting.staging import staging_tables
from sources.contracts.contract import load_contracts

CLIENTS = next(c for c in load_contracts() if c.source == "case_management")
TABLE = CLIENTS.table("clients")
RULES = completeness_rules(CLIENTS, TABLE)
HAAN, HILDEN = "05158008", "05158016"
ARROW = {"uuid": pa.string(), "text": pa.string(), "integer": pa.int32(), "boolean": pa.bool_()}
Towns = dict[str | None, int]
BEFORE: Towns = {HAAN: 100, HILDEN: 60, None: 5}


def _rows(towns: Towns) -> dict[str, str | None]:
    """Number the rows of each town from 1."""
    return {f"{town}-{n}": town for town, count in towns.items() for n in range(count)}


def _failed(frame: pd.DataFrame) -> list[str]:
    found = validate_frame(frame, RULES)
    assert not any(o.error for o in found)
    return [o.rule.name.removeprefix("clients__") for o in found if not o.passed]


@pytest.mark.parametrize(
    ("now", "failed"),
    [
        ({HAAN: 101, HILDEN: 58, None: 9}, []),
        ({HAAN: 130, HILDEN: 80}, ["rows_steady"]),
        ({HAAN: 40, HILDEN: 30}, ["rows_not_cut_or_doubled", "rows_steady", "ids_keep_their_form"]),
        ({HAAN: 200, HILDEN: 120}, ["rows_not_cut_or_doubled", "rows_steady"]),
        ({HAAN: 160}, ["no_town_emptied"]),
        (
            {},
            [
                "rows_not_cut_or_doubled",
                "rows_steady",
                "no_town_emptied",
                "ids_keep_their_form",
            ],
        ),
    ],
)
def test_a_cut_doubled_or_partly_lost_delivery_is_found(now: Towns, failed: list[str]) -> None:
    assert _failed(compare(_rows(now), _rows(BEFORE))) == failed


def test_a_first_or_a_small_delivery_is_not_judged() -> None:
    assert _failed(compare(_rows({HAAN: 10}), {})) == []
    assert _failed(compare(_rows({HAAN: 10}), _rows({HAAN: 40, HILDEN: 19}))) == []


def test_numbers_written_in_another_way_are_found() -> None:
    renumbered = {f"0{key}": town for key, town in _rows(BEFORE).items()}
    assert _failed(compare(renumbered, _rows(BEFORE))) == ["ids_keep_their_form"]


@pytest.mark.parametrize(
    ("action", "blocking"), [("reject", [True]), ("warn", [False]), ("ignore", [])]
)
def test_the_contract_says_what_follows(action: str, blocking: list[bool]) -> None:
    for name in ("row_count", "town_empty", "id_format"):
        contract = replace(CLIENTS, delivery_rules={name: action})
        rules = completeness_rules(contract, TABLE)
        assert [r.blocking for r in rules if delivery_rule(r.name) == name] == blocking
    assert delivery_rule("clients__no_town_emptied") == "town_empty"
    assert delivery_rule("clients__row_key_unique") is None


def test_an_incoming_table_is_compared_with_the_history(hub: Hub) -> None:
    staged = staging_tables(CLIENTS)["clients"]
    keys = [str(UUID(int=number)) for number in range(200)]
    rows = pa.table({c.name: pa.array([None] * 200, ARROW[c.sql_type]) for c in TABLE.columns})
    rows = _with(rows, row_key=keys, town_ags=[HAAN] * 150 + [HILDEN] * 50)
    september = Moment(date(2026, 9, 1), FOREVER_DATE, datetime(2026, 10, 5, tzinfo=UTC), 1)
    with hub.engine.begin() as connection:
        ensure_staging(connection, staged)
        apply_delivery(connection, staged, rows, september)
    folder = hub.settings.incoming / "case_management" / "2026-10"
    folder.mkdir(parents=True)
    parquet.write_table(rows.slice(0, 150), folder / "clients.parquet")
    frame = completeness_frame(CLIENTS, TABLE)(date(2026, 10, 1), hub)
    assert _failed(frame) == ["rows_steady", "no_town_emptied"]


def _with(rows: pa.Table, **columns: list[str]) -> pa.Table:
    for name, values in columns.items():
        rows = rows.set_column(rows.column_names.index(name), name, pa.array(values))
    return rows
