"""Sections of one figure by groups of people; also two figures by the same groups."""

from kim_pipeline.report.changes import differs
from kim_pipeline.report.charts.breakdown_bars import Breakdowns, Groups, breakdown_bars
from kim_pipeline.report.charts.plot import Label
from kim_pipeline.report.document import Section
from kim_pipeline.report.doubts import doubt
from kim_pipeline.report.figures import Cell, Indicator, Part
from kim_pipeline.report.language import capital
from kim_pipeline.report.pages.desk import Desk
from kim_pipeline.report.pages.plan import Planned
from kim_pipeline.report.thresholds import firmness_among

Bars = tuple[tuple[str, Cell], ...]


def breakdown(desk: Desk, planned: Planned) -> tuple[Section, ...]:
    """Show a figure by a dimension; the whole Kreis is a line where the two can be compared."""
    indicator = desk.figures.indicator(planned.entries["indicator"])
    if indicator is None:
        return ()
    bars = bars_of(desk, indicator, planned.entries["by"], desk.town)
    return (section_of(desk, planned, indicator, planned.entries["by"], bars),) if bars else ()


def pair(desk: Desk, planned: Planned) -> tuple[Section, ...]:
    """Show two figures by the same groups, below each other; they are not ranked."""
    shown = desk.indicators(planned.names("indicators"))
    by = planned.entries["by"]
    groups = tuple(_drawn_as(i.name, bars_of(desk, i, by, desk.town)) for i in shown)
    if len(groups) < 2 or not all(group.bars for group in groups):
        return ()
    topic = desk.text(f"sections.{planned.name}")
    drawn = breakdown_bars(
        desk.language,
        Label(desk.table_name(planned.name), topic),
        Breakdowns(shown[0].unit, groups, kind=shown[0].kind),
    )
    section = Section(
        name=planned.name,
        title=desk.text("breakdown.pair_title"),
        topic=topic,
        measure=desk.text("breakdown.pair_measure", by=desk.by_words(by), month=desk.month),
        chart=drawn.chart,
        table=drawn.table,
        legend=drawn.legend,
        sources=desk.sources(*shown),
        indicators=tuple(i.indicator_id for i in shown),
        grade=desk.grade(shown[0]),
        half=planned.half,
    )
    return (section,)


def bars_of(desk: Desk, indicator: Indicator, by: str, town: str) -> Bars:
    """Give the groups of a breakdown with their cells, in the order of the labels."""
    name = f"town+{by}" if town else by
    parts = [p for p in desk.figures.parts(indicator.indicator_id, name) if p.town == town]
    order = [*desk.labels.values.get(by, {}), *desk.labels.merged.get(by, {})]

    def place(part: Part) -> int:
        return order.index(part.values[0]) if part.values[0] in order else len(order)

    return tuple(
        (desk.label(by, part.values[0]), part.cell)
        for part in sorted(parts, key=place)
        if part.cell.status != "structural_zero"
    )


def section_of(desk: Desk, planned: Planned, indicator: Indicator, by: str, bars: Bars) -> Section:
    """Set the bars under a title that names what stands out."""
    topic = desk.text(f"sections.{planned.name}")
    whole = desk.cell(indicator) if indicator.unit != "persons" else None
    drawn = breakdown_bars(
        desk.language,
        Label(
            desk.table_name(planned.name),
            ", ".join(filter(None, (indicator.name, desk.dimension(by), desk.place))),
        ),
        Breakdowns(indicator.unit, (_drawn_as(desk.dimension(by), bars),), whole, indicator.kind),
    )
    return Section(
        name=planned.name,
        title=bars_title(desk, indicator, bars),
        topic=topic,
        measure=_measure(desk, indicator, by),
        chart=drawn.chart,
        table=drawn.table,
        legend=drawn.legend if drawn.chart.wide.height else (),
        sources=desk.sources(indicator),
        indicators=(indicator.indicator_id,),
        grade=desk.grade(indicator),
        half=planned.half,
    )


def _drawn_as(name: str, bars: Bars) -> Groups:
    """Begin the names of groups with a capital letter, as they stand alone in a drawing."""
    return Groups(name, tuple((capital(words), cell) for words, cell in bars))


def _measure(desk: Desk, indicator: Indicator, by: str) -> str:
    """Say what is measured by what, unless the indicator's name says it."""
    named = desk.language.has(f"breakdown.named.{by}")
    key = "breakdown.measure_named" if named else "breakdown.measure"
    return desk.text(key, name=indicator.name, by=desk.by_words(by), month=desk.month)


def bars_title(desk: Desk, indicator: Indicator, bars: Bars) -> str:
    """Name the group that stands out at the upper end, and for shares that at the lower."""
    shown = sorted(
        ((name, cell) for name, cell in bars if cell.value is not None),
        key=lambda bar: -(bar[1].value or 0.0),
    )
    if len(shown) < 2:
        return desk.text("breakdown.title_withheld" if not shown else "breakdown.title_one")
    (top, high), (bottom, low) = shown[0], shown[-1]
    unit = indicator.unit
    values = {
        "name": indicator.name,
        "top": top,
        "high": desk.language.amount(high.value or 0.0, unit),
        "bottom": bottom,
        "low": desk.language.amount(low.value or 0.0, unit),
    }
    if not _stand_apart(desk, indicator, (high, low), len(shown)):
        return desk.text("breakdown.title_same")
    if unit != "persons":
        return desk.text("breakdown.title_range", **values)
    counts = [cell for _, cell in shown]
    # The first of the order that stands apart from the next ends those that are largest.
    ahead = next((n for n in (1, 2) if _leads(desk, indicator, counts, n)), 0)
    key = ("several", "largest", "two")[ahead]
    return desk.text(f"breakdown.title_{key}", second=shown[1][0], **values)


def _leads(desk: Desk, indicator: Indicator, ranked: list[Cell], first: int) -> bool:
    """Tell whether so many of the first stand apart from the next; all of them do from none."""
    if len(ranked) <= first:
        return True
    return _stand_apart(desk, indicator, (ranked[first - 1], ranked[first]), len(ranked))


def _stand_apart(desk: Desk, indicator: Indicator, pair: tuple[Cell, Cell], groups: int) -> bool:
    """Tell whether two groups, picked by their rank, differ by more than noise and known error."""
    high, low = pair
    firmness = firmness_among(groups)
    if not differs(indicator.unit, high, low, indicator.kind, firmness):
        return False
    doubts = [doubt(desk.plan, desk.figures, indicator, cell) for cell in pair]
    margin = max(found.margin or 0.0 for found in doubts)
    return (high.value or 0.0) - (low.value or 0.0) > margin
