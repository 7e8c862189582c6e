from datetime import date

import pytest

from kim_pipeline.errors import LinkError
from kim_pipeline.linkage.alarms import FAMILIES
from kim_pipeline.linkage.findings import DriftFinding
from quality_checks.links import LINK_RULES, drift_judge, drift_outcomes


def _finding(name: str, observed: float = 0.0) -> DriftFinding:
    return DriftFinding(name, observed <= 0.03, observed, 0.03)


WARNINGS = {"shipped_model", "model", *FAMILIES}
STEADY = ("shrunk", "rewritten", "churn", "levels", "weights", "fill", "sharing", "commonest")
ABSOLUTE = ("missing", "one_value", "doubled", "disagreeing", "unfound", "conflicts")
GOOD = [
    _finding("link_rate: a -> b"),
    _finding("link_rate: b -> a"),
    _finding("group_rate: a -> b: EU"),
    *(_finding(f"{family}: a") for family in (*STEADY, *ABSOLUTE)),
    *(_finding(f"{family}: a") for family in sorted(WARNINGS)),
]


def test_a_steady_run_passes_every_rule() -> None:
    outcomes = drift_outcomes(GOOD)
    assert [o.rule for o in outcomes] == list(LINK_RULES)
    assert all(o.passed for o in outcomes)


@pytest.mark.parametrize("place", range(len(GOOD)))
def test_each_finding_fails_the_rule_of_its_family(place: int) -> None:
    findings = [*GOOD[:place], _finding(GOOD[place].name, 0.5), *GOOD[place + 1 :]]
    failed = [o for o in drift_outcomes(findings) if not o.passed]
    assert [o.unexpected for o in failed] == [1]


@pytest.mark.parametrize("good", GOOD, ids=lambda good: good.family)
def test_only_doubts_about_model_and_estimates_let_a_run_pass(good: DriftFinding) -> None:
    (failed,) = [o for o in drift_outcomes([_finding(good.name, 0.5)]) if not o.passed]
    assert failed.rule.blocking == (good.family not in WARNINGS)


def test_a_source_that_lacks_a_linking_role_is_named_with_the_role() -> None:
    findings = [_finding("missing: d: plz", 1.0), _finding("missing: d: dob", 0.6)]
    (failed,) = [o for o in drift_outcomes(findings) if not o.passed]
    assert failed.error == (
        "d: no postcode at all; does a field of its contract have role postcode?; "
        "d: birth_date is empty in 60%"
    )
    assert [o.error for o in drift_outcomes(GOOD) if o.error] == []


def test_a_finding_without_a_rule_is_refused() -> None:
    with pytest.raises(LinkError, match="surprise"):
        drift_outcomes([_finding("surprise: a")])


def test_a_run_without_findings_is_refused() -> None:
    with pytest.raises(LinkError):
        drift_outcomes([])


def test_only_the_rules_asked_for_are_answered() -> None:
    judge = drift_judge(lambda month, hub: GOOD)
    assert [o.rule for o in judge(date(2026, 10, 1), None, LINK_RULES[:2])] == list(LINK_RULES[:2])
