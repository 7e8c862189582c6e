"""Rules as Dagster asset checks: one check per rule, one validation per table, counts only.

Which rules there are and how they are judged is elsewhere; nothing but this module knows Dagster.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

import dagster as dg
import pandas as pd

from assets.refusals import refusals
from kim_pipeline.periods import parse_month
from quality_checks.hub import Hub
from quality_checks.in_force import in_force
from quality_checks.recorded import Recorder
from quality_checks.remedies import remedy_of
from quality_checks.rule import Outcome, Rule
from quality_checks.validation import validate_frame

RESOURCE = "hub"
Load = Callable[[date, Hub], pd.DataFrame]
Judge = Callable[[date, Hub, Sequence[Rule]], list[Outcome]]


def asset_checks(
    asset_key: str | Sequence[str],
    rules: Sequence[Rule],
    load: Load,
    *,
    table: str = "",
    record: Recorder | None = None,
) -> dg.AssetChecksDefinition:
    """Make the checks of one asset, or of one table of it, that share a frame and a validation.

    `load` gives the frame of a month. A failed blocking rule stops everything downstream of the
    asset in the same run.
    """
    judge = frames_judge([(rules, load)])
    return judged_checks(asset_key, rules, judge, table=table, record=record)


def frames_judge(parts: Sequence[tuple[Sequence[Rule], Load]]) -> Judge:
    """Make one judge of several tables of an asset: each part's rules look at its frame alone.

    One frame is held at a time, and none is read whose rules were not chosen. A rule that is not
    in force in the month passes with nothing checked.
    """

    def judge(month: date, hub: Hub, chosen: Sequence[Rule]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        for rules, load in parts:
            asked = [rule for rule in rules if rule in chosen]
            wanted = [rule for rule in asked if in_force(rule.name, month)]
            outcomes += [Outcome(r, passed=True, checked=0) for r in asked if r not in wanted]
            if wanted:
                outcomes += validate_frame(load(month, hub), wanted)
        return outcomes

    return judge


def judged_checks(
    asset_key: str | Sequence[str],
    rules: Sequence[Rule],
    judge: Judge,
    *,
    table: str = "",
    record: Recorder | None = None,
) -> dg.AssetChecksDefinition:
    """Make the checks of one asset from rules that `judge` turns into outcomes."""
    key = dg.AssetKey(asset_key)

    @dg.multi_asset_check(
        name="_".join((*key.path, *([table] if table else []), "checks")),
        specs=[check_spec(key, rule) for rule in rules],
        required_resource_keys={RESOURCE},
        can_subset=True,
    )
    def check(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        hub: Hub = getattr(context.resources, RESOURCE)
        selected = {check.name for check in context.selected_asset_check_keys}
        chosen = [rule for rule in rules if rule.name in selected]
        month = _month(context)
        with refusals():
            outcomes = judge(month, hub, chosen)
            if record is not None:
                record(hub, month, key.to_user_string(), outcomes)
        yield from (check_result(key, outcome) for outcome in outcomes)
        _stop(key, outcomes)

    return check


def check_result(key: dg.AssetKey, outcome: Outcome) -> dg.AssetCheckResult:
    """Report one outcome to Dagster: verdict, severity and counts."""
    counts = {"checked": outcome.checked, "unexpected": outcome.unexpected}
    remedy = remedy_of(key.to_user_string(), outcome.rule)
    todo = {} if outcome.passed else {"what_to_do": remedy.en, "was_zu_tun_ist": remedy.de}
    blocking = outcome.rule.blocking
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=outcome.rule.name,
        passed=outcome.passed,
        severity=dg.AssetCheckSeverity.ERROR if blocking else dg.AssetCheckSeverity.WARN,
        description=outcome.error,
        metadata={**{name: n for name, n in counts.items() if n is not None}, **todo},
    )


def check_spec(key: dg.AssetKey, rule: Rule) -> dg.AssetCheckSpec:
    """Announce one rule to Dagster in both languages, for assets that check themselves too."""
    remedy = remedy_of(key.to_user_string(), rule)
    told = (
        f"{rule.description}\n\n{rule.description_de}\n\n"
        f"What to do: {remedy.en}\n\nWas zu tun ist: {remedy.de}"
    )
    # Specs with partitions are a preview that warns, and the run knows its month anyway.
    return dg.AssetCheckSpec(
        rule.name,
        asset=key,
        description=told,
        blocking=rule.blocking,
        metadata={
            "description_en": rule.description,
            "description_de": rule.description_de,
            "what_to_do": remedy.en,
            "was_zu_tun_ist": remedy.de,
        },
    )


def _stop(key: dg.AssetKey, outcomes: Sequence[Outcome]) -> None:
    """Fail the step after all its results were told, with what to do next.

    Dagster would stop it as well, but say no more than the names of the checks.
    """
    failed = [o.rule for o in outcomes if o.rule.blocking and not o.passed]
    if failed:
        names = ", ".join(rule.name for rule in failed)
        todo = " ".join(dict.fromkeys(remedy_of(key.to_user_string(), r).en for r in failed))
        told = f"{key.to_user_string()} is stopped by {names}. What to do: {todo}"
        raise dg.Failure(told, allow_retries=False)


def _month(context: dg.AssetCheckExecutionContext) -> date:
    """Read the month of the run; a run over several months has none and is refused."""
    if not context.has_partition_key:
        raise dg.Failure(
            "Quality checks judge one month: start one run per month.", allow_retries=False
        )
    return parse_month(context.partition_key[:7])
