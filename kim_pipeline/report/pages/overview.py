"""The first page: what changed, what needs attention, the key figures, towns and data quality."""

from dataclasses import replace

from kim_pipeline.report import sentences
from kim_pipeline.report.attention import points_of_attention
from kim_pipeline.report.charts.link_dots import LinkPanel
from kim_pipeline.report.document import Page, Section
from kim_pipeline.report.editions import edition_words
from kim_pipeline.report.figures import Indicator
from kim_pipeline.report.pages.data_quality import deliveries, links
from kim_pipeline.report.pages.desk import Desk
from kim_pipeline.report.pages.places import town_sections
from kim_pipeline.report.pages.trends import key_section
from kim_pipeline.report.towns import compare_towns


def overview(desk: Desk, panels: tuple[LinkPanel, ...], pages: tuple[Page, ...]) -> Page:
    """Make the start page, with links to the others."""
    desk = replace(desk, page="index")
    keys = sentences.key_indicators(desk.figures)
    compared = compared_indicator(desk, keys)
    comparison = compare_towns(desk.figures, desk.kreis, compared)
    title, provisional = sentences.headline(desk.language, desk.figures)
    return Page(
        name="index",
        short=desk.text("nav.index"),
        kicker=edition_words(desk.language, "page.kicker", desk.edition, desk.figures.month),
        title=title,
        note=desk.text("headline.provisional") if provisional else "",
        lead=sentences.lead_sentences(desk.language, desk.figures),
        points=points_of_attention(desk.language, desk.figures, comparison, panels),
        sections=(
            key_section(desk, keys),
            *town_sections(desk, "staedte", compared),
            deliveries(desk),
            *links(desk, panels),
            _further(desk, pages),
        ),
    )


def compared_indicator(desk: Desk, keys: tuple[Indicator, ...]) -> Indicator:
    """Choose the indicator for map and comparison: the first key figure most towns have."""
    towns = {town for _, _, town in desk.figures.cells if town}

    def shown(key: Indicator) -> int:
        cells = (desk.figures.cell(key.indicator_id, town) for town in towns)
        return sum(cell.value is not None for cell in cells)

    most = max(shown(key) for key in keys)
    return next(key for key in keys if shown(key) * 2 >= most)


def _further(desk: Desk, pages: tuple[Page, ...]) -> Section:
    """Lead to the pages of towns, project groups and definitions."""
    return Section(
        name="weiter",
        title=desk.text("further.title"),
        topic=desk.text("sections.weiter"),
        measure=desk.text("further.measure"),
        links=tuple((page.short, page.name) for page in pages if page.group),
    )
