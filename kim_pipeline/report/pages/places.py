"""Sections of one figure in the towns: the map, and then and now as dots."""

from kim_pipeline.report.charts.choropleth import MAP_WIDTHS, choropleth, legend
from kim_pipeline.report.charts.geography import read_town_map
from kim_pipeline.report.charts.town_dots import (
    NARROW,
    WIDE,
    begins_at_zero,
    town_bars,
    town_dots,
)
from kim_pipeline.report.document import Chart, Column, Line, Section, Table
from kim_pipeline.report.figures import Indicator
from kim_pipeline.report.pages.desk import Desk
from kim_pipeline.report.pages.plan import Planned
from kim_pipeline.report.sentences import dots_title, map_title
from kim_pipeline.report.tables import change_words
from kim_pipeline.report.towns import Comparison, compare_towns


def towns(desk: Desk, planned: Planned) -> tuple[Section, ...]:
    """Show a figure on the map and as dots, side by side."""
    indicator = desk.figures.indicator(planned.entries["indicator"])
    if indicator is None or not _has_towns(desk, indicator):
        return ()
    return town_sections(desk, planned.name, indicator)


def town_sections(desk: Desk, name: str, indicator: Indicator) -> tuple[Section, ...]:
    """Make both sections, which share their table; it stands alone where no town has a figure."""
    comparison = compare_towns(desk.figures, desk.kreis, indicator)
    topic = desk.text(f"sections.{name}")
    if not comparison.published():
        return (_bare(desk, name, topic, comparison),)
    drawn = _map(desk, comparison, f"{desk.page}-{name}")
    notes = [desk.text("map.attribution", attribution=desk.kreis.map_attribution)]
    classes = tuple(legend(desk.language, comparison)) if desk.kreis.map_file else ()
    first = Section(
        name=name,
        title=map_title(desk.language, comparison),
        topic=topic,
        measure=desk.text("map.subtitle", name=indicator.name, month=desk.month),
        chart=drawn,
        table=_table(desk, name, comparison),
        notes=tuple(notes) if desk.kreis.map_attribution and desk.kreis.map_file else (),
        sources=desk.sources(indicator),
        indicators=(indicator.indicator_id,),
        grade=desk.grade(indicator),
        half=True,
        legend=classes,
    )
    return first, _dots(desk, name, topic, comparison)


def _bare(desk: Desk, name: str, topic: str, comparison: Comparison) -> Section:
    """Say that no town has a figure, without empty drawings."""
    indicator = comparison.indicator
    return Section(
        name=name,
        title=map_title(desk.language, comparison),
        topic=topic,
        measure=desk.text("map.withheld", name=indicator.name, month=desk.month),
        table=_table(desk, name, comparison),
        sources=desk.sources(indicator),
        indicators=(indicator.indicator_id,),
        grade=desk.grade(indicator),
    )


def _dots(desk: Desk, name: str, topic: str, comparison: Comparison) -> Section:
    key = "dots.subtitle" if desk.since else "dots.subtitle_first"
    name_of = comparison.indicator.name
    measure = [desk.text(key, name=name_of, before=desk.since, month=desk.month)]
    if not begins_at_zero(comparison):
        measure.append(desk.text("dots.axis"))
    return Section(
        name=f"{name}-vergleich",
        title=dots_title(desk.language, comparison),
        topic=topic,
        measure=" ".join(measure),
        chart=Chart(
            desk.text("dots.image_title", name=name_of),
            desk.text("map.description"),
            town_dots(desk.language, comparison, WIDE),
            town_dots(desk.language, comparison, NARROW),
        ),
        notes=(desk.text("dots.note"),) if desk.since else (),
        sources=desk.sources(comparison.indicator),
        indicators=(comparison.indicator.indicator_id,),
        grade=desk.grade(comparison.indicator),
        half=True,
    )


def _has_towns(desk: Desk, indicator: Indicator) -> bool:
    cells = [desk.figures.cell(indicator.indicator_id, town.ags) for town in desk.kreis.towns]
    return any(cell.status != "absent" for cell in cells)


def _map(desk: Desk, comparison: Comparison, name: str) -> Chart:
    names = {"name": comparison.indicator.name, "month": desk.month}
    words = desk.text("map.description")
    maps = [read_town_map(desk.kreis, width) for width in MAP_WIDTHS]
    drawings = [choropleth(desk.language, comparison, one, name) for one in maps if one is not None]
    if not drawings:
        bars = town_bars(desk.language, comparison, MAP_WIDTHS[0])
        return Chart(desk.text("map.bars_title", **names), words, bars, bars)
    return Chart(desk.text("map.image_title", **names), words, drawings[0], drawings[1])


def _table(desk: Desk, name: str, comparison: Comparison) -> Table:
    """List the towns: now, before, change; the whole Kreis last."""
    entries = [(town.name, town.change) for town in comparison.towns]
    entries.append((desk.text("words.district"), comparison.district))
    unit = comparison.indicator.unit
    columns = [Column(desk.month, unit)]
    if desk.since:
        columns += [Column(desk.since, unit), Column(desk.text("dots.change"))]
    lines = [
        Line(
            town,
            (change.now, change.before, change_words(desk.language, change))
            if desk.since
            else (change.now,),
            strong=change is comparison.district,
        )
        for town, change in entries
    ]
    caption = desk.text("map.table", name=comparison.indicator.name)
    corner = desk.text("words.town")
    return Table(desk.table_name(name), caption, corner, tuple(columns), tuple(lines))
