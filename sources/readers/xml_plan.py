"""Where the fields of a contract stand in an XML file, worked out once before it is read.

A table's `delivered` is its path below the root (`Person`, `Person/Leistung`). A field's is a path
below its record: `Name`, `geburt/datum`, `@id` for an attribute, `../Name` for what the record
around it has, and `a|b/c` for the first of several that is there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TypeAlias

from sources.contracts.contract import Contract
from sources.contracts.fields import Field
from sources.contracts.tables import Table

UP = "../"
Slots: TypeAlias = "list[str | None]"
Picker: TypeAlias = "Callable[[Sequence[Slots]], Sequence[str | None]]"
"""Takes a row out of the slots of a record and of what is around it, from the root inwards."""


@dataclass
class Level:
    """An element whose texts are gathered in one list of slots: a record, or what is around it.

    `tables` are those with a row per such element, each with what takes the row out of the slots.
    """

    parent: Level | None = None
    slots: int = 0
    tables: list[tuple[Table, Picker]] = field(default_factory=list)
    joined: dict[int, str] = field(default_factory=dict)


@dataclass
class Node:
    """An element of the way: which texts below it are wanted, by tag or attribute.

    `level` is set where a new list of slots begins; else the slots are those of the level around.
    """

    level: Level | None = None
    leaves: dict[str, int] = field(default_factory=dict)
    attributes: dict[str, int] = field(default_factory=dict)
    parts: dict[str, Node] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """The way from the root, and the paths of the outermost records, which are freed one by one."""

    root: Node
    records: frozenset[tuple[str, ...]]


def make_plan(contract: Contract) -> Plan:
    """Work out the ways of all tables of a contract."""
    names = contract.location.xml.namespaces
    root = Node(Level())
    paths = {tuple(_steps(table.delivered, names)): table for table in contract.tables}
    for path in sorted(paths, key=len):
        _begin(root, path)
    for path, table in paths.items():
        levels = _levels(root, path)
        ways = [_ways(levels, described, names) for described in table.fields]
        (levels[-1][0].level or Level()).tables.append((table, _picker(ways)))
    outer = [p for p in paths if not any(p[: len(o)] == o for o in paths if o != p)]
    return Plan(root, frozenset(outer))


def qualified(name: str, namespaces: Mapping[str, str]) -> str:
    """Write `prefix:name` as lxml does; the empty prefix stands for names without one."""
    prefix, colon, local = name.rpartition(":")
    uri = namespaces.get(prefix, "") if colon or "" in namespaces else ""
    return f"{{{uri}}}{local}" if uri else name


def _steps(path: str, namespaces: Mapping[str, str]) -> list[str]:
    return [qualified(step, namespaces) for step in path.split("/")]


def _begin(root: Node, path: Sequence[str]) -> None:
    """Let a level begin at every element on the way to a record."""
    node, level = root, root.level
    for step in path:
        node = node.parts.setdefault(step, Node())
        node.level = node.level or Level(parent=level)
        level = node.level


def _levels(root: Node, path: Sequence[str]) -> list[tuple[Node, ...]]:
    nodes = [root]
    for step in path:
        nodes.append(nodes[-1].parts[step])
    return [(node,) for node in nodes]


def _picker(ways: Sequence[Sequence[tuple[int, int]]]) -> Picker:
    """Take each field by its ways (levels up, slot), tried in turn."""
    if len(ways) > 1 and all(len(choices) == 1 and not choices[0][0] for choices in ways):
        # Mostly all fields stand in the record itself; to ask for each would take a third longer.
        own = itemgetter(*(choices[0][1] for choices in ways))
        return lambda here: own(here[-1])
    return lambda here: [_first(here, choices) for choices in ways]


def _first(here: Sequence[Slots], ways: Sequence[tuple[int, int]]) -> str | None:
    for up, slot in ways:
        text = here[-1 - up][slot]
        if text is not None:
            return text
    return None


def _ways(
    levels: Sequence[tuple[Node, ...]], described: Field, namespaces: Mapping[str, str]
) -> list[tuple[int, int]]:
    ways = []
    for choice in described.delivered.split("|"):
        up = choice.count(UP)
        owner = levels[-1 - up][0]
        steps = choice.removeprefix(UP * up).split("/")
        slot = _slot(owner, steps, namespaces)
        if described.list_separator and owner.level:
            owner.level.joined[slot] = described.list_separator
        ways.append((up, slot))
    return ways


def _slot(owner: Node, steps: Sequence[str], namespaces: Mapping[str, str]) -> int:
    """Give the slot of one path below a level's element, a new one if nobody has asked yet."""
    level = owner.level or Level()
    node = owner
    for step in steps[:-1]:
        node = node.parts.setdefault(qualified(step, namespaces), Node())
    last = steps[-1]
    places, name = (
        (node.attributes, qualified(last[1:], {k: v for k, v in namespaces.items() if k}))
        if last.startswith("@")
        else (node.leaves, qualified(last, namespaces))
    )
    if name not in places:
        places[name] = level.slots
        level.slots += 1
    return places[name]
