"""The table of the rules of law and guideline: when each holds, where it is checked, what follows.

`docs/rules.md` shows it; a test holds the two equal.
"""

from collections.abc import Iterable, Iterator, Sequence

import dagster as dg

from quality_checks.in_force import rules_of
from sources.contracts.domain_rules import DomainRule, Period, domain_rules

HEAD = ("rule", "what holds", "in force", "checked at", "check", "when broken")
BEGIN, END = "<!-- rules -->", "<!-- end of rules -->"


def rule_table(checks: Sequence[dg.AssetChecksDefinition]) -> str:
    """Write the table in Markdown: one line per rule and check."""
    specs = [spec for check in checks for spec in check.check_specs]
    lines = [HEAD, ("---",) * len(HEAD), *_lines(specs)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _lines(specs: Sequence[dg.AssetCheckSpec]) -> Iterator[tuple[str, ...]]:
    for rule in domain_rules().values():
        told = (f"{rule.number}", rule.text, _times(rule.periods))
        for spec in _checking(rule, specs):
            follows = "stops the run" if spec.blocking else "warns"
            yield (*told, f"`{spec.asset_key.to_user_string()}`", f"`{spec.name}`", follows)
            told = ("", "", "")


def _checking(rule: DomainRule, specs: Iterable[dg.AssetCheckSpec]) -> list[dg.AssetCheckSpec]:
    return [spec for spec in specs if rule in rules_of(spec.name)]


def _times(periods: Sequence[Period]) -> str:
    return "; ".join(f"{_span(period)}{_numbers(period)}" for period in periods)


def _span(period: Period) -> str:
    if period.first.year == 1900:
        return "always"
    last = f"to {period.last}" if period.last else "on"
    return f"from {period.first} {last}"


def _numbers(period: Period) -> str:
    given = [f"{name.replace('_', ' ')} {number}" for name, number in period.numbers.items()]
    given += period.statuses
    return f" ({', '.join(given)})" if given else ""
