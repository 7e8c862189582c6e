"""A page for each project group: its measures, and the figures in which they shall show."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from kim_pipeline.report.charts.plot import Label
from kim_pipeline.report.charts.target_trend import Course, target_trend
from kim_pipeline.report.document import Column, Line, Page, Section, Table
from kim_pipeline.report.figures import Indicator
from kim_pipeline.report.language import capital
from kim_pipeline.report.pages.desk import Desk
from kim_pipeline.report.pages.trends import tiles
from kim_pipeline.report.sentences import finding_of, lead_sentence
from kim_pipeline.report.targets import target_line
from kim_pipeline.steering import Measure

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def project_groups(desk: Desk) -> tuple[Page, ...]:
    """Make the pages, in the order of the measures."""
    owners = dict.fromkeys(measure.owner for measure in desk.figures.measures)
    return tuple(_page(replace(desk, page=f"gruppe-{slug(owner)}"), owner) for owner in owners)


def slug(name: str) -> str:
    """Write a name as part of a file name."""
    plain = unicodedata.normalize("NFKD", name.lower().translate(_UMLAUTS))
    return re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode()).strip("-")


def _page(desk: Desk, owner: str) -> Page:
    measures = [measure for measure in desk.figures.measures if measure.owner == owner]
    names = tuple(dict.fromkeys(name for m in measures for name in m.indicator_ids))
    shown = desk.indicators(names)
    return Page(
        name=desk.page,
        short=owner,
        kicker=desk.text("groups.kicker"),
        title=_title(desk, shown),
        lead=tuple(
            lead_sentence(desk.language, desk.figures, desk.change(indicator))
            for indicator in shown[:4]
        ),
        sections=(
            _measures(desk, measures),
            *(
                section
                for measure in measures
                if desk.indicators(measure.indicator_ids)
                for section in (_figures(desk, measure), *_goals(desk, measure))
            ),
        ),
        group="project_groups",
    )


def _title(desk: Desk, shown: tuple[Indicator, ...]) -> str:
    changes = [desk.change(indicator) for indicator in shown]
    return finding_of(desk.language, changes) if changes else desk.text("groups.title_none")


def _measures(desk: Desk, measures: list[Measure]) -> Section:
    heads = ("field", "status", "term", "figures")
    lines = tuple(
        Line(
            m.title,
            (
                _field(desk, m),
                desk.text(f"groups.statuses.{m.status}"),
                _term(desk, m),
                _names(desk, m),
            ),
        )
        for m in measures
    )
    form = "one" if len(measures) == 1 else "some"
    return Section(
        name="massnahmen",
        title=desk.text(
            f"groups.measures_{form}", count=desk.language.count(len(measures)).capitalize()
        ),
        topic=desk.text("sections.massnahmen"),
        measure=desk.text("groups.measure"),
        table=Table(
            name=desk.table_name("massnahmen"),
            caption=desk.text("sections.massnahmen"),
            corner=desk.text("groups.title"),
            columns=tuple(Column(desk.text(f"groups.{head}")) for head in heads),
            lines=lines,
        ),
        open_table=True,
    )


def _figures(desk: Desk, measure: Measure) -> Section:
    shown = desk.indicators(measure.indicator_ids)
    title = finding_of(desk.language, [desk.change(indicator) for indicator in shown])
    section = tiles(desk, f"massnahme-{slug(measure.id)}", measure.title, shown, title)
    set_by = tuple(
        desk.text(
            "targets.set_by", name=i.name, who=i.target.set_by, day=desk.language.day(i.target.by)
        )
        for i in shown
        if i.target
    )
    notes = set_by or (desk.text("targets.none"),)
    return replace(section, notes=notes)


def _goals(desk: Desk, measure: Measure) -> Iterator[Section]:
    """Show the way of each figure to its target."""
    months = desk.figures.months()
    for indicator in desk.indicators(measure.indicator_ids):
        if indicator.target is None:
            continue
        cell, name = desk.cell(indicator), f"ziel-{slug(measure.id)}-{slug(indicator.indicator_id)}"
        cells = tuple(cell for _, cell in desk.figures.history(indicator.indicator_id))
        course = Course(
            months, cells, indicator.unit, indicator.target, desk.error(indicator, cell)
        )
        drawn = target_trend(desk.language, Label(desk.table_name(name), indicator.name), course)
        yield Section(
            name=name,
            title=target_line(desk.language, desk.figures.month, desk.change(indicator))[0],
            topic=desk.text("groups.goal", name=indicator.name),
            measure=desk.text("groups.goal_measure", month=desk.month),
            chart=drawn.chart,
            table=drawn.table,
            legend=drawn.legend,
            sources=desk.sources(indicator),
            indicators=(indicator.indicator_id,),
            grade=desk.grade(indicator),
            half=True,
        )


def _field(desk: Desk, measure: Measure) -> str:
    return capital(desk.label("goal_topic", measure.field))


def _term(desk: Desk, measure: Measure) -> str:
    """Write from when to when a measure runs, as far as that is known."""
    first, last = measure.first_day, measure.last_day
    days = {
        name: desk.language.short_day(day)
        for name, day in (("first", first), ("last", last))
        if day
    }
    return desk.text(f"groups.terms.{'_'.join(days)}", **days) if days else "–"


def _names(desk: Desk, measure: Measure) -> str:
    return ", ".join(i.name for i in desk.indicators(measure.indicator_ids)) or "–"
