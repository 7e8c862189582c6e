"""Where the nodes and ribbons of flows stand: statuses before at the left, now at the right."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from kim_pipeline.report.charts.curves import Ribbon
from kim_pipeline.report.figures import Cell

Direction = Literal["same", "outside", "across", "up", "down"]
NEUTRAL: tuple[Direction, ...] = ("same", "outside")
# Ribbons that say nothing new are cut to this thickness, else they would crush the changes.
THICKEST_NEUTRAL = 26.0
STUB = 10.0
_THINNEST = 1.4
# The part of the room that changes need beside ribbons that are not cut, and the least they get.
_ENOUGH, _LEAST_ROOM = 0.15, 0.3
_ABSENT = Cell("absent")


@dataclass(frozen=True)
class Status:
    """A status; `before` and `now` are its stocks, absent where none is published.

    `rank` is 1 for the firmest; statuses without one cannot be compared. `outside` marks arrivals
    and departures, which are no status. `holds` names the statuses a coarser one was merged of: to
    go from one of them to it is no change.
    """

    key: str
    name: str
    before: Cell = _ABSENT
    now: Cell = _ABSENT
    rank: int | None = None
    outside: bool = False
    holds: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Move:
    """How many persons of one status have another one now, or the same."""

    source: str
    goal: str
    cell: Cell


@dataclass(frozen=True)
class Node:
    """A status at one side; the stub of hidden moves, if it has any, is at the foot."""

    status: Status
    x: float
    top: float
    height: float
    hidden: bool

    @property
    def middle(self) -> float:
        """Give the height of its middle."""
        return self.top + self.height / 2


@dataclass(frozen=True)
class Band:
    """A move as a ribbon; `cut` says that it is thinner than to scale."""

    move: Move
    direction: Direction
    ribbon: Ribbon
    cut: bool


@dataclass(frozen=True)
class Frame:
    """The measures of a drawing: the inner edges of the nodes, their thickness and gap."""

    left: float
    right: float
    node: float
    top: float
    height: float
    gap: float
    least: float


@dataclass(frozen=True)
class Layout:
    """Nodes of both sides and the ribbons between them, neutral ones first."""

    left: tuple[Node, ...]
    right: tuple[Node, ...]
    bands: tuple[Band, ...]


def direction(source: Status, goal: Status) -> Direction:
    """Tell where a move leads."""
    if source.outside or goal.outside:
        return "outside"
    if source.key == goal.key or source.key in goal.holds:
        return "same"
    if source.rank is None or goal.rank is None or source.rank == goal.rank:
        return "across"
    return "up" if goal.rank < source.rank else "down"


def layout(statuses: tuple[Status, ...], moves: Iterable[Move], frame: Frame) -> Layout:
    """Place everything; moves of unknown statuses are a KeyError."""
    plan = _plan({status.key: status for status in statuses}, tuple(moves), frame)
    left = tuple(plan.nodes("source", frame.left - frame.node))
    right = tuple(plan.nodes("goal", frame.right))
    order = ("outside", "same", "across", "up", "down")
    bands = sorted(plan.bands(left, right), key=lambda band: order.index(band.direction))
    return Layout(left, right, tuple(bands))


@dataclass(frozen=True)
class _Plan:
    statuses: dict[str, Status]
    moves: tuple[Move, ...]
    frame: Frame
    scale: float
    thickest: float

    def nodes(self, side: str, x: float) -> Iterator[Node]:
        """Stack the nodes of a side; each is as high as its ribbons, and never below the least."""
        top = self.frame.top
        for status in self.statuses.values():
            mine = [move for move in self.moves if getattr(move, side) == status.key]
            mine = [move for move in mine if move.cell.value or move.cell.status == "withheld"]
            if not mine:
                continue
            hidden = any(move.cell.value is None for move in mine)
            filled = sum(self.thickness(move) for move in mine) + STUB * hidden
            height = max(filled, self.frame.least)
            yield Node(status, x, top, height, hidden)
            top += height + self.frame.gap

    def bands(self, left: tuple[Node, ...], right: tuple[Node, ...]) -> Iterator[Band]:
        """Hang the ribbons in the order of the statuses at their other end."""
        order = list(self.statuses)
        free = {("source", node.status.key): node.top for node in left}
        free |= {("goal", node.status.key): node.top for node in right}
        drawn = [move for move in self.moves if move.cell.value]
        starts = {}
        for move in sorted(drawn, key=lambda move: order.index(move.goal)):
            starts[move] = free["source", move.source]
            free["source", move.source] += self.thickness(move)
        for move in sorted(drawn, key=lambda move: order.index(move.source)):
            thickness, end = self.thickness(move), free["goal", move.goal]
            free["goal", move.goal] += thickness
            ribbon = Ribbon((self.frame.left, starts[move]), (self.frame.right, end), thickness)
            yield Band(move, self.direction(move), ribbon, self.is_cut(move))

    def direction(self, move: Move) -> Direction:
        return direction(self.statuses[move.source], self.statuses[move.goal])

    def is_cut(self, move: Move) -> bool:
        full = (move.cell.value or 0.0) * self.scale
        return self.direction(move) in NEUTRAL and full > self.thickest

    def thickness(self, move: Move) -> float:
        """Give the thickness of a ribbon; 0 where the figure is not published."""
        if not move.cell.value:
            return 0.0
        full = move.cell.value * self.scale
        return max(_THINNEST, self.thickest if self.is_cut(move) else full)


def _plan(statuses: dict[str, Status], moves: tuple[Move, ...], frame: Frame) -> _Plan:
    """Draw all to scale where the changes then have room enough, else cut the neutral ribbons."""
    plan = _Plan(statuses, moves, frame, scale=0.0, thickest=math.inf)
    neutral = [m.cell.value for m in moves if plan.direction(m) in NEUTRAL and m.cell.value]
    drawn = [m.cell.value for m in moves if m.cell.value]
    persons = sum(drawn)
    changes = max(1.0, persons - sum(neutral))
    nodes = max(len({m.source for m in moves}), len({m.goal for m in moves}))
    room = frame.height - nodes * (frame.gap + STUB)
    scale = room / max(persons, 1.0)
    if scale * changes >= _ENOUGH * room:
        return replace(plan, scale=scale)
    left = room - THICKEST_NEUTRAL * len(neutral)
    scale = max(left, _LEAST_ROOM * room) / changes
    return replace(plan, scale=scale, thickest=THICKEST_NEUTRAL)
