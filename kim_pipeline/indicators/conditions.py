"""The closed vocabulary in which the catalogue says who is counted, and its translation to SQL.

A condition speaks of one column of `core.person_month`, or as `in_<source>` of whether a source
delivered a record of the person: a sound one or a `flawed_in_<source>`, for the first time
(`new_in_<source>`) or late at that (`late_in_<source>`). Identifiers and the known time are not
part of the vocabulary.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from kim_pipeline.errors import ConfigError
from kim_pipeline.warehouse.schema.person_month import person_month

Operator = Literal["is", "from", "below", "any_of", "not", "known"]

PRESENCE = "in_"
# The lists of sources in a person month, by what stands before a source that is asked for.
_LISTS: Mapping[str, str] = {
    PRESENCE: "in_sources",
    "flawed_in_": "flawed_sources",
    "new_in_": "new_sources",
    "late_in_": "late_sources",
}
_CLOSED = {"month", "person_id", "known_from", "known_to", *_LISTS.values()}
_COLUMNS: Mapping[str, sa.ColumnElement[Any]] = {c.name: c for c in person_month.columns}
COLUMNS = frozenset(c.name for c in person_month.columns if c.name not in _CLOSED)


@dataclass(frozen=True)
class Condition:
    """One test of one column; `operand` holds sorted texts, a number or a truth value."""

    column: str
    operator: Operator
    operand: bool | int | tuple[str, ...]

    @property
    def source(self) -> str | None:
        """Name the source whose record is asked for, if the condition asks for one."""
        prefix = _asked_list(self.column)
        return None if prefix is None else self.column.removeprefix(prefix)

    @property
    def read(self) -> str:
        """Name the column of the person month that is looked at."""
        return _LISTS.get(_asked_list(self.column) or "", self.column)


Population = tuple[Condition, ...]


def parse_population(where: str, entries: Any) -> Population:
    """Read conditions such as `{newly_arrived: true, age: {from: 18, below: 66}}`.

    All of them must hold; an empty mapping is everybody. The result is sorted, so that equal
    populations are equal values. Raises ConfigError naming the place `where` and the column.
    """
    if not isinstance(entries, Mapping):
        raise ConfigError(f"{where} must map columns to conditions.")
    found = [c for name, rule in entries.items() for c in _conditions(where, name, rule)]
    return tuple(sorted(found, key=lambda c: (c.column, c.operator)))


def _conditions(where: str, column: Any, rule: Any) -> list[Condition]:
    if column not in COLUMNS and _asked_list(column) is None:
        raise ConfigError(f"{where}: core.person_month has no open column {column!r}.")
    if isinstance(rule, bool):
        return [_checked(where, Condition(column, "is", rule))]
    if not isinstance(rule, Mapping) or not rule:
        raise ConfigError(f"{where}: {column} needs true, false or a mapping of operators.")
    return [_checked(where, _condition(column, op, value)) for op, value in rule.items()]


def _condition(column: str, operator: Any, value: Any) -> Condition:
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        return Condition(column, operator, tuple(sorted(value)))
    return Condition(column, operator, value)


def _asked_list(column: Any) -> str | None:
    """Find what a name begins with, if it asks for a source in one of the lists."""
    name = str(column)
    if name in COLUMNS | _CLOSED or not name.isidentifier():
        return None
    return next((prefix for prefix in _LISTS if name.startswith(prefix)), None)


def _subject(
    condition: Condition, columns: Mapping[str, sa.ColumnElement[Any]] = _COLUMNS
) -> sa.ColumnElement[Any]:
    prefix = _asked_list(condition.column)
    if prefix is None:
        return columns[condition.column]
    return sa.literal(condition.source) == sa.any_(columns[_LISTS[prefix]])


def _checked(where: str, condition: Condition) -> Condition:
    kind = _subject(condition).type
    operand = condition.operand
    fits = {
        "is": isinstance(kind, sa.Boolean) and isinstance(operand, bool),
        "from": isinstance(kind, sa.Integer) and type(operand) is int,
        "below": isinstance(kind, sa.Integer) and type(operand) is int,
        "any_of": isinstance(kind, sa.Text) and isinstance(operand, tuple) and bool(operand),
        "not": isinstance(kind, sa.Text) and isinstance(operand, tuple) and bool(operand),
        "known": not isinstance(kind, sa.Boolean) and operand is True,
    }
    if not fits.get(condition.operator, False):
        raise ConfigError(
            f"{where}: {condition.operator!r} with this value does not fit {condition.column}; "
            f"use one of {', '.join(fits)}."
        )
    return condition


_TESTS: Mapping[Operator, Callable[[Any, Any], sa.ColumnElement[bool]]] = {
    "is": lambda column, operand: column.is_(operand),
    "from": lambda column, operand: column >= operand,
    "below": lambda column, operand: column < operand,
    "any_of": lambda column, operand: column.in_(operand),
    # An unknown value is none of the listed ones.
    "not": lambda column, operand: sa.or_(column.is_(None), column.not_in(operand)),
    "known": lambda column, _: column.is_not(None),
}


def clause(
    population: Population, columns: Mapping[str, sa.ColumnElement[Any]] = _COLUMNS
) -> sa.ColumnElement[bool]:
    """Translate a population to a condition on `core.person_month`; values are bound.

    `columns` stand for those of the table, by name, where they are written in another way.
    """
    tests = (_TESTS[c.operator](_subject(c, columns), c.operand) for c in population)
    return sa.and_(sa.true(), *tests)
