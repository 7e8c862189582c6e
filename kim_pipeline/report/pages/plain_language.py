"""The page in plain language: short sentences, made from the figures by the same rules."""

from kim_pipeline.report.changes import Change
from kim_pipeline.report.document import Page, Section
from kim_pipeline.report.pages.desk import Desk


def plain_language(desk: Desk) -> Page:
    """Make the page; a hidden figure is said to be hidden, an uncertain change is no change."""
    shown = desk.indicators(desk.plan.plain)
    figures = tuple(_said(desk, desk.change(indicator)) for indicator in shown)
    sections = [
        _section(
            desk,
            "about",
            (
                desk.text("plain.about.p1", kreis=desk.kreis.name),
                desk.text("plain.about.p2", month=desk.month),
            ),
        ),
        *(
            Section(
                name=f"zahl-{indicator.indicator_id.lower()}",
                title=desk.text(f"plain.titles.{indicator.indicator_id}")
                if desk.language.has(f"plain.titles.{indicator.indicator_id}")
                else indicator.name,
                measure="",
                paragraphs=paragraphs,
                indicators=(),
            )
            for indicator, paragraphs in zip(shown, figures, strict=True)
        ),
        _section(
            desk, "protection", (desk.text("plain.protection.p1"), desk.text("plain.protection.p2"))
        ),
        _section(desk, "further", (desk.text("plain.further.p1"),)),
    ]
    return Page(
        name="einfach",
        short=desk.text("nav.einfach"),
        kicker=desk.text("plain.kicker"),
        title=desk.text("plain.page_title"),
        sections=tuple(sections),
        group="words",
    )


def _section(desk: Desk, name: str, paragraphs: tuple[str, ...]) -> Section:
    return Section(
        name=f"einfach-{name}",
        title=desk.text(f"plain.{name}.title"),
        measure="",
        paragraphs=paragraphs,
    )


def _said(desk: Desk, change: Change) -> tuple[str, ...]:
    if change.now.value is None:
        return (desk.text("plain.hidden"),)
    unit = change.indicator.unit
    value = _amount(desk, change.now.value, unit)
    key = f"plain.figures.{change.indicator.indicator_id}"
    if desk.language.has(key):
        number = desk.language.number(change.now.value)
        said = [desk.text(key, value=value, number=number)]
    else:
        said = [desk.text("plain.generic", name=change.indicator.name, value=value)]
    said.append(_changed(desk, change))
    if change.now.provisional:
        said.append(desk.text("plain.provisional"))
    return tuple(said)


def _changed(desk: Desk, change: Change) -> str:
    if change.since is None or not change.known:
        return desk.text("plain.no_comparison")
    month = desk.language.month(change.since)
    if not change.recognisable:
        return desk.text("plain.unchanged", month=month)
    if not change.certain:
        return desk.text("plain.uncertain", month=month)
    before = _amount(desk, change.before.value or 0.0, change.indicator.unit)
    key = "grown" if change.difference > 0 else "fallen"
    return desk.text(f"plain.{key}", month=month, before=before)


def _amount(desk: Desk, value: float, unit: str) -> str:
    """Write a figure; a share as so many of a hundred."""
    if unit == "percent":
        return desk.text("plain.of_100", number=desk.language.number(value))
    return desk.language.amount(value, unit)
