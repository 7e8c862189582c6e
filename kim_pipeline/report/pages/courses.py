"""Sections of courses and ways: two lines, a stock by age, stages of waiting, flows."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kim_pipeline.report.changes import differs
from kim_pipeline.report.charts.plot import Label, Plot
from kim_pipeline.report.charts.stacked_area import Layer, Stock, stacked_area
from kim_pipeline.report.charts.stages import Stage, Way
from kim_pipeline.report.charts.two_lines import Pair, Strand, two_lines
from kim_pipeline.report.charts.waiting_times import waiting_times
from kim_pipeline.report.document import Section
from kim_pipeline.report.figures import Cell, Indicator
from kim_pipeline.report.pages.desk import Desk
from kim_pipeline.report.pages.plan import Planned
from kim_pipeline.report.sentences import finding_of

Cells = tuple[Cell, ...]


def course_pair(desk: Desk, planned: Planned) -> tuple[Section, ...]:
    """Show what comes in against what goes out."""
    main, other = (_strand(desk, planned.entries[side]) for side in ("one", "other"))
    if main is None or other is None:
        return ()
    (one, first), (two, second) = main, other
    names = [desk.text(f"strands.{planned.name}.{side}") for side in ("one", "other")]
    pair = Pair(desk.figures.months(), Strand(names[0], first), Strand(names[1], second), "persons")
    drawn = two_lines(desk.language, _label(desk, planned), pair)
    title = _pair_title(desk, names, first[-1], second[-1])
    return (_section(desk, planned, drawn, title, (one, two)),)


def stock(desk: Desk, planned: Planned) -> tuple[Section, ...]:
    """Show a stock and how much of it is old."""
    names = (planned.entries["total"], *planned.names("over"))
    shown = desk.indicators(names)
    if len(shown) < len(names):
        return ()
    words = [desk.text(f"layers.{indicator.indicator_id}") for indicator in shown]
    layers = tuple(
        Layer(word, _course(desk, indicator)) for word, indicator in zip(words, shown, strict=True)
    )
    drawn = stacked_area(
        desk.language, _label(desk, planned), Stock(desk.figures.months(), layers, shown[0].unit)
    )
    title = finding_of(desk.language, [desk.change(shown[0])])
    return (_section(desk, planned, drawn, title, shown),)


def stages(desk: Desk, planned: Planned) -> tuple[Section, ...]:
    """Show the stages of a way with their medians; the title names the longest."""
    shown = desk.indicators(planned.names("indicators"))
    if not shown:
        return ()
    way = Way(_whole(desk, planned), tuple(_stage(desk, i) for i in shown), shown[0].unit)
    drawn = waiting_times(desk.language, _label(desk, planned), way)
    longest = way.longest()
    title = desk.text("stages.title_same")
    if longest is not None:
        value = desk.language.amount(longest.median.value or 0.0, way.unit)
        title = desk.text("stages.title_longest", name=longest.name, value=value)
    return (_section(desk, planned, drawn, title, shown),)


def _strand(desk: Desk, entry: Mapping[str, Any]) -> tuple[Indicator, Cells] | None:
    """Give the course of an indicator, or of the count above its line, as published."""
    indicator = desk.figures.indicator(entry["indicator"])
    if indicator is None:
        return None
    cells = _course(desk, indicator)
    if entry.get("count") == "numerator":
        cells = tuple(_numerator(cell) for cell in cells)
    return indicator, cells


def _numerator(cell: Cell) -> Cell:
    if cell.value is None or cell.numerator is None:
        return replace(cell, status=cell.status if cell.value is None else "withheld", value=None)
    return replace(cell, value=float(cell.numerator), denominator=None)


def _course(desk: Desk, indicator: Indicator) -> Cells:
    return tuple(cell for _, cell in desk.figures.history(indicator.indicator_id, desk.town))


def _pair_title(desk: Desk, names: list[str], one: Cell, other: Cell) -> str:
    if one.value is None or other.value is None:
        return desk.text("strands.title_withheld")
    if not differs("persons", one, other):
        title = desk.text("strands.title_same", one=names[0], other=names[1])
        return title[:1].upper() + title[1:]
    more, less = (names[0], names[1]) if one.value > other.value else (names[1], names[0])
    return desk.text("strands.title_more", more=more, less=less)


def _whole(desk: Desk, planned: Planned) -> Stage | None:
    entry = planned.entries.get("whole")
    median = desk.figures.indicator(entry["median"]) if entry else None
    if entry is None or median is None:
        return None
    slow = desk.figures.cell(entry["ninety"], desk.town)
    return Stage(desk.text("stages.whole"), desk.cell(median), slow)


def _stage(desk: Desk, indicator: Indicator) -> Stage:
    key = f"stages.names.{indicator.indicator_id}"
    name = desk.text(key) if desk.language.has(key) else indicator.name
    return Stage(name, desk.cell(indicator))


def _label(desk: Desk, planned: Planned) -> Label:
    return Label(desk.table_name(planned.name), desk.text(f"sections.{planned.name}"))


def _section(
    desk: Desk, planned: Planned, drawn: Plot, title: str, shown: tuple[Indicator, ...]
) -> Section:
    return Section(
        name=planned.name,
        title=title,
        topic=desk.text(f"sections.{planned.name}"),
        measure=desk.text(f"measures.{planned.name}", month=desk.month),
        chart=drawn.chart,
        table=drawn.table,
        legend=drawn.legend,
        sources=desk.sources(*shown),
        indicators=tuple(indicator.indicator_id for indicator in shown),
        grade=next((g for g in map(desk.grade, shown) if g), ""),
        half=planned.half,
    )
