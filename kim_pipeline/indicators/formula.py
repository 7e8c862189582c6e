"""How a figure is made of the values of persons: columns, caps, factor and office of an entry."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from kim_pipeline.errors import ConfigError
from kim_pipeline.indicators.conditions import COLUMNS, Population, parse_population
from kim_pipeline.indicators.kinds import FORMS, PARTS, Kind
from kim_pipeline.warehouse.schema.person_month import person_month

PERCENT = 100.0
_COLUMNS = ("value", "over", "event")
_CAPS = ("cap", "over_cap")
# Whose values a column gives: the population it is read from.
_READ_FROM: Mapping[str, Mapping[Kind, str]] = {
    "value": {"quotient": "numerator"},
    "over": {"quotient": "denominator"},
}


@dataclass(frozen=True)
class Formula:
    """The columns of `core.person_month` that make a figure, and what they are combined with.

    `value` is taken of each person, clipped to 0 and `cap`; so is `over`, to `over_cap`. `event`
    tells whether the time in `value` has ended. `times` multiplies a quotient or rate. `office` is
    the one whose full-time posts divide a count; `posts` their number, where the Kreis told it.
    `strata` are the dimensions over which the group of the denominator is made up like itself and
    the `compared` group together.
    """

    value: str | None = None
    cap: int | None = None
    over: str | None = None
    over_cap: int | None = None
    event: str | None = None
    times: float = PERCENT
    office: str | None = None
    posts: float | None = None
    compared: Population | None = None
    strata: tuple[str, ...] = ()


def parse_formula(where: str, kind: Kind, entry: Mapping[str, Any]) -> Formula:
    """Read the formula of an entry; raises ConfigError naming the part that does not fit."""
    form = FORMS[kind]
    given = PARTS.intersection(entry)
    if not form.needs <= given <= form.needs | form.may:
        raise ConfigError(f"{where}: a {kind} needs exactly {', '.join(sorted(form.needs))}.")
    for name in _COLUMNS:
        if name in given:
            _check_column(where, kind, name, entry)
    return Formula(
        value=entry.get("value"),
        cap=_cap(where, "cap", entry),
        over=entry.get("over"),
        over_cap=_cap(where, "over_cap", entry),
        event=entry.get("event"),
        times=_times(where, entry.get("times", PERCENT)),
        office=_office(where, entry.get("office")),
        compared=_compared(where, entry),
        strata=tuple(map(str, entry.get("strata", ()))),
    )


def parse_unit(where: str, kind: Kind, unit: Any) -> str:
    """Read the unit of a figure; without one it is the usual unit of its kind."""
    units = FORMS[kind].units
    if unit is not None and unit not in units:
        raise ConfigError(f"{where}: the unit of a {kind} is one of {', '.join(units)}.")
    return str(unit or units[0])


def _check_column(where: str, kind: Kind, name: str, entry: Mapping[str, Any]) -> None:
    column = entry[name]
    if column not in COLUMNS:
        raise ConfigError(f"{where}: core.person_month has no open column {column!r}.")
    wanted = sa.Boolean if name == "event" else sa.Integer
    if not isinstance(person_month.c[column].type, wanted):
        raise ConfigError(f"{where}: {name} needs a column of type {wanted.__name__}.")
    population = _READ_FROM.get(name, {}).get(kind, "denominator")
    if not _always_known(column, parse_population(where, entry[population])):
        raise ConfigError(
            f"{where}: {population} must ask that {column} is known, "
            "else persons without it count in."
        )


def _always_known(column: str, population: Population) -> bool:
    asked = any(c.column == column and c.operator != "not" for c in population)
    return asked or not person_month.c[column].nullable


def _compared(where: str, entry: Mapping[str, Any]) -> Population | None:
    """Read the compared group; a flag must keep it and the denominator apart."""
    if "compared" not in entry:
        return None
    compared = parse_population(f"{where}.compared", entry["compared"])
    flags = {(c.column, c.operand) for c in compared if c.operator == "is"}
    group = parse_population(f"{where}.denominator", entry["denominator"])
    if not any((c.column, not c.operand) in flags for c in group if c.operator == "is"):
        raise ConfigError(f"{where}: a flag must be true in denominator and false in compared.")
    return compared


def _cap(where: str, name: str, entry: Mapping[str, Any]) -> int | None:
    cap = entry.get(name)
    if name in entry and (type(cap) is not int or cap < 1):
        raise ConfigError(f"{where}: {name} must be a whole number from 1.")
    return cap


def _times(where: str, times: Any) -> float:
    if type(times) not in (int, float) or times <= 0:
        raise ConfigError(f"{where}: times must be a number above 0.")
    return float(times)


def _office(where: str, office: Any) -> str | None:
    if office is not None and not str(office).isidentifier():
        raise ConfigError(f"{where}: office must name an office of the Kreis configuration.")
    return None if office is None else str(office)
