"""Whether every field has a rule that keeps people hidden: privacy by classification."""

import re
from collections.abc import Iterator, Sequence

from sources.contracts.fields import IDENTIFIERS, RULES
from sources.contracts.finding_rules import FINDING_RULES
from sources.contracts.problems import Problem, problem
from sources.contracts.schema import Document, custom, elements

NAMES = (
    "Mustermann", "MUSTERMANN", "mustermann", "Öztürk-Kılıç", "Erika Mustermann",
    "Mustermann, Erika", "Frau Mustermann bittet um Rückruf.",
)  # fmt: skip
"""What no pattern of a text that is kept may let through."""
CLASSIFICATIONS = (*IDENTIFIERS, "attribute")


def rule_problems(document: Document) -> Iterator[Problem]:
    """Yield what is wrong with privacy rules and finding rules of a document of good form."""
    for kind, where, element in elements(document):
        if kind == "field":
            yield from _field_problems(where, element)
        if kind == "table":
            yield from _finding_problems(where, element)


def _field_problems(where: str, field: Document) -> Iterator[Problem]:
    names = [rule["rule"] for rule in custom(field, where).get("privacy") or []]
    kind = field.get("classification")
    if kind not in CLASSIFICATIONS:
        allowed = ", ".join(CLASSIFICATIONS)
        yield problem("classification", f"{where}.classification", allowed=allowed)
    if not names and kind in IDENTIFIERS:
        yield problem("no_privacy_rule", where, kind=str(kind), allowed=", ".join(RULES))
    if "drop" in names and len(names) > 1:
        yield problem("drop_alone", f"{where}.privacy")
    if kind == "direct-identifier" and {"open", "coarsen"} & set(names):
        yield problem("open_identifier", f"{where}.privacy")
    if kind == "free-text" and set(names) - {"drop"}:
        yield problem("free_text", f"{where}.privacy")
    if _is_open_text(field, names) and not _is_closed(field, where):
        yield problem("open_text", where)


def _is_open_text(field: Document, rules: Sequence[str]) -> bool:
    return field.get("logicalType", "string") == "string" and (not rules or "open" in rules)


def _is_closed(field: Document, where: str) -> bool:
    pattern = (field.get("logicalTypeOptions") or {}).get("pattern")
    if field.get("enum") or custom(field, where).get("codeList"):
        return True
    return bool(pattern) and not _lets_names_in(str(pattern))


def _lets_names_in(pattern: str) -> bool:
    """Tell whether a pattern is so wide that names fit; one that cannot be read is told as such."""
    try:
        fits = re.compile(pattern).fullmatch
    except re.error:
        return False
    return any(fits(name) for name in NAMES)


def _finding_problems(where: str, table: Document) -> Iterator[Problem]:
    for finding in custom(table, where).get("findings") or []:
        rule = FINDING_RULES.get(finding["rule"])
        if rule is None:
            known = ", ".join(FINDING_RULES)
            yield problem(
                "unknown_finding", f"{where}.findings", name=finding["rule"], allowed=known
            )
            continue
        given = set(finding["arguments"])
        wrong = sorted(set(rule.arguments) - given)
        wrong += sorted(given - set(rule.arguments) - set(rule.optional))
        if wrong:
            allowed = ", ".join((*rule.arguments, *rule.optional))
            place = f"{where}.findings.{rule.name}"
            yield problem("finding_arguments", place, names=", ".join(wrong), allowed=allowed)
