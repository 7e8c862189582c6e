"""Makes the whole report of a month: all pages, from figures and configuration."""

from kim_pipeline.indicators.labels import read_labels
from kim_pipeline.kreis import Kreis
from kim_pipeline.report.document import Definition, Page, Report
from kim_pipeline.report.figures import Figures
from kim_pipeline.report.language import Language
from kim_pipeline.report.pages.bausteine import baustein_page
from kim_pipeline.report.pages.data_quality import data_quality
from kim_pipeline.report.pages.desk import Desk
from kim_pipeline.report.pages.fixed import accessibility, definitions
from kim_pipeline.report.pages.overview import overview
from kim_pipeline.report.pages.plain_language import plain_language
from kim_pipeline.report.pages.plan import read_plan
from kim_pipeline.report.pages.project_groups import project_groups
from kim_pipeline.report.pages.towns import all_towns, town_pages
from kim_pipeline.report.quality import link_panels


def build_report(
    figures: Figures, kreis: Kreis, language: Language, edition: str = "monthly"
) -> Report:
    """Make the report; the same figures give the same report."""
    desk = Desk(language, figures, kreis, read_labels(), read_plan(), edition=edition)
    return Report(
        kreis=kreis.name,
        notice=kreis.notice_en or kreis.notice if language.locale == "en" else kreis.notice,
        locale=language.locale,
        edition=edition,
        month=figures.month,
        known_on=figures.known_on,
        since=figures.baseline(),
        pages=_pages(desk),
        definitions=tuple(
            Definition(
                i.indicator_id, i.name, i.definition, language.listing(list(desk.sources(i)))
            )
            for i in figures.indicators
        ),
    )


def _pages(desk: Desk) -> tuple[Page, ...]:
    panels = link_panels(desk.language, desk.labels, desk.figures)
    towns, groups = town_pages(desk), project_groups(desk)
    bausteine = [
        baustein_page(desk, number, name) for number, name in enumerate(desk.plan.bausteine, 1)
    ]
    rest = (
        *bausteine,
        all_towns(desk, towns),
        data_quality(desk, panels),
        definitions(desk),
        plain_language(desk),
        accessibility(desk),
        *groups,
        *towns,
    )
    return overview(desk, panels, rest), *rest
