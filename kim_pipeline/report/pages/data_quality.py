"""The page on the data: deliveries, links and their errors, soundness, late reports, revisions."""

from dataclasses import replace

from kim_pipeline.report import quality
from kim_pipeline.report.charts.link_dots import LinkPanel, narrow_panels, wide_panels
from kim_pipeline.report.document import Chart, Column, Line, Page, Section, Table
from kim_pipeline.report.link_estimates import (
    estimate_line,
    estimate_rows,
    estimate_title,
)
from kim_pipeline.report.pages.desk import Desk
from kim_pipeline.report.pages.trends import tiles
from kim_pipeline.report.sentences import finding_of

_CHARTED_PAIRS = 3


def data_quality(desk: Desk, panels: tuple[LinkPanel, ...]) -> Page:
    """Make the page."""
    desk = replace(desk, page="datenqualitaet")
    return Page(
        name="datenqualitaet",
        short=desk.text("nav.datenqualitaet"),
        kicker=desk.text("quality.kicker"),
        title=quality.page_title(desk.language, desk.figures),
        sections=(
            deliveries(desk),
            *links(desk, panels),
            *(section for name in desk.plan.quality for section in _courses(desk, name)),
            revisions(desk),
        ),
    )


def deliveries(desk: Desk) -> Section:
    """List what the sources delivered."""
    rows = quality.delivery_rows(desk.language, desk.figures)
    heads = ("state", "received", "persons", "change", "rules")
    lines = tuple(
        Line(row.name, (row.state, row.received, row.persons, row.change, row.rules))
        for row in rows
    )
    return Section(
        name="lieferungen",
        title=quality.deliveries_title(desk.language, desk.figures),
        topic=desk.text("quality.deliveries_title"),
        measure=quality.rules_line(desk.language, desk.figures),
        table=Table(
            name=desk.table_name("lieferungen"),
            caption=desk.text("quality.deliveries_caption", month=desk.month),
            corner=desk.text("quality.source"),
            columns=tuple(Column(desk.text(f"quality.{head}")) for head in heads),
            lines=lines,
        ),
        open_table=True,
    )


def links(desk: Desk, panels: tuple[LinkPanel, ...]) -> tuple[Section, ...]:
    """Show link rates per nationality group, and how often links are wrong or missing."""
    if not panels:
        none = desk.text("quality.link_none")
        topic = desk.text("quality.link_title")
        return (Section(name="verknuepfung", title=topic, measure=none, topic=topic),)
    return _rates(desk, panels), _estimates(desk, panels)


def _rates(desk: Desk, panels: tuple[LinkPanel, ...]) -> Section:
    charted = panels[:_CHARTED_PAIRS]
    heads = ("group", "searched", "found", "rate", "wrong_short", "missed_short")
    rows = quality.link_rows(desk.language, panels)
    lines = tuple(
        Line(
            row.pair,
            (row.group, row.searched, row.found, row.cell, row.wrong.text, row.missed.text),
        )
        for row in rows
    )
    columns = tuple(
        Column(desk.text(f"quality.{head}"), "percent" if head == "rate" else None)
        for head in heads
    )
    return Section(
        name="verknuepfung",
        title=quality.quality_title(desk.language, panels),
        topic=desk.text("quality.link_title"),
        measure=desk.text("quality.link_subtitle"),
        chart=Chart(
            desk.text("quality.link_image"),
            desk.text("quality.link_image_description"),
            wide_panels(desk.language, charted),
            narrow_panels(desk.language, charted),
        ),
        table=Table(
            name=desk.table_name("verknuepfung"),
            caption=desk.text("quality.link_table", month=desk.month),
            corner=desk.text("quality.link_title"),
            columns=columns,
            lines=lines,
        ),
        notes=(desk.text("quality.link_note"),),
    )


def _estimates(desk: Desk, panels: tuple[LinkPanel, ...]) -> Section:
    lines = tuple(
        Line(row.pair, (row.wrong.text, row.missed.text))
        for row in estimate_rows(desk.language, panels)
    )
    heads = tuple(
        Column(f"{desk.text(f'quality.{name}')}, {desk.text(f'quality.{name}_of')}")
        for name in ("wrong", "missed")
    )
    return Section(
        name="guete",
        title=estimate_title(desk.language, panels),
        topic=desk.text("quality.estimate_topic"),
        measure=estimate_line(desk.language, panels),
        table=Table(
            name=desk.table_name("guete"),
            caption=desk.text("quality.estimate_title"),
            corner=desk.text("quality.estimate_pair"),
            columns=heads,
            lines=lines,
        ),
        notes=(desk.text("quality.estimate_note"), desk.text("quality.grade_note")),
        open_table=True,
    )


def _courses(desk: Desk, name: str) -> tuple[Section, ...]:
    shown = desk.indicators(desk.plan.quality[name])
    if not shown:
        return ()
    title = finding_of(desk.language, [desk.change(indicator) for indicator in shown])
    return (tiles(desk, f"daten-{name}", desk.text(f"sections.daten-{name}"), shown, title),)


def revisions(desk: Desk) -> Section:
    """Say which figures of this month were corrected since they were first published."""
    revised = sorted(
        {
            name
            for (name, month, _), cell in desk.figures.cells.items()
            if cell.revised and month == desk.figures.month
        }
    )
    shown = [i.name for i in desk.figures.indicators if i.indicator_id in revised]
    words = desk.text("revisions.some", names=desk.language.listing(shown))
    return Section(
        name="berichtigungen",
        title=desk.text("revisions.title" if shown else "revisions.title_none"),
        topic=desk.text("sections.berichtigungen"),
        measure=words if shown else desk.text("revisions.none"),
        notes=(desk.text("revisions.note"),),
    )
