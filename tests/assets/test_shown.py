"""What the UI shows of each asset, check, job and schedule: enough for one who sees it first."""

from pathlib import Path

import dagster as dg
import pytest
from code_location import graph, keys, location

from assets.groups import GROUPS
from assets.jobs import MONTH_TAG
from sources.contracts.contract import load_contracts

CONTRACTS = load_contracts()
FRESH = {*(c.step("delivery") for c in CONTRACTS), "indicator_values"}


pytestmark = pytest.mark.usefixtures("in_the_root")


def nodes() -> list[dg.AssetsDefinition]:
    return [graph().get(key) for key in keys()]


def _schema(name: str) -> dict[str, dg.TableColumn]:
    schema = graph().get(dg.AssetKey(name)).metadata["dagster/column_schema"]
    return {column.name: column for column in schema.columns}


def test_every_table_says_what_one_row_is() -> None:
    for node in nodes():
        if node.key.to_user_string() != "report":
            told = (node.description or "").casefold()
            assert any(word in told for word in ("one row per", "one delivery per", "- `")), (
                node.key
            )
            assert node.group_name in GROUPS


def test_every_column_has_a_type_and_a_meaning() -> None:
    for node in nodes():
        name = node.key.to_user_string()
        if name == "report" or name.endswith("_feedback"):
            continue
        columns = _schema(name)
        assert columns, name
        for column in columns.values():
            assert column.type, (name, column.name)
            assert len(column.description or "") > 4, (name, column.name)


def test_a_delivery_shows_every_field_of_its_contract_and_what_becomes_of_it() -> None:
    for contract in CONTRACTS:
        columns = _schema(contract.step("delivery"))
        assert len(columns) == sum(len(table.fields) for table in contract.tables)
        for table in contract.tables:
            for field in table.fields:
                shown = columns[f"{table.name}.{field.name}"]
                assert shown.tags["delivered_as"] == field.delivered
                assert shown.tags["privacy"] == "+".join(dict.fromkeys(r.name for r in field.rules))


def test_an_asset_leads_to_its_code_and_to_its_contract() -> None:
    for node in nodes():
        if node.key.to_user_string() == "report":
            continue
        for place in node.metadata["dagster/code_references"].code_references:
            assert Path(place.file_path).exists(), node.key


def test_what_is_promised_for_a_day_is_fresh_until_the_next() -> None:
    found = {n.key.to_user_string() for n in nodes() if n.freshness_policy is not None}
    assert found - {"report"} == FRESH


def test_every_check_speaks_both_languages_and_says_what_to_do() -> None:
    for key in graph().asset_check_keys:
        told = (graph().get_check_spec(key).description or "").split("\n\n")
        assert len(told) == 4, key
        english, german, todo, zu_tun = told
        assert english != german, key
        assert todo.startswith("What to do: "), key
        assert zu_tun.startswith("Was zu tun ist: "), key
        assert all(text.endswith(".") for text in (english, german, todo, zu_tun)), key


def test_jobs_and_schedules_say_when_and_why() -> None:
    jobs = [j for j in location().resolve_all_job_defs() if not j.name.startswith("__")]
    for told in [*jobs, *(location().schedules or [])]:
        assert len(told.description or "") > 60, told.name
    schedules = [s.description or "" for s in location().schedules or []]
    assert all(" at " in told or "night" in told for told in schedules)


def test_sensors_say_when_and_why_and_rest_in_a_demo() -> None:
    sensors = location().sensors or []
    assert {sensor.name for sensor in sensors} == {"late_deliveries", "months_again"}
    for sensor in sensors:
        assert len(sensor.description or "") > 100, sensor.name
        assert sensor.default_status is dg.DefaultSensorStatus.STOPPED


def test_a_run_carries_the_name_of_its_month() -> None:
    for name in ("month", *(f"intake_{c.source}" for c in CONTRACTS)):
        job = location().resolve_job_def(name)
        tags = job.get_tags_for_partition_key("2026-03", None)
        assert tags[MONTH_TAG] == "2026-03"
