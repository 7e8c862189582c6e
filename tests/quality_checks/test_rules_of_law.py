"""The sixteen rules of law and guideline are checked, each in its time, and told in the docs."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from quality_checks.bridge import frames_judge
from quality_checks.hub import Hub
from quality_checks.in_force import in_force, rules_of
from quality_checks.rule_table import BEGIN, END, rule_table
from quality_checks.shapes import holds
from quality_checks.suites import all_checks
from sources.contracts.contract import load_contracts
from sources.contracts.domain_rules import EVENT, MONTH, domain_rules

CHECKS = all_checks(load_contracts(), lambda *_: [])
SPECS = [spec for check in CHECKS for spec in check.check_specs]
DOCS = Path(__file__).parents[2] / "docs" / "rules.md"
BROKEN = pd.DataFrame({"benefit_spell__one_benefit_system": [False]})
RULE = holds("benefit_spell__one_benefit_system", ("One system.", "Ein System."))


def test_all_sixteen_rules_are_there() -> None:
    assert list(domain_rules()) == [f"R{number}" for number in range(1, 17)]
    assert {rule.judged_on for rule in domain_rules().values()} == {EVENT, MONTH}


@pytest.mark.parametrize("number", domain_rules())
def test_every_check_a_rule_names_is_made(number: str) -> None:
    rule = domain_rules()[number]
    made = [spec.name for spec in SPECS if rule in rules_of(spec.name)]
    assert made
    for name in rule.checks:
        stem = name.lstrip("*")
        assert any(check.endswith(stem) for check in made), name


@pytest.mark.parametrize("number", domain_rules())
def test_the_times_of_a_rule_are_in_order_and_told_in_two_languages(number: str) -> None:
    rule = domain_rules()[number]
    assert rule.text
    assert rule.text_de
    assert rule.source
    for period in rule.periods:
        assert period.last is None or period.first <= period.last
        assert not period.statuses or not period.numbers


def test_a_rule_is_judged_in_its_time_only(hub: Hub) -> None:
    judge = frames_judge([([RULE], lambda *_: BROKEN)])
    (now,) = judge(date(2026, 10, 1), hub, [RULE])
    (then,) = judge(date(2004, 12, 1), hub, [RULE])
    assert (now.passed, now.unexpected) == (False, 1)
    assert (then.passed, then.checked) == (True, 0)


def test_a_check_of_events_or_of_no_law_is_always_made() -> None:
    long_ago = date(1950, 1, 1)
    assert in_force("residence_spell__chance_title_at_most_18_months", long_ago)
    assert in_force("persons__row_key_unique", long_ago)
    assert not in_force("benefit_community__one_per_person", date(2004, 12, 1))
    assert in_force("benefit_community__one_per_person", date(2005, 1, 1))
    assert in_force("clients__consent_given", long_ago)


def test_the_docs_show_the_rules_as_they_are() -> None:
    shown = DOCS.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]
    assert shown.strip() == rule_table(CHECKS)
