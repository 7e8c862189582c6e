from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
import pytest

from quality_checks import shapes
from quality_checks.bridge import asset_checks, frames_judge, judged_checks
from quality_checks.rule import Outcome, Rule

TEXT = ("Names are known.", "Namen sind bekannt.")
CANARY = "Zyxwvut-Kanarienvogel"
MONTHS = dg.MonthlyPartitionsDefinition("2026-01", fmt="%Y-%m")
KEY = ["job_centre", "incoming"]
KNOWN = shapes.is_one_of("persons__name_known", "name", ["a"], TEXT)
PRESENT = shapes.is_present("persons__name_present", "name", TEXT)


@dg.asset(key=KEY, partitions_def=MONTHS)
def incoming() -> None:
    """Pretend to write a delivery."""


def _run(
    checks: dg.AssetChecksDefinition,
    instance: dg.DagsterInstance | None = None,
    selection: Any = "*",
    **options: Any,
) -> tuple[dg.ExecuteInProcessResult, list[str]]:
    entered: list[str] = []

    @dg.asset(partitions_def=MONTHS, deps=[KEY])
    def records() -> None:
        entered.append("records")

    definitions = dg.Definitions(
        assets=[incoming, records],
        asset_checks=[checks],
        jobs=[dg.define_asset_job("intake", selection=selection)],
        resources={"hub": "the hub"},
        executor=dg.in_process_executor,
    )
    job = definitions.resolve_job_def("intake")
    given = options or {"partition_key": "2026-10"}
    return job.execute_in_process(instance=instance, raise_on_error=False, **given), entered


def _checks(*rules: Rule, names: tuple[str, ...] = ("a", CANARY)) -> dg.AssetChecksDefinition:
    return asset_checks(KEY, rules, lambda month, hub: pd.DataFrame({"name": names}))


def test_a_failed_blocking_rule_stops_what_comes_after_it_in_the_same_run() -> None:
    result, entered = _run(_checks(PRESENT, KNOWN))
    found = {e.check_name: (e.passed, e.severity) for e in result.get_asset_check_evaluations()}
    assert found == {
        "persons__name_present": (True, dg.AssetCheckSeverity.ERROR),
        "persons__name_known": (False, dg.AssetCheckSeverity.ERROR),
    }
    assert not result.success
    assert entered == []


def test_a_failed_warning_lets_the_run_go_on() -> None:
    result, entered = _run(_checks(shapes.warn_only(KNOWN)))
    (evaluation,) = result.get_asset_check_evaluations()
    assert (evaluation.passed, evaluation.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert result.success
    assert entered == ["records"]


def test_good_rows_pass() -> None:
    result, entered = _run(_checks(PRESENT, KNOWN, names=("a", "a")))
    assert result.success
    assert entered == ["records"]


def test_a_rule_that_cannot_be_evaluated_stops_the_run() -> None:
    result, entered = _run(_checks(shapes.is_present("persons__x", "absent", TEXT)))
    assert not result.success
    assert entered == []


def test_the_checks_know_the_month_of_their_run_and_the_hub() -> None:
    seen: list[object] = []

    def judge(month: date, hub: Any, rules: Any) -> list[Outcome]:
        seen.extend((month, hub))
        return [Outcome(rule, passed=True) for rule in rules]

    _run(judged_checks(KEY, [KNOWN], judge))
    assert seen == [date(2026, 10, 1), "the hub"]


def test_a_run_over_several_months_is_refused() -> None:
    tags = {
        "dagster/asset_partition_range_start": "2026-09",
        "dagster/asset_partition_range_end": "2026-10",
    }
    result, entered = _run(_checks(PRESENT), tags=tags)
    assert not result.success
    assert entered == []


def test_findings_are_recorded_even_when_the_run_stops() -> None:
    recorded: list[tuple[object, ...]] = []

    def record(hub: Any, month: date, asset: str, outcomes: Any) -> None:
        recorded.extend((month, asset, o.rule.name, o.passed, o.unexpected) for o in outcomes)

    frame = pd.DataFrame({"name": [CANARY]})
    _run(asset_checks(KEY, [KNOWN], lambda month, hub: frame, record=record))
    october = date(2026, 10, 1)
    assert recorded == [(october, "job_centre/incoming", "persons__name_known", False, 1)]


def test_one_check_can_be_run_alone() -> None:
    key = dg.AssetCheckKey(dg.AssetKey(KEY), "persons__name_present")
    alone = dg.AssetSelection.assets(KEY).without_checks() | dg.AssetSelection.checks(key)
    result, _ = _run(_checks(PRESENT, KNOWN), selection=alone)
    assert [e.check_name for e in result.get_asset_check_evaluations()] == [key.name]


def test_two_tables_of_one_asset_have_their_own_checks() -> None:
    def load(month: date, hub: Any) -> pd.DataFrame:
        return pd.DataFrame({"name": ["a"]})

    first = asset_checks(KEY, [KNOWN], load, table="persons")
    second = asset_checks(KEY, [shapes.has_rows("cases__rows", TEXT)], load, table="cases")
    definitions = dg.Definitions(
        assets=[incoming], asset_checks=[first, second], resources={"hub": "the hub"}
    )
    names = {key.name for key in definitions.resolve_asset_graph().asset_check_keys}
    assert names == {"persons__name_known", "cases__rows"}


def test_several_tables_can_be_judged_in_one_step_and_recorded_once() -> None:
    recorded: list[list[tuple[str, bool]]] = []

    def record(hub: Any, month: date, asset: str, outcomes: Any) -> None:
        recorded.append([(o.rule.name, o.passed) for o in outcomes])

    cases = shapes.is_present("cases__name_present", "name", TEXT)
    parts = [
        ([KNOWN], lambda month, hub: pd.DataFrame({"name": ["a"]})),
        ([cases], lambda month, hub: pd.DataFrame({"name": [None]})),
    ]
    result, entered = _run(judged_checks(KEY, [KNOWN, cases], frames_judge(parts), record=record))
    assert recorded == [[("persons__name_known", True), ("cases__name_present", False)]]
    assert (result.success, entered) == (False, [])


def test_rules_are_described_in_both_languages() -> None:
    (spec,) = _checks(KNOWN).check_specs
    described, german, todo, zu_tun = (spec.description or "").split("\n\n")
    assert (described, german) == ("Names are known.", "Namen sind bekannt.")
    assert todo.startswith("What to do: ")
    assert zu_tun.startswith("Was zu tun ist: ")
    assert spec.metadata["description_de"] == german


def test_a_gate_that_stops_a_run_says_what_to_do_and_nothing_of_the_rows() -> None:
    result, _ = _run(_checks(KNOWN, names=(CANARY, None)))
    (failure,) = [e for e in result.all_events if e.is_step_failure]
    told = failure.step_failure_data.user_failure_data.description
    assert told.startswith(f"job_centre/incoming is stopped by {KNOWN.name}. What to do: ")
    assert CANARY not in told


def test_no_value_of_a_table_leaves_a_check(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    rules = (
        KNOWN,
        shapes.is_unique("persons__unique", "name", TEXT),
        shapes.is_within("persons__within", "name", (1, 2), TEXT),
        Rule(
            "persons__max",
            *TEXT,
            "ExpectColumnMaxToBeBetween",
            {"column": "name", "max_value": "a"},
        ),
    )
    instance = dg.DagsterInstance.local_temp(str(tmp_path))
    result, _ = _run(_checks(*rules, names=(CANARY, CANARY, "a")), instance)
    evaluations = result.get_asset_check_evaluations()
    assert [e.passed for e in evaluations] == [False] * 4
    assert {name for e in evaluations for name in e.metadata} == {
        *("checked", "unexpected"),
        *("what_to_do", "was_zu_tun_ist"),
    }
    entries = [e.to_json() for e in instance.all_logs(result.run_id)]
    assert not any(CANARY in entry for entry in entries)
    instance.dispose()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert not any(CANARY.encode() in path.read_bytes() for path in files)
    printed = capfd.readouterr()
    assert CANARY not in printed.out + printed.err
