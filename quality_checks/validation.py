"""Judge a frame by its rules with Great Expectations, in one pass; only verdicts and counts leave.

Great Expectations takes seconds and 230 MB to import, so it is imported by the call that needs it:
the interface, the daemon and the command line stay quick.
"""

import logging
import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from quality_checks.rule import Outcome, Rule

if TYPE_CHECKING:
    from great_expectations.core import ExpectationValidationResult
    from great_expectations.datasource.fluent.interfaces import Batch
    from great_expectations.expectations.expectation import Expectation

NOT_EVALUATED = "The rule could not be evaluated: the table lacks what it needs."
NOT_UNDERSTOOD = "The rule could not be evaluated: its expectation or arguments do not exist."

# Without the zero, results carry samples of the offending values, and those are people.
COUNTS_ONLY = {"result_format": "BASIC", "partial_unexpected_count": 0}


def validate_frame(frame: pd.DataFrame, rules: Sequence[Rule]) -> list[Outcome]:
    """Judge a frame by all its rules, in the order of the rules.

    A rule that could not be evaluated has failed, with `error` set.
    """
    if not rules:
        return []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = _results(frame, rules)
    return [_outcome(rule, results.get(rule.name)) for rule in rules]


def _results(
    frame: pd.DataFrame, rules: Sequence[Rule]
) -> dict[str, "ExpectationValidationResult"]:
    import great_expectations as gx  # noqa: PLC0415

    _silence()
    expectations = [made for made in map(_expectation, rules) if made is not None]
    suite = gx.ExpectationSuite(name="rules", expectations=expectations)
    validation = _batch(frame).validate(suite, result_format=COUNTS_ONLY)
    return {_rule_name(result): result for result in validation.results}


def _silence() -> None:
    """Keep its messages to itself: they can quote the value that a metric stumbled over."""
    log = logging.getLogger("great_expectations")
    log.propagate = False
    log.handlers = [logging.NullHandler()]


def _expectation(rule: Rule) -> "Expectation | None":
    from great_expectations import expectations  # noqa: PLC0415

    kind = getattr(expectations, rule.expectation, None)
    if kind is None:
        return None
    try:
        made: Expectation = kind(**rule.arguments, meta={"rule": rule.name})
    except (TypeError, ValueError):
        return None
    return made


def _batch(frame: pd.DataFrame) -> "Batch":
    import great_expectations as gx  # noqa: PLC0415
    from great_expectations.data_context.types.base import ProgressBarsConfig  # noqa: PLC0415

    context = gx.get_context(mode="ephemeral")
    context.enable_analytics(False)
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("frames").add_dataframe_asset("frame")
    whole = asset.add_batch_definition_whole_dataframe("all")
    # Conditions go wrong on an index that is not 0, 1, 2, …
    batch: Batch = whole.get_batch({"dataframe": frame.reset_index(drop=True)})
    return batch


def _rule_name(result: "ExpectationValidationResult") -> str:
    configuration = result.expectation_config
    meta = configuration.meta if configuration is not None else None
    return str((meta or {})["rule"])


def _outcome(rule: Rule, result: "ExpectationValidationResult | None") -> Outcome:
    if result is None:
        return Outcome(rule, passed=False, error=NOT_UNDERSTOOD)
    if _was_interrupted(result.exception_info or {}):
        return Outcome(rule, passed=False, error=NOT_EVALUATED)
    counts = result.result
    return Outcome(rule, bool(result.success), _checked(rule, counts), _count(counts, "unexpected"))


def _checked(rule: Rule, counts: Mapping[str, Any]) -> int | None:
    if rule.expectation.startswith("ExpectTableRowCount"):
        return int(counts["observed_value"])
    elements, missing = _count(counts, "element"), _count(counts, "missing")
    return None if elements is None else elements - (missing or 0)


def _count(counts: Mapping[str, Any], name: str) -> int | None:
    value = counts.get(f"{name}_count")
    return None if value is None else int(value)


def _was_interrupted(information: Mapping[str, Any]) -> bool:
    """Tell a broken rule from a failed one; Great Expectations reports it in two shapes."""
    if "raised_exception" in information:
        return bool(information["raised_exception"])
    return any(entry.get("raised_exception") for entry in information.values())
