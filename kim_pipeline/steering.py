"""What a Kreis decided for steering: posts of its offices, targets and planned measures.

It stands in the Kreis configuration (staff, targets, measures); nothing of it describes a person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args

from kim_pipeline.errors import ConfigError

Direction = Literal["at_least", "at_most"]
Status = Literal["planned", "running", "done", "stopped"]


@dataclass(frozen=True)
class Staff:
    """Full-time posts of an office, from a day to the last one that counts."""

    office: str
    posts: float
    first_day: date
    last_day: date | None


@dataclass(frozen=True)
class Target:
    """What an indicator shall reach for the whole Kreis, until when, and who set it."""

    indicator_id: str
    direction: Direction
    value: float
    by: date
    set_by: str


@dataclass(frozen=True)
class Measure:
    """A measure of the Handlungskonzept; a project group owns it, its field is a Handlungsfeld."""

    id: str
    title: str
    owner: str
    field: str
    status: Status
    first_day: date | None
    last_day: date | None
    indicator_ids: tuple[str, ...]


@dataclass(frozen=True)
class Steering:
    """All of it; empty where a Kreis decided nothing."""

    staff: tuple[Staff, ...] = ()
    targets: tuple[Target, ...] = ()
    measures: tuple[Measure, ...] = ()

    def posts(self, office: str, day: date) -> float | None:
        """Add up the posts of an office on a day; None when the Kreis told none."""
        there = [
            s.posts
            for s in self.staff
            if s.office == office and s.first_day <= day and (not s.last_day or day <= s.last_day)
        ]
        return sum(there) or None

    def target(self, indicator_id: str) -> Target | None:
        """Find the target of an indicator."""
        return {t.indicator_id: t for t in self.targets}.get(indicator_id)


def parse_steering(entries: Mapping[str, Any], where: str) -> Steering:
    """Read staff, targets and measures of a Kreis configuration.

    Raises ConfigError naming the list, the place in it and the entry that is missing or wrong.
    """
    targets = tuple(_target(place, e) for place, e in _listed(entries, "targets", where))
    measures = tuple(_measure(place, e) for place, e in _listed(entries, "measures", where))
    _refuse_twice(f"{where}: targets: an indicator", [t.indicator_id for t in targets])
    _refuse_twice(f"{where}: measures: an id", [m.id for m in measures])
    staff = tuple(_staff(place, e) for place, e in _listed(entries, "staff", where))
    return Steering(staff, targets, measures)


def _listed(
    entries: Mapping[str, Any], name: str, where: str
) -> list[tuple[str, Mapping[str, Any]]]:
    given = entries.get(name) or []
    if not isinstance(given, list) or not all(isinstance(e, Mapping) for e in given):
        raise ConfigError(f"{where}: {name}: write a list of entries.")
    return [(f"{where}: {name}[{at}]", entry) for at, entry in enumerate(given)]


def _refuse_twice(where: str, names: Sequence[str]) -> None:
    if len(set(names)) < len(names):
        raise ConfigError(f"{where} stands there twice; keep one entry.")


def _staff(where: str, entry: Mapping[str, Any]) -> Staff:
    _check(where, entry, {"office", "posts", "from"}, {"to"})
    posts = entry["posts"]
    if type(posts) not in (int, float) or posts <= 0:
        raise ConfigError(f"{where}.posts: write a number of full-time posts above 0.")
    first, last = _days(where, entry)
    if first is None:
        raise ConfigError(f"{where}.from: write a day as in 2026-01-01.")
    return Staff(str(entry["office"]), float(posts), first, last)


def _target(where: str, entry: Mapping[str, Any]) -> Target:
    _check(where, entry, {"indicator", "by", "set_by"}, set(get_args(Direction)))
    given: list[Direction] = [d for d in get_args(Direction) if d in entry]
    if len(given) != 1 or type(entry[given[0]]) not in (int, float):
        raise ConfigError(f"{where}: write either at_least or at_most, with a number.")
    if type(entry["by"]) is not date:
        raise ConfigError(f"{where}.by: write a day as in 2027-12-31.")
    value = float(entry[given[0]])
    return Target(str(entry["indicator"]), given[0], value, entry["by"], str(entry["set_by"]))


def _measure(where: str, entry: Mapping[str, Any]) -> Measure:
    _check(where, entry, {"id", "title", "owner", "field", "status", "indicators"}, {"from", "to"})
    status: Status = entry["status"]
    if status not in get_args(Status):
        raise ConfigError(f"{where}.status: write one of {', '.join(get_args(Status))}.")
    indicators = entry["indicators"]
    if not isinstance(indicators, list) or not indicators:
        raise ConfigError(f"{where}.indicators: list the indicators that shall show its effect.")
    first, last = _days(where, entry)
    return Measure(
        id=str(entry["id"]),
        title=str(entry["title"]),
        owner=str(entry["owner"]),
        field=str(entry["field"]),
        status=status,
        first_day=first,
        last_day=last,
        indicator_ids=tuple(map(str, indicators)),
    )


def _check(where: str, entry: Mapping[str, Any], needed: set[str], allowed: set[str]) -> None:
    missing = sorted(name for name in needed if not entry.get(name))
    unknown = sorted(set(entry) - needed - allowed)
    if missing or unknown:
        raise ConfigError(f"{where}: missing {missing}, unknown {unknown}.")


def _days(where: str, entry: Mapping[str, Any]) -> tuple[date | None, date | None]:
    first, last = entry.get("from"), entry.get("to")
    for name, day in (("from", first), ("to", last)):
        if day is not None and type(day) is not date:
            raise ConfigError(f"{where}.{name}: write a day as in 2026-01-01.")
    if first and last and last < first:
        raise ConfigError(f"{where}: its last day lies before its first.")
    return first, last
