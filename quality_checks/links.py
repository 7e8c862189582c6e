"""Rules of a link run: drift findings, grouped into rules that stay the same from run to run."""

from collections.abc import Callable, Sequence
from datetime import date

from kim_pipeline.errors import LinkError
from kim_pipeline.linkage.drift import DriftFinding
from quality_checks.hub import Hub
from quality_checks.rule import Outcome, Rule

Findings = Callable[[date, Hub], Sequence[DriftFinding]]

_RULES = {
    "conflicts": Rule(
        "conflicts_rare",
        "Few links contradict each other.",
        "Wenige Verknüpfungen widersprechen sich.",
    ),
    "shipped_model": Rule(
        "own_model_in_use",
        "The weights were learnt from these records; else those in the box are used.",
        "Die Gewichte sind aus diesen Datensätzen gelernt; sonst gelten die mitgelieferten.",
        blocking=False,
    ),
    "churn": Rule(
        "person_ids_steady",
        "Few records change their person.",
        "Wenige Datensätze wechseln die Person.",
    ),
    "link_rate": Rule(
        "link_rates_steady",
        "The share of persons found in another source is like the month before.",
        "Der Anteil wiedergefundener Personen ist wie im Vormonat.",
    ),
    "levels": Rule(
        "agreement_steady",
        "Pairs agree as well as the month before.",
        "Die Angaben stimmen so gut überein wie im Vormonat.",
    ),
    "fill": Rule(
        "fields_filled_as_before",
        "The fields used for linking are as full as the month before.",
        "Die Felder für den Abgleich sind so gefüllt wie im Vormonat.",
    ),
}
LINK_RULES = tuple(_RULES.values())


def drift_judge(
    findings: Findings,
) -> Callable[[date, Hub, Sequence[Rule]], list[Outcome]]:
    """Make the judge of the link rules from a function that gives a month's drift findings."""

    def judge(month: date, hub: Hub, rules: Sequence[Rule]) -> list[Outcome]:
        return [o for o in drift_outcomes(findings(month, hub)) if o.rule in rules]

    return judge


def drift_outcomes(findings: Sequence[DriftFinding]) -> list[Outcome]:
    """Sum findings up, one outcome per link rule: how many comparisons, how many beyond the limit.

    Raises LinkError for a finding that belongs to no rule, and when nothing was compared at all.
    """
    if not findings:
        raise LinkError("The link run has no drift findings; nothing can be said about it.")
    unknown = {_family(finding) for finding in findings} - set(_RULES)
    if unknown:
        raise LinkError(f"No quality rule covers the drift findings {', '.join(sorted(unknown))}.")
    return [
        _outcome(rule, [finding for finding in findings if _family(finding) == family])
        for family, rule in _RULES.items()
    ]


def _outcome(rule: Rule, findings: Sequence[DriftFinding]) -> Outcome:
    beyond = sum(not finding.passed for finding in findings)
    return Outcome(rule, beyond == 0, checked=len(findings), unexpected=beyond)


def _family(finding: DriftFinding) -> str:
    return finding.name.split(":", 1)[0]
