"""Which indicator stands on which page: `sections.yaml`, read and checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from kim_pipeline.errors import ConfigError

KINDS = frozenset({"trends", "breakdown", "two_lines", "flows", "towns", "stages", "stock", "pair"})


@dataclass(frozen=True)
class Planned:
    """A section of a page as planned: its kind, its name and what the kind needs."""

    kind: str
    name: str
    entries: Mapping[str, Any]
    half: bool = False

    def names(self, entry: str) -> tuple[str, ...]:
        """Give the indicators listed in an entry."""
        return tuple(self.entries.get(entry, ()))


@dataclass(frozen=True)
class Plan:
    """The whole plan; `better` says of an indicator whether high (1) or low (-1) is favourable."""

    keys: tuple[str, ...]
    instead: tuple[str, ...]
    counts_the_unlinked: frozenset[str]
    told_late: Mapping[str, str]
    better: Mapping[str, int]
    matrix: tuple[str, ...]
    town_keys: tuple[str, ...]
    town_breakdown: tuple[str, str]
    plain: tuple[str, ...]
    bausteine: Mapping[str, tuple[Planned, ...]]
    quality: Mapping[str, tuple[str, ...]]

    @property
    def main(self) -> frozenset[str]:
        """Give the figures of the overview, the matrix and the towns; the others are details."""
        return frozenset((*self.keys, *self.instead, *self.matrix, *self.town_keys))


@cache
def read_plan() -> Plan:
    """Read the plan that ships with the package, once in a process."""
    text = resources.files("kim_pipeline.report.pages").joinpath("sections.yaml")
    return parse_plan(yaml.safe_load(text.read_text("utf-8")))


def parse_plan(entries: Mapping[str, Any]) -> Plan:
    """Check and type a plan. Raises ConfigError for a kind nobody draws or a name given twice."""
    overview, town = entries["overview"], entries["town"]
    high = dict.fromkeys(entries["better_high"], 1)
    return Plan(
        keys=tuple(overview["keys"]),
        instead=tuple(overview["instead"]),
        counts_the_unlinked=frozenset(entries["counts_the_unlinked"]),
        told_late=dict(entries["told_late"]),
        better=high | dict.fromkeys(entries["better_low"], -1),
        matrix=tuple(entries["matrix"]),
        town_keys=tuple(town["keys"]),
        town_breakdown=(town["by"]["indicator"], town["by"]["by"]),
        plain=tuple(entries["plain"]),
        bausteine={name: _planned(name, rows) for name, rows in entries["bausteine"].items()},
        quality={name: tuple(ids) for name, ids in entries["data_quality"].items()},
    )


def _planned(baustein: str, rows: list[dict[str, Any]]) -> tuple[Planned, ...]:
    found = []
    for row in rows:
        if row["kind"] not in KINDS:
            raise ConfigError(f"sections.yaml: {baustein}: nobody draws the kind {row['kind']!r}.")
        found.append(Planned(row["kind"], row["name"], row, bool(row.get("half", False))))
    names = [planned.name for planned in found]
    if len(set(names)) < len(names):
        raise ConfigError(f"sections.yaml: {baustein}: a name is given to two sections.")
    return tuple(found)
