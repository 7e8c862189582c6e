"""Which checks hold in a month: those of a rule of law are made in its time only."""

from datetime import date
from fnmatch import fnmatchcase

from kim_pipeline.periods import last_day
from sources.contracts.domain_rules import MONTH, DomainRule, domain_rules


def in_force(check: str, month: date) -> bool:
    """Tell whether a check is to be made for a month; so is every check that no rule names."""
    dated = [rule for rule in rules_of(check) if rule.judged_on == MONTH]
    return all(rule.on(last_day(month)) for rule in dated)


def rules_of(check: str) -> tuple[DomainRule, ...]:
    """List the rules of law and guideline that a check makes."""
    rules = domain_rules().values()
    return tuple(r for r in rules if any(fnmatchcase(check, name) for name in r.checks))
