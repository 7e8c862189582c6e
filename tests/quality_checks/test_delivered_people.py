"""The people of a delivery are those of the Kreis, or a rule says so."""

from datetime import UTC, date, datetime
from uuid import UUID

import pyarrow as pa
import pytest
from pyarrow import parquet

from kim_pipeline.warehouse.history import Moment, apply_delivery
from kim_pipeline.warehouse.schema.base import FOREVER_DATE
from kim_pipeline.warehouse.staging import ensure_staging
from quality_checks.delivered_people import (
    change_of_share,
    people_frame,
    people_rules,
    towns_present,
)
from quality_checks.hub import Hub
from quality_checks.validation import validate_frame
from sources.accepting.staging import staging_tables
from sources.contracts.contract import load_contracts

CLIENTS = next(c for c in load_contracts() if c.source == "case_management")
TABLE = CLIENTS.table("clients")
ERKRATH, HAAN = "05158004", "05158008"
ARROW = {"uuid": pa.string(), "text": pa.string(), "integer": pa.int32(), "boolean": pa.bool_()}
FINDING = "finding_birth_date_is_1_january"


def _rows(towns: list[str], born_1_january: int) -> pa.Table:
    count = len(towns)
    columns = {c.name: pa.nulls(count, ARROW[c.sql_type]) for c in TABLE.columns}
    columns["row_key"] = pa.array([str(UUID(int=n)) for n in range(count)])
    columns["town_ags"] = pa.array(towns)
    columns[FINDING] = pa.array([n < born_1_january for n in range(count)])
    return pa.table(columns)


@pytest.mark.parametrize(
    ("now", "change"), [(60, 1.0), (72, 1.2), (73, 73 / 60), (47, 47 / 60), (0, 0.0)]
)
def test_the_share_of_birthdays_is_compared_with_the_month_before(now: int, change: float) -> None:
    marks = [n < now for n in range(1000)]
    assert change_of_share(marks, [n < 60 for n in range(1000)]) == pytest.approx(change)


def test_few_birthdays_or_rows_tell_nothing() -> None:
    assert change_of_share([True] * 9, [n < 49 for n in range(1000)]) is None
    assert towns_present([HAAN] * 99, [ERKRATH, HAAN]) == []
    assert towns_present([HAAN] * 100, [ERKRATH, HAAN]) == [False, True]


@pytest.mark.parametrize(
    ("towns", "born_1_january", "failed"),
    [
        ([ERKRATH, HAAN] * 100, 60, []),
        ([ERKRATH, HAAN] * 100, 71, []),
        ([ERKRATH, HAAN] * 100, 73, ["clients__new_year_births_steady"]),
        ([ERKRATH, HAAN] * 100, 47, ["clients__new_year_births_steady"]),
        ([HAAN] * 200, 60, ["clients__all_towns_present"]),
    ],
)
def test_a_delivery_that_lost_a_town_or_filled_in_birthdays_is_found(
    hub: Hub, towns: list[str], born_1_january: int, failed: list[str]
) -> None:
    september = Moment(date(2026, 9, 1), FOREVER_DATE, datetime(2026, 10, 5, tzinfo=UTC), 1)
    staged = staging_tables(CLIENTS)["clients"]
    with hub.engine.begin() as connection:
        ensure_staging(connection, staged)
        apply_delivery(connection, staged, _rows([ERKRATH, HAAN] * 100, 60), september)
    folder = hub.settings.incoming / "case_management" / "2026-10"
    folder.mkdir(parents=True)
    parquet.write_table(_rows(towns, born_1_january), folder / "clients.parquet")
    frame = people_frame(CLIENTS, TABLE)(date(2026, 10, 1), hub)
    found = validate_frame(frame, people_rules(TABLE))
    assert not any(o.error for o in found)
    assert [o.rule.name for o in found if not o.passed] == failed
