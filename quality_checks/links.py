"""Rules of a link run: drift findings, grouped into rules that stay the same from run to run.

A rule blocks where the register would take in what is wrong and every linked figure after it; it
only warns where the links may be right and something else is in doubt: the model's origin, or an
assumption behind the estimated quality, which then is not published.
"""

from collections.abc import Callable, Sequence
from datetime import date

from kim_pipeline.errors import LinkError
from kim_pipeline.linkage.findings import DriftFinding
from quality_checks.hub import Hub
from quality_checks.link_alarms import ALARM_RULES
from quality_checks.rule import Outcome, Rule

Findings = Callable[[date, Hub], Sequence[DriftFinding]]

_RULES = {
    # Contradictions mean that records of several people hang together.
    "conflicts": Rule(
        "conflicts_rare",
        "Few links contradict each other.",
        "Nur wenige Verknüpfungen widersprechen sich.",
    ),
    # Warns: the shipped weights link nearly as well as own ones.
    "shipped_model": Rule(
        "own_model_in_use",
        "The weights were learnt from these records; else those in the box are used.",
        "Der Abgleich nutzt Gewichte, die aus den eigenen Datensätzen gelernt sind, nicht die"
        " mitgelieferten.",
        blocking=False,
    ),
    # Warns: a new model is put in place on purpose, and what it does to links is judged below.
    "model": Rule(
        "model_steady",
        "A new model weighs agreement much like the last one.",
        "Ein neues Modell gewichtet Übereinstimmungen ähnlich wie das letzte.",
        blocking=False,
    ),
    # A wrong change of ids cannot be taken back from the spells built on it.
    "churn": Rule(
        "person_ids_steady",
        "Few records change their person.",
        "Nur wenige Datensätze werden einer anderen Person zugeordnet als im Vormonat.",
    ),
    # A source that lost people makes others look unknown there; small sources show it nowhere else.
    "shrunk": Rule(
        "sources_not_shrunk",
        "No source lost a fifth of its records.",
        "Keine Quelle hat ein Fünftel ihrer Datensätze verloren.",
    ),
    # What rewrites a fifth of a source at once is software, not life.
    "rewritten": Rule(
        "records_mostly_unchanged",
        "At most a fifth of the records a source delivered before look otherwise now.",
        "Höchstens ein Fünftel der früher gelieferten Datensätze einer Quelle hat sich geändert.",
    ),
    # Linked figures move with the rate, whatever moved it.
    "link_rate": Rule(
        "link_rates_steady",
        "The share of persons found in another source is like the month before.",
        "Der Anteil wiedergefundener Personen ist wie im Vormonat.",
    ),
    # One group lost in one source would read as a fact about that group.
    "group_rate": Rule(
        "link_rates_of_groups_steady",
        "The share of persons found again is like the month before in each nationality group.",
        "Der Anteil wiedergefundener Personen ist in jeder Herkunftsgruppe wie im Vormonat.",
    ),
    # Links that agree otherwise than before come from fields that are filled otherwise.
    "levels": Rule(
        "agreement_steady",
        "Linked records agree much like the month before.",
        "Verknüpfte Datensätze stimmen in ihren Angaben ähnlich überein wie im Vormonat.",
    ),
    # The same for all candidates: it sees what no longer becomes a link.
    "weights": Rule(
        "match_weights_steady",
        "Candidate pairs are weighed like the month before.",
        "Mögliche Paare werden ähnlich bewertet wie im Vormonat.",
    ),
    # A column that is no longer delivered costs links without any other sign.
    "fill": Rule(
        "fields_filled_as_before",
        "The fields used for linking are as full as the month before.",
        "Die Felder für den Abgleich sind etwa so oft ausgefüllt wie im Vormonat.",
    ),
    # Doubled or constant records make people one who are not.
    "sharing": Rule(
        "match_keys_shared_as_before",
        "As many records share a match key inside a source as the month before.",
        "In einer Quelle gleichen sich etwa so viele Datensätze in Suchmerkmalen wie im Vormonat.",
    ),
    # A default date or name in place of the true one.
    "commonest": Rule(
        "commonest_values_as_before",
        "The commonest name and birth date are as common as the month before.",
        "Der häufigste Name und das häufigste Geburtsdatum sind etwa so häufig wie im Vormonat.",
    ),
    # The five below need no run before: they stop a broken first delivery.
    "missing": Rule(
        "needed_fields_filled",
        "Names, birth date, postcode and nationality are filled for half the records of a source.",
        "Namen, Geburtsdatum, Postleitzahl und Staatsangehörigkeit sind in jeder Quelle bei"
        " mindestens der Hälfte der Datensätze ausgefüllt.",
    ),
    "one_value": Rule(
        "no_value_for_all",
        "No name or birth date stands for a large part of a source.",
        "Kein Name und kein Geburtsdatum kommt in einem großen Teil einer Quelle vor.",
    ),
    "doubled": Rule(
        "people_not_doubled",
        "Few records of a source share whole name and birth date.",
        "Nur wenige Datensätze einer Quelle gleichen sich in vollem Namen und Geburtsdatum.",
    ),
    "disagreeing": Rule(
        "links_agree",
        "Most links agree in names and birth date.",
        "Die meisten Verknüpfungen stimmen in Namen und Geburtsdatum überein.",
    ),
    "unfound": Rule(
        "sources_overlap",
        "Every source shares people with another.",
        "Jede Quelle hat Personen mit einer anderen gemeinsam.",
    ),
    **ALARM_RULES,
}
LINK_RULES = tuple(_RULES.values())
# Token columns by the linking role that fills them, where these differ.
_ROLES = {"dob": "birth_date", "plz": "postcode", "nat": "nationality"}
MOST_NAMED = 10


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
    unknown = {finding.family for finding in findings} - set(_RULES)
    if unknown:
        raise LinkError(f"No quality rule covers the drift findings {', '.join(sorted(unknown))}.")
    return [
        _outcome(rule, [finding for finding in findings if finding.family == family])
        for family, rule in _RULES.items()
    ]


def _outcome(rule: Rule, findings: Sequence[DriftFinding]) -> Outcome:
    beyond = [finding for finding in findings if not finding.passed]
    told = "; ".join(map(_subject, beyond[:MOST_NAMED])) or None
    return Outcome(rule, not beyond, checked=len(findings), unexpected=len(beyond), error=told)


def _subject(found: DriftFinding) -> str:
    """Name what a comparison is about: a source and its field, a pair of sources, a group."""
    _, _, subject = found.name.partition(": ")
    if found.family != "missing":
        return subject
    source, _, column = subject.partition(": ")
    role = _ROLES.get(column, column)
    if found.observed >= 1:
        return f"{source}: no {role} at all; does a field of its contract have role {role}?"
    return f"{source}: {role} is empty in {found.observed:.0%}"
