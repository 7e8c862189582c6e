"""An alarm takes away the estimates it concerns, and no others; it never stops a run."""

from dataclasses import replace

import pytest

from kim_pipeline.linkage.alarms import FAMILIES, calibration_alarms, estimates_to_store
from kim_pipeline.linkage.calibration.quality import CalibrationFacts, QualityEstimate
from kim_pipeline.linkage.summary import LinkSummary
from quality_checks.link_alarms import ALARM_RULES
from quality_checks.links import drift_outcomes

ABH, JC, CM = "immigration_office", "job_centre", "case_management"
FACTS = CalibrationFacts(
    coverage={f"{CM} -> {ABH}": 0.965, f"{JC} -> {ABH}": 0.97},
    duplicates={ABH: 0.022, CM: 0.07},
    hidden=5000,
    relinked=50,
    triangle_recall={f"{CM} + {JC}": 0.99},
    identifier_recall={f"{CM} + {ABH}": (0.985, 0.98, 0.99)},
    fitted_pairs=30_000,
)
FIGURES = (0.995, 0.99, 1.0, 0.98, 0.97, 0.99)


def estimate(one: str, other: str, group: str = "", pairs: int = 3000) -> QualityEstimate:
    return QualityEstimate(one, other, group, pairs, *FIGURES, identified=True)


QUALITY = (
    estimate("", ""),
    estimate(CM, ABH),
    estimate(CM, JC),
    estimate(ABH, JC),
    estimate(ABH, JC, "EU"),
    replace(estimate(ABH, JC, "GERMAN"), identified=False),
)
PAIRS = {(one.source, one.other_source, one.nationality_group) for one in QUALITY}
LEVELS = {
    f"{ABH} + {JC}": {
        "given": (0, 100, 50, 850),
        "family": (0, 50, 50, 900),
        "birth_date": (0, 10, 10, 980),
    }
}
USUAL = LinkSummary(
    model_version="1-a",
    records={ABH: 126_000, JC: 39_000, CM: 3_000},
    candidate_pairs=100_000,
    edges=30_000,
    conflicts=90,
    persons=130_000,
    events={},
    changed_records=0,
    known_records=168_000,
    weights={},
    levels=LEVELS,
    link_rate={},
    fill={},
    facts=FACTS,
    quality=QUALITY,
)


def with_facts(**facts: object) -> LinkSummary:
    return replace(USUAL, facts=replace(FACTS, **facts))


def stopped(now: LinkSummary, before: LinkSummary | None = USUAL) -> dict[tuple[str, ...], str]:
    """Why which estimates are not identified, the one of the Germans left out."""
    stored = estimates_to_store(now, before)
    return {one.key: one.reason or "" for one in stored if one.reason and one.key[2] != "GERMAN"}


def test_a_usual_run_keeps_its_estimates() -> None:
    stored = {one.key: one for one in estimates_to_store(USUAL, USUAL)}
    assert stored.keys() == PAIRS
    kept = stored[ABH, JC, "EU"]
    assert (kept.precision, kept.recall_high, kept.identified) == (0.995, 0.99, True)
    assert stopped(USUAL) == stopped(USUAL, None) == {}


def test_what_the_method_cannot_know_has_no_figures() -> None:
    (german,) = (e for e in estimates_to_store(USUAL, None) if e.nationality_group == "GERMAN")
    assert (german.identified, german.reason, german.pairs) == (False, "method", 3000)
    assert (german.precision, german.recall_low) == (None, None)


ALARMS = [
    ({"coverage": {f"{CM} -> {ABH}": 1.04}}, "coverage", {(CM, ABH, "")}),
    ({"coverage": {f"{CM} -> {ABH}": 0.68}}, "coverage", {(CM, ABH, "")}),
    (
        {"duplicates": {ABH: 0.13, CM: 0.07}},
        "duplicates",
        {(CM, ABH, ""), (ABH, JC, ""), (ABH, JC, "EU")},
    ),
    ({"duplicates": {ABH: 0.022, CM: 0.13}}, "duplicates", {(CM, ABH, ""), (CM, JC, "")}),
    ({"relinked": 100}, "relinked", PAIRS - {(ABH, JC, "GERMAN")}),
    ({"monotone": False}, "curve", PAIRS - {(ABH, JC, "GERMAN")}),
    ({"triangle_recall": {f"{CM} + {JC}": 0.95}}, "triangle", {(CM, JC, "")}),
    (
        {"identifier_recall": {f"{CM} + {ABH}": (0.996, 0.993, 0.999)}},
        "identifier",
        {(CM, ABH, "")},
    ),
]


@pytest.mark.parametrize(("facts", "family", "concerned"), ALARMS)
def test_an_alarm_stops_the_estimates_it_concerns_and_that_of_all_links(
    facts: dict[str, object], family: str, concerned: set[tuple[str, ...]]
) -> None:
    assert stopped(with_facts(**facts)) == dict.fromkeys(concerned | {("", "", "")}, family)


def test_links_that_agree_otherwise_stop_the_estimates_of_their_pair() -> None:
    worse = {**LEVELS[f"{ABH} + {JC}"], "given": (0, 250, 100, 650)}
    now = replace(USUAL, levels={f"{ABH} + {JC}": worse})
    concerned = {("", "", ""), (ABH, JC, ""), (ABH, JC, "EU")}
    assert stopped(now) == dict.fromkeys(concerned, "agreement")


def test_what_is_wrong_inside_a_source_says_nothing_about_its_links_with_others() -> None:
    inside = {f"{JC} + {JC}": LEVELS[f"{ABH} + {JC}"]}
    worse = {f"{JC} + {JC}": {**inside[f"{JC} + {JC}"], "given": (0, 250, 100, 650)}}
    before = replace(USUAL, levels=inside, quality=(*QUALITY, estimate(JC, JC)))
    now = replace(before, levels=worse)
    assert stopped(now, before) == dict.fromkeys({("", "", ""), (JC, JC, "")}, "agreement")


def test_two_alarms_are_both_told() -> None:
    both = with_facts(monotone=False, coverage={f"{CM} -> {ABH}": 1.2})
    assert stopped(both)[CM, ABH, ""] == "coverage, curve"


def test_few_records_move_further_by_chance() -> None:
    small = replace(USUAL, records={ABH: 126_000, JC: 39_000, CM: 60})
    now = replace(small, facts=replace(FACTS, coverage={f"{CM} -> {ABH}": 0.9}))
    assert stopped(now, small) == {}


def test_every_alarm_has_a_rule_that_does_not_block() -> None:
    assert {a.family for a in calibration_alarms(USUAL, USUAL)} == set(FAMILIES) == set(ALARM_RULES)
    assert not any(rule.blocking for rule in ALARM_RULES.values())
    outcomes = drift_outcomes(calibration_alarms(with_facts(monotone=False), USUAL))
    assert [o.rule.name for o in outcomes if not o.passed] == ["curve_falls"]
