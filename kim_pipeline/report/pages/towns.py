"""The page of all towns side by side, and a page for each town."""

from dataclasses import replace

from kim_pipeline.report.changes import Change
from kim_pipeline.report.charts.matrix import matrix
from kim_pipeline.report.charts.plot import Label
from kim_pipeline.report.charts.profile import profile
from kim_pipeline.report.charts.standing import Favourable, Measured
from kim_pipeline.report.document import Column, Line, Page, Section, Table
from kim_pipeline.report.figures import Indicator
from kim_pipeline.report.pages.breakdowns import bars_of, section_of
from kim_pipeline.report.pages.desk import Desk
from kim_pipeline.report.pages.plan import Planned
from kim_pipeline.report.pages.trends import tiles
from kim_pipeline.report.pages.whole_table import whole_table
from kim_pipeline.report.sentences import finding_of, lead_sentence, ranked
from kim_pipeline.report.tables import change_words
from kim_pipeline.report.targets import target_words
from kim_pipeline.report.towns import short_name
from kim_pipeline.report.verdicts import town_title, towns_title

_LEAD = 4
_FAVOURABLE: dict[int, Favourable] = {1: "more", -1: "less"}


def all_towns(desk: Desk, pages: tuple[Page, ...]) -> Page:
    """Make the page with the matrix and the way to every town."""
    desk = replace(desk, page="staedte")
    columns = [_measured(desk, i) for i in desk.indicators(desk.plan.matrix)]
    names = [short_name(town.name) for town in desk.kreis.towns]
    label = Label(desk.table_name("vergleich"), desk.text("sections.vergleich"))
    drawn = matrix(desk.language, label, names, columns)
    section = Section(
        name="vergleich",
        title=desk.text("towns.matrix_title"),
        topic=desk.text("sections.vergleich"),
        measure=desk.text("towns.matrix_measure", month=desk.month),
        chart=drawn.chart,
        table=drawn.table,
        legend=drawn.legend,
        notes=(desk.text("towns.matrix_note"), *drawn.notes),
        sources=desk.sources(*desk.indicators(desk.plan.matrix)),
        indicators=tuple(i.indicator_id for i in desk.indicators(desk.plan.matrix)),
    )
    links = Section(
        name="einzeln",
        title=desk.text("towns.links_title"),
        topic=desk.text("sections.einzeln"),
        measure=desk.text("towns.links_measure"),
        links=tuple((page.short, page.name) for page in pages),
    )
    return Page(
        name="staedte",
        short=desk.text("nav.staedte"),
        kicker=desk.text("towns.kicker"),
        title=towns_title(desk.language, names, columns),
        sections=(section, links, whole_table(desk)),
    )


def town_pages(desk: Desk) -> tuple[Page, ...]:
    """Make a page for every town of the Kreis."""
    columns = [_measured(desk, i) for i in desk.indicators(desk.plan.matrix)]
    return tuple(
        _page(
            replace(desk, page=f"stadt-{town.ags}", town=town.ags), short_name(town.name), columns
        )
        for town in desk.kreis.towns
    )


def _page(desk: Desk, name: str, columns: list[Measured]) -> Page:
    keys = desk.indicators(desk.plan.town_keys)
    changes = [desk.change(indicator) for indicator in keys]
    lead = ranked(changes)[:_LEAD]
    title = finding_of(desk.language, changes)
    topic = desk.text("sections.verlauf")
    return Page(
        name=desk.page,
        short=name,
        kicker=desk.text("towns.town_kicker", town=name),
        title=town_title(desk.language, name, columns),
        lead=tuple(lead_sentence(desk.language, desk.figures, change) for change in lead),
        sections=(
            _profile(desk, name, columns),
            *((tiles(desk, "verlauf", topic, keys, title),) if keys else ()),
            *_breakdown(desk),
            _table(desk, name),
        ),
        group="towns",
    )


def _measured(desk: Desk, indicator: Indicator) -> Measured:
    whole = desk.figures.cell(indicator.indicator_id)
    better = desk.plan.better.get(indicator.indicator_id, 0)
    target = indicator.target
    return Measured(
        name=indicator.name,
        unit=indicator.unit,
        towns={
            short_name(town.name): desk.figures.cell(indicator.indicator_id, town.ags)
            for town in desk.kreis.towns
        },
        whole=whole,
        favourable=_FAVOURABLE.get(better),
        error=desk.error(indicator, whole),
        grade=desk.grade(indicator),
        target=target_words(desk.language, target, indicator.unit) if target else "",
        kind=indicator.kind,
    )


def _profile(desk: Desk, name: str, columns: list[Measured]) -> Section:
    label = Label(desk.table_name("profil"), desk.text("towns.profile_caption", town=name))
    drawn = profile(desk.language, label, name, columns)
    return Section(
        name="profil",
        title=desk.text("towns.profile_title", town=name),
        topic=desk.text("sections.profil"),
        measure=desk.text("towns.profile_measure", month=desk.month),
        chart=drawn.chart,
        table=drawn.table,
        legend=drawn.legend,
        indicators=tuple(i.indicator_id for i in desk.indicators(desk.plan.matrix)),
    )


def _breakdown(desk: Desk) -> tuple[Section, ...]:
    name, by = desk.plan.town_breakdown
    indicator = desk.figures.indicator(name)
    bars = bars_of(desk, indicator, by, desk.town) if indicator else ()
    if indicator is None or not bars:
        return ()
    return (section_of(desk, Planned("breakdown", "herkunft", {}), indicator, by, bars),)


def _table(desk: Desk, name: str) -> Section:
    shown = desk.indicators(tuple(i.indicator_id for i in desk.figures.indicators))
    columns = [Column(desk.text("matrix.unit")), Column(name)]
    if desk.since:
        columns.append(Column(desk.text("matrix.change", month=desk.since)))
    columns.append(Column(desk.text("words.district")))
    return Section(
        name="tabelle",
        title=desk.text("towns.table_title", town=name),
        topic=desk.text("sections.tabelle"),
        measure=desk.text("towns.table_measure", month=desk.month),
        table=Table(
            name=desk.table_name("tabelle"),
            caption=desk.text("towns.table_title", town=name),
            corner=desk.text("matrix.indicator"),
            columns=tuple(columns),
            lines=tuple(_line(desk, indicator, desk.change(indicator)) for indicator in shown),
        ),
    )


def _line(desk: Desk, indicator: Indicator, change: Change) -> Line:
    said = (change_words(desk.language, change),) if desk.since else ()
    unit = desk.text(f"unit_lines.{indicator.unit}")
    whole = desk.figures.cell(indicator.indicator_id)
    return Line(indicator.name, (unit, change.now, *said, whole), unit=indicator.unit)
