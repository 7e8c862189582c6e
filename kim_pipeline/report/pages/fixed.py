"""Pages of words: definitions, what the figures do not cover, the accessibility statement."""

from kim_pipeline.report.document import Page, Section
from kim_pipeline.report.pages.desk import Desk

_COVER = ("not_covered", "other_statistics", "protection", "links", "late", "effects")
_ACCESS = ("standard", "known_gaps", "other_forms", "contact")


def definitions(desk: Desk) -> Page:
    """Make the page of definitions; the list of all indicators is set from the report itself."""
    sections = tuple(_words(desk, "cover", name) for name in _COVER)
    every = Section(
        name="kennzahlen",
        title=desk.text("definitions.title_all"),
        topic=desk.text("definitions.title"),
        measure=desk.text("definitions.measure"),
        indicators=tuple(i.indicator_id for i in desk.figures.indicators),
    )
    return Page(
        name="definitionen",
        short=desk.text("nav.definitionen"),
        kicker=desk.text("definitions.kicker"),
        title=desk.text("definitions.page_title"),
        sections=(*sections, every),
    )


def accessibility(desk: Desk) -> Page:
    """Make the accessibility statement."""
    return Page(
        name="barrierefreiheit",
        short=desk.text("nav.barrierefreiheit"),
        kicker=desk.text("access.kicker"),
        title=desk.text("access.page_title"),
        sections=tuple(_words(desk, "access", name) for name in _ACCESS),
        group="words",
    )


def _words(desk: Desk, room: str, name: str) -> Section:
    paragraphs: list[str] = []
    while desk.language.has(f"{room}.{name}.p{len(paragraphs) + 1}"):
        key = f"{room}.{name}.p{len(paragraphs) + 1}"
        paragraphs.append(desk.text(key, kreis=desk.kreis.name))
    title = desk.text(f"{room}.{name}.title")
    return Section(
        name=name.replace("_", "-"),
        title=title,
        topic="",
        measure="",
        paragraphs=tuple(paragraphs),
    )
