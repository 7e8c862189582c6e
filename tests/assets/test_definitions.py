"""The code location: what Dagster shows reads as the picture in the design."""

from importlib import resources
from pathlib import Path

import dagster as dg
import pytest
import yaml
from code_location import graph, keys, location

from assets.freshness import month_cron
from assets.groups import GROUPS
from assets.jobs import MONTH_JOB, intake_job_name
from kim_pipeline.kreis import read_kreis
from kim_pipeline.settings import read_settings
from sources.contracts.contract import load_contracts

ROOT = Path(__file__).parents[2]
SOURCES = tuple(contract.source for contract in load_contracts())


pytestmark = pytest.mark.usefixtures("in_the_root")


def test_the_definitions_load_and_hold_together() -> None:
    dg.Definitions.validate_loadable(location())


def test_every_asset_says_what_it_is_and_whose() -> None:
    for key in keys():
        node = graph().get(key)
        assert node.group_name in GROUPS, key
        assert len(node.description or "") > 20, key
        assert node.owners, key
        assert node.kinds, key
        assert "pii" in node.tags, key


def test_the_groups_sort_in_the_order_of_the_way() -> None:
    assert sorted(GROUPS) == list(GROUPS)
    for source in SOURCES:
        way = [f"{source}_delivery", f"{source}_incoming", f"{source}_records"]
        way += ["link_candidates", "person_spells", "indicator_values", "report"]
        groups = [graph().get(dg.AssetKey(name)).group_name for name in way]
        assert groups == list(GROUPS[:7])


def test_every_asset_is_made_month_by_month() -> None:
    first = read_kreis(read_settings().config).first_month
    for key in keys():
        months = graph().get(key).partitions_def
        assert isinstance(months, dg.MonthlyPartitionsDefinition), key
        assert months.get_first_partition_key() == f"{first:%Y-%m}"


def test_every_check_has_a_name_of_its_own_and_says_what_it_asks_for() -> None:
    checks = graph().asset_check_keys
    assert len(checks) > 100
    assert {key.asset_key for key in checks} <= set(keys())
    for key in checks:
        assert len(graph().get_check_spec(key).description or "") > 10, key
        assert key.name == key.name.lower()


def test_each_gate_blocks() -> None:
    blocking = {
        key.asset_key.to_user_string()
        for key in graph().asset_check_keys
        if graph().get_check_spec(key).blocking
    }
    incoming = {f"{source}_incoming" for source in SOURCES}
    assert incoming | {"link_candidates", "person_month", "indicator_values"} <= blocking


def test_the_arrows_run_from_delivery_to_report() -> None:
    for source in SOURCES:
        assert _above(f"{source}_incoming") == {f"{source}_delivery"}
        assert _above(f"{source}_records") == {f"{source}_incoming"}
        assert _above(f"{source}_delivery") == set()
    assert _above("link_candidates") == {f"{source}_records" for source in SOURCES}
    assert _above("person_links") == {"link_candidates", "person_links"}
    assert "person_links" in _above("person_spells")
    assert {"person_spells"} <= _all_above("person_month")
    assert _above("indicator_values") == {"person_month"}
    assert _above("report") == {"indicator_values"}
    told = {f"{source}_feedback" for source in SOURCES}
    for source in SOURCES:
        assert _above(f"{source}_feedback") == {f"{source}_records"}
    every = {key.to_user_string() for key in keys()}
    assert _all_above("report") | {"report"} | told == every


def _above(*path: str) -> set[str]:
    return {key.to_user_string() for key in graph().get(dg.AssetKey(path)).parent_keys}


def _all_above(name: str) -> set[str]:
    found: set[str] = set()
    waiting = _above(name)
    while waiting:
        one = waiting.pop()
        found.add(one)
        waiting |= _above(*one.split("/")) - found
    return found


def test_there_is_one_intake_job_per_source_one_month_job_and_retention() -> None:
    jobs = {job.name for job in location().resolve_all_job_defs()}
    wanted = {*(f"intake_{source}" for source in SOURCES), "month", "timeliness", "retention"}
    assert {name for name in jobs if not name.startswith("__")} == wanted
    assert MONTH_JOB == "month"
    assert intake_job_name("job_centre") == "intake_job_centre"


def test_the_jobs_share_no_asset_and_leave_none_out() -> None:
    made = [
        key.to_user_string()
        for job in location().resolve_all_job_defs()
        if not job.name.startswith("__") and job.name != "timeliness"
        for key in job.asset_layer.selected_asset_keys
    ]
    assert sorted(made) == sorted(key.to_user_string() for key in keys())


def test_schedules_follow_the_contracts() -> None:
    contracts = load_contracts()
    zone = read_kreis(read_settings().config).time_zone
    found = {schedule.job_name: schedule for schedule in _schedules()}
    others = {"month", "timeliness", "retention"}
    assert set(found) == {*(f"intake_{c.source}" for c in contracts), *others}
    for contract in contracts:
        assert found[f"intake_{contract.source}"].cron_schedule == contract.cadence.cron
    assert {schedule.execution_timezone for schedule in found.values()} == {zone}
    day = int(month_cron(contracts).split()[2])
    last = max(int(c.cadence.cron.split()[2]) + c.cadence.late_after_days for c in contracts)
    assert found["month"].cron_schedule == month_cron(contracts)
    assert day > last


def _schedules() -> list[dg.ScheduleDefinition]:
    return [s for s in location().schedules or [] if isinstance(s, dg.ScheduleDefinition)]


def test_runs_stay_in_one_process() -> None:
    assert location().executor is dg.in_process_executor


def test_both_instance_files_say_the_same_but_for_the_folder() -> None:
    root = (ROOT / "dagster.yaml").read_text("utf-8")
    packed = resources.files("kim_pipeline.commands").joinpath("instance.yaml").read_text("utf-8")
    assert yaml.safe_load(packed.replace("${FOLDER}", "state/dagster")) == yaml.safe_load(root)
    assert yaml.safe_load(root)["telemetry"] == {"enabled": False}
