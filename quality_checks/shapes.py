"""The few shapes our rules have, each as one expectation; which table has which rule is elsewhere.

`tolerated` is the share of the values looked at, from 0 to 1, that may break the rule. Empty values
are never looked at, except by `is_present`.
"""

from collections.abc import Iterable
from dataclasses import replace

from quality_checks.rule import Rule

Text = tuple[str, str]


def warn_only(rule: Rule) -> Rule:
    """Let a rule tell instead of stopping the run."""
    return replace(rule, blocking=False)


def holds(name: str, text: Text, *, tolerated: float = 0.0) -> Rule:
    """Expect the boolean column that is named like the rule to be true."""
    arguments = {"column": name, "value_set": [True], "mostly": 1 - tolerated}
    return Rule(name, *text, "ExpectColumnValuesToBeInSet", arguments)


def is_present(name: str, column: str, text: Text, *, tolerated: float = 0.0) -> Rule:
    """Expect a column to be filled."""
    arguments = {"column": column, "mostly": 1 - tolerated}
    return Rule(name, *text, "ExpectColumnValuesToNotBeNull", arguments)


def is_one_of(
    name: str,
    column: str,
    values: Iterable[object],
    text: Text,
    *,
    tolerated: float = 0.0,
) -> Rule:
    """Expect the values of a column to come from a closed list."""
    arguments = {"column": column, "value_set": list(values), "mostly": 1 - tolerated}
    return Rule(name, *text, "ExpectColumnValuesToBeInSet", arguments)


def is_none_of(name: str, column: str, values: Iterable[object], text: Text) -> Rule:
    """Expect the values of a column to keep clear of a closed list."""
    arguments = {"column": column, "value_set": list(values)}
    return Rule(name, *text, "ExpectColumnValuesToNotBeInSet", arguments)


def is_within(
    name: str,
    column: str,
    bounds: tuple[object, object],
    text: Text,
    *,
    tolerated: float = 0.0,
) -> Rule:
    """Expect the values of a column to lie between two bounds, both included; None = open."""
    low, high = bounds
    arguments = {"column": column, "min_value": low, "max_value": high, "mostly": 1 - tolerated}
    return Rule(name, *text, "ExpectColumnValuesToBeBetween", arguments)


def is_unique(name: str, column: str, text: Text) -> Rule:
    """Expect no value of a column to occur twice."""
    return Rule(name, *text, "ExpectColumnValuesToBeUnique", {"column": column})


def is_unique_together(name: str, columns: Iterable[str], text: Text) -> Rule:
    """Expect no combination of the values of several columns to occur twice."""
    arguments = {"column_list": list(columns)}
    return Rule(name, *text, "ExpectCompoundColumnsToBeUnique", arguments)


def has_rows(
    name: str,
    text: Text,
    bounds: tuple[int | None, int | None] = (1, None),
) -> Rule:
    """Expect the number of rows to lie between two bounds, both included; None = open."""
    arguments = {"min_value": bounds[0], "max_value": bounds[1]}
    return Rule(name, *text, "ExpectTableRowCountToBeBetween", arguments)
