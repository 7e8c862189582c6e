import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from quality_checks import shapes
from quality_checks.frames import plain_frame
from quality_checks.rule import Rule
from quality_checks.validation import NOT_EVALUATED, NOT_UNDERSTOOD, validate_frame

TEXT = ("It is good.", "Es ist gut.")
CANARY = "Zyxwvut-Kanarienvogel"


def test_a_rule_counts_what_it_checked_and_what_broke_it() -> None:
    frame = pd.DataFrame({"sex": ["m", "w", None, "x"]})
    (outcome,) = validate_frame(frame, [shapes.is_one_of("sex_known", "sex", ["m", "w"], TEXT)])
    assert (outcome.passed, outcome.checked, outcome.unexpected) == (False, 3, 1)


def test_a_tolerated_share_passes_and_more_does_not() -> None:
    frame = pd.DataFrame({"ok": [True] * 9 + [False]})
    lenient, strict = (
        shapes.holds("ok", TEXT, tolerated=0.1),
        shapes.holds("ok", TEXT, tolerated=0.05),
    )
    assert validate_frame(frame, [lenient])[0].passed
    assert not validate_frame(frame, [strict])[0].passed


@pytest.mark.parametrize(
    ("rule", "error"),
    [
        (shapes.is_present("present", "absent", TEXT), NOT_EVALUATED),
        (shapes.is_within("within", "name", (1, 2), TEXT), NOT_EVALUATED),
        (Rule("misspelt", *TEXT, "ExpectNothingAtAll"), NOT_UNDERSTOOD),
        (Rule("wrong", *TEXT, "ExpectColumnToExist", {"colum": "name"}), NOT_UNDERSTOOD),
        (Rule("none", *TEXT), NOT_UNDERSTOOD),
    ],
)
def test_a_rule_that_cannot_be_evaluated_has_failed(rule: Rule, error: str) -> None:
    good = shapes.has_rows("rows", TEXT)
    outcomes = validate_frame(pd.DataFrame({"name": ["a"]}), [rule, good])
    assert [(o.rule, o.passed, o.error) for o in outcomes] == [
        (rule, False, error),
        (good, True, None),
    ]


def test_outcomes_come_in_the_order_of_the_rules() -> None:
    rules = [shapes.is_present(f"rule_{n}", "a" if n % 2 else "b", TEXT) for n in range(7)]
    outcomes = validate_frame(pd.DataFrame({"a": [1], "b": [2]}), rules)
    assert [o.rule for o in outcomes] == rules


def test_amounts_and_dates_from_arrow_are_judged_as_numbers_and_days() -> None:
    table = pa.table(
        {
            "amount": pa.array([Decimal("1.50"), None], pa.decimal128(10, 2)),
            "on": pa.array([date(2026, 10, 1), date(9999, 12, 31)]),
        }
    )
    rules = [
        shapes.is_within("amount", "amount", (0, 1), TEXT),
        shapes.is_within("on", "on", (pd.Timestamp("2026-10-01"), None), TEXT),
    ]
    amount, on = validate_frame(plain_frame(table), rules)
    assert (amount.passed, amount.checked, amount.unexpected) == (False, 1, 1)
    assert (on.passed, on.checked) == (True, 2)


def test_no_value_leaves_a_validation(
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    validate_frame(pd.DataFrame({"a": [1]}), [shapes.has_rows("rows", TEXT)])
    caplog.clear()
    caplog.set_level("DEBUG")
    frame = pd.DataFrame({"name": [CANARY, CANARY, "b"], "other": [CANARY, None, CANARY]})
    rules = [
        shapes.is_unique("unique", "name", TEXT),
        shapes.is_one_of("known", "name", ["b"], TEXT),
        shapes.is_within("within", "name", (1, 2), TEXT),
        shapes.is_unique_together("together", ["name", "other"], TEXT),
        Rule(
            "set",
            *TEXT,
            "ExpectColumnDistinctValuesToBeInSet",
            {"column": "name", "value_set": ["b"]},
        ),
        Rule("max", *TEXT, "ExpectColumnMaxToBeBetween", {"column": "name", "max_value": "a"}),
        Rule("json", *TEXT, "ExpectColumnValuesToBeJsonParseable", {"column": "name"}),
    ]
    outcomes = validate_frame(frame, rules)
    printed = capfd.readouterr()
    assert CANARY not in repr(outcomes)
    assert not any(outcome.passed for outcome in outcomes if outcome.rule.name != "together")
    assert (printed.out, printed.err, caplog.text) == ("", "", "")
    assert list(tmp_path.iterdir()) == []


def test_importing_the_checks_does_not_import_great_expectations() -> None:
    names = [f"quality_checks.{p.stem}" for p in Path("quality_checks").glob("[a-z]*.py")]
    code = f"import sys, {', '.join(names)}; sys.exit('great_expectations' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
