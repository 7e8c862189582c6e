"""The pages of the three Bausteine, their sections made as the plan says."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from kim_pipeline.report.document import Page, Section
from kim_pipeline.report.pages.breakdowns import breakdown, pair
from kim_pipeline.report.pages.courses import course_pair, stages, stock
from kim_pipeline.report.pages.desk import Desk
from kim_pipeline.report.pages.places import towns
from kim_pipeline.report.pages.plan import Planned
from kim_pipeline.report.pages.transitions import transitions
from kim_pipeline.report.pages.trends import trends
from kim_pipeline.report.sentences import finding_of, lead_sentence, ranked

Maker = Callable[[Desk, Planned], tuple[Section, ...]]
_LEAD = 4
MAKERS: Mapping[str, Maker] = {
    "trends": trends,
    "breakdown": breakdown,
    "pair": pair,
    "two_lines": course_pair,
    "stock": stock,
    "stages": stages,
    "flows": transitions,
    "towns": towns,
}


def baustein_page(desk: Desk, number: int, name: str) -> Page:
    """Make the page of a Baustein: its largest changes as lead, then the planned sections."""
    at = replace(desk, page=f"baustein-{number}")
    sections = tuple(
        section
        for planned in desk.plan.bausteine[name]
        for section in MAKERS[planned.kind](at, planned)
    )
    used = tuple(dict.fromkeys(i for section in sections for i in section.indicators))
    changes = [desk.change(indicator) for indicator in desk.indicators(used)]
    lead = ranked(changes)[:_LEAD]
    return Page(
        name=at.page,
        short=desk.text(f"bausteine.{name}.short"),
        kicker=desk.text(f"bausteine.{name}.kicker"),
        title=finding_of(desk.language, changes, most=4),
        lead=tuple(lead_sentence(desk.language, desk.figures, change) for change in lead),
        sections=sections,
        note=desk.text("headline.provisional") if lead and lead[0].now.provisional else "",
    )
