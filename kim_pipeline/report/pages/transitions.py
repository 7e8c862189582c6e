"""Sections of who moved from which status to which within a year."""

from collections.abc import Iterable

from kim_pipeline.periods import last_day, next_month
from kim_pipeline.report.changes import differs
from kim_pipeline.report.charts.flow_layout import NEUTRAL, Move, Status, direction
from kim_pipeline.report.charts.flows import Flows, flows
from kim_pipeline.report.charts.plot import Label
from kim_pipeline.report.document import Section
from kim_pipeline.report.figures import HISTORY_MONTHS, Cell
from kim_pipeline.report.language import capital
from kim_pipeline.report.pages.desk import Desk
from kim_pipeline.report.pages.plan import Planned

_ABSENT = Cell("absent")


def transitions(desk: Desk, planned: Planned) -> tuple[Section, ...]:
    """Show the moves of a year; no section without such figures or without a year before."""
    indicator = desk.figures.indicator(planned.entries["indicator"])
    if indicator is None or len(desk.figures.months()) < HISTORY_MONTHS:
        return ()
    parts = desk.figures.parts(indicator.indicator_id, planned.entries["by"])
    same = _single(planned)
    moves = _telling(
        Move(
            same.get(part.values[0], part.values[0]),
            same.get(part.values[1], part.values[1]),
            part.cell,
        )
        for part in parts
    )
    if not any(move.cell.value for move in moves):
        return ()
    statuses = _statuses(desk, planned, moves)
    until = last_day(desk.figures.month)
    since = last_day(next_month(desk.figures.month, -12))
    topic = desk.text(f"sections.{planned.name}")
    label = Label(desk.table_name(planned.name), topic)
    drawn = flows(desk.language, label, Flows(statuses, moves, since, until))
    section = Section(
        name=planned.name,
        title=_title(desk, statuses, moves),
        topic=topic,
        measure=desk.text(
            "flows.measure", since=desk.language.day(since), until=desk.language.day(until)
        ),
        chart=drawn.chart,
        table=drawn.table,
        legend=drawn.legend,
        notes=(desk.text("flows.note"),),
        sources=desk.sources(indicator),
        indicators=(indicator.indicator_id,),
        grade=desk.grade(indicator),
    )
    return (section,)


def _telling(told: Iterable[Move]) -> tuple[Move, ...]:
    """Leave out the statuses that nobody had; of two moves called alike the published one stays.

    A zero between statuses that somebody had is a figure and stays.
    """
    moves = {(m.source, m.goal): m for m in sorted(told, key=lambda m: m.cell.value is not None)}
    had = [m for m in moves.values() if m.cell.value or m.cell.status == "withheld"]
    sources, goals = {m.source for m in had}, {m.goal for m in had}
    return tuple(m for m in moves.values() if m.source in sources and m.goal in goals)


def _single(planned: Planned) -> dict[str, str]:
    """Give the merged groups that hold one status: they are that status by another name."""
    merged = planned.entries.get("merged", {})
    return {group: held[0] for group, held in merged.items() if len(held) == 1}


def _statuses(desk: Desk, planned: Planned, moves: tuple[Move, ...]) -> tuple[Status, ...]:
    """List the statuses that occur, top to bottom as planned; those with a rank can be compared."""
    before, _, now = planned.entries["by"].partition("+")
    ranks, outside = planned.entries.get("ranks", {}), planned.names("outside")
    there = {move.source for move in moves} | {move.goal for move in moves}
    known = {**desk.labels.merged.get(now, {}), **desk.labels.values[now]}
    order = list(dict.fromkeys((*planned.names("order"), *sorted(there))))
    return tuple(
        Status(
            key,
            desk.text("flows.outside")
            if key in outside
            else capital(desk.label(now if key in known else before, key)),
            before=_ABSENT,
            now=_ABSENT,
            rank=ranks.get(key),
            outside=key in outside,
            holds=frozenset(planned.entries.get("merged", {}).get(key, ())),
        )
        for key in order
        if key in there
    )


def _title(desk: Desk, statuses: tuple[Status, ...], moves: tuple[Move, ...]) -> str:
    """Name the commonest change of status, if it stands out; no sums, no reasons."""
    by_key = {status.key: status for status in statuses}
    names = {status.key: status.name for status in statuses}
    changes = [
        move
        for move in moves
        if direction(by_key[move.source], by_key[move.goal]) not in NEUTRAL and move.cell.value
    ]
    changes.sort(key=lambda move: -(move.cell.value or 0.0))
    if not changes:
        return desk.text("flows.title_none")
    first = changes[0]
    if len(changes) > 1 and not differs("persons", first.cell, changes[1].cell):
        return desk.text("flows.title_several")
    return desk.text(
        "flows.title",
        source=names[first.source],
        goal=names[first.goal],
        persons=desk.language.amount(first.cell.value or 0.0, "persons"),
    )
