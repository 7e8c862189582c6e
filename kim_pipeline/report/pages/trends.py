"""Sections of several figures with their courses: a tile for each, and the months as a table."""

from collections.abc import Sequence

from kim_pipeline.report.cells import show
from kim_pipeline.report.changes import Change
from kim_pipeline.report.charts.trend import Beside, trend
from kim_pipeline.report.document import Chart, Column, Line, Section, Table, Tile
from kim_pipeline.report.figures import Cell, Indicator
from kim_pipeline.report.pages.desk import Desk
from kim_pipeline.report.pages.plan import Planned
from kim_pipeline.report.sentences import finding_of, key_title
from kim_pipeline.report.targets import target_line

# Points of error from which the band in a tile can be told from its line.
_VISIBLE = 0.5


def trends(desk: Desk, planned: Planned) -> tuple[Section, ...]:
    """Make a section of tiles; its title states the largest certain change among them."""
    shown = desk.indicators(planned.names("indicators"))
    topic = desk.text(f"sections.{planned.name}")
    changes = [desk.change(indicator) for indicator in shown]
    return (
        (tiles(desk, planned.name, topic, shown, finding_of(desk.language, changes)),)
        if shown
        else ()
    )


def key_section(desk: Desk, shown: tuple[Indicator, ...]) -> Section:
    """Make the key figures; the title counts what became better, worse, or neither."""
    changes = [desk.change(indicator) for indicator in shown]
    title = key_title(desk.language, changes)
    return tiles(desk, "kennzahlen", desk.text("sections.kennzahlen"), shown, title)


def tiles(desk: Desk, name: str, topic: str, shown: Sequence[Indicator], title: str) -> Section:
    """Make a section of tiles and its table."""
    months = desk.figures.months()
    form = "one" if len(months) == 1 else "many"
    span = desk.text(f"key_figures.months.{form}", count=desk.language.number(len(months)))
    made = tuple(tile(desk, indicator) for indicator in shown)
    measure = [desk.text("key_figures.subtitle", months=span, month=desk.month)]
    if any(one.chart for one in made):
        measure.append(desk.text("key_figures.axes"))
    return Section(
        name=name,
        title=title,
        topic=topic,
        measure=" ".join(measure),
        tiles=made,
        table=month_table(desk, name, topic, shown),
        sources=desk.sources(*shown),
        indicators=tuple(indicator.indicator_id for indicator in shown),
        legend=_legend(desk, shown),
    )


def tile(desk: Desk, indicator: Indicator) -> Tile:
    """Make the tile of one figure; in a town its target is left out, the Kreis' course added."""
    change, cell = desk.change(indicator), desk.cell(indicator)
    words, verdict = ("", "")
    if not desk.town:
        words, verdict = target_line(desk.language, desk.figures.month, change)
    return Tile(
        name=indicator.indicator_id.lower().replace("_", "-"),
        title=indicator.name,
        cell=cell,
        unit=indicator.unit,
        change=change_line(desk, change),
        chart=_chart(desk, indicator),
        grade=desk.grade(indicator),
        target=words,
        verdict=verdict,
    )


def change_line(desk: Desk, change: Change) -> str:
    """Write a change: its size and since when, that it is uncertain, or that there is none."""
    if change.now.status == "withheld":
        return desk.text("key_figures.withheld")
    if not change.known or change.since is None:
        return desk.text("key_figures.incomparable")
    if not change.recognisable:
        return desk.text("key_figures.unchanged")
    size = desk.language.difference(change.difference, change.indicator.unit)
    sign = "+" if change.difference > 0 else "\u2212"
    key = "since" if change.certain else "since_uncertain"
    month = desk.language.month(change.since)
    return desk.text(f"key_figures.{key}", change=f"{sign}{size}", month=month)


def _chart(desk: Desk, indicator: Indicator) -> Chart | None:
    history = list(desk.figures.history(indicator.indicator_id, desk.town))
    # Counts of the Kreis would flatten those of a town.
    compared = desk.town and indicator.unit != "persons"
    whole = list(desk.figures.history(indicator.indicator_id)) if compared else []
    target = indicator.target.value if indicator.target and not desk.town else None
    error = desk.error(indicator, desk.cell(indicator)) if indicator.unit == "percent" else 0.0
    drawing = trend(desk.language, history, indicator.unit, Beside(target, error, whole))
    if not drawing.height:
        return None
    (first_month, first), (last_month, last) = history[0], history[-1]
    description = desk.text(
        "key_figures.trend_description",
        first_month=desk.language.month(first_month),
        first=show(desk.language, first, indicator.unit).told,
        last_month=desk.language.month(last_month),
        last=show(desk.language, last, indicator.unit).told,
    )
    title = desk.text("key_figures.trend_title", name=indicator.name, month=desk.month)
    return Chart(title, description, drawing, drawing)


def _legend(desk: Desk, shown: Sequence[Indicator]) -> tuple[tuple[str, str], ...]:
    signs = []
    if desk.town:
        signs.append(("sign-line grey-sign", desk.text("key_figures.signs.whole")))
    if not desk.town and any(indicator.target for indicator in shown):
        signs.append(("sign-line target-sign", desk.text("key_figures.signs.target")))
    if any(i.unit == "percent" and desk.error(i, desk.cell(i)) >= _VISIBLE for i in shown):
        signs.append(("error-band", desk.text("key_figures.signs.error")))
    if any(cell.provisional for i in shown for _, cell in _history(desk, i)):
        signs.append(("sign-dot open-data", desk.text("key_figures.signs.provisional")))
    return tuple(signs)


def _history(desk: Desk, indicator: Indicator) -> list[tuple[object, Cell]]:
    return list(desk.figures.history(indicator.indicator_id, desk.town))


def month_table(desk: Desk, name: str, topic: str, shown: Sequence[Indicator]) -> Table:
    """List figures month by month."""
    place = desk.place or desk.text("words.whole_district")
    lines = [
        Line(
            desk.language.month(month),
            tuple(desk.figures.cell(i.indicator_id, desk.town, month) for i in shown),
        )
        for month in desk.figures.months()
    ]
    return Table(
        name=desk.table_name(name),
        caption=desk.text("key_figures.table", topic=topic, place=place),
        corner=desk.text("words.month"),
        columns=tuple(Column(i.name, i.unit) for i in shown),
        lines=tuple(lines),
    )
