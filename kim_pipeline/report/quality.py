"""The data-quality box: link rates per nationality group, and what the sources delivered."""

from dataclasses import dataclass

from kim_pipeline.indicators.labels import Labels
from kim_pipeline.report.attention import is_outdated, weakest_group
from kim_pipeline.report.cells import ShownCell, show
from kim_pipeline.report.charts.link_dots import LinkPanel
from kim_pipeline.report.figures import Cell, Delivery, Estimate, Figures, LinkRate
from kim_pipeline.report.language import Language
from kim_pipeline.report.link_estimates import missed, wrong

_GROUP = "nationality_group"
# Germans are not in the immigration office's register: no link of theirs can be missing.
_NOT_LOOKED_FOR = {"", "GERMAN"}


@dataclass(frozen=True)
class DeliveryRow:
    """A line of the table of deliveries; urgency is act, watch or done."""

    name: str
    urgency: str
    state: str
    received: str
    persons: Cell
    change: str
    rules: str
    rules_held: bool


@dataclass(frozen=True)
class LinkRow:
    """A line of the table of link rates."""

    pair: str
    group: str
    rate: ShownCell
    cell: Cell
    found: Cell
    searched: Cell
    wrong: ShownCell
    missed: ShownCell


def link_panels(language: Language, labels: Labels, figures: Figures) -> tuple[LinkPanel, ...]:
    """Gather the link rates by pair of sources, the pair with the highest overall rate first."""
    names = source_names(figures)
    pairs = sorted({(rate.source, rate.other_source) for rate in figures.link_rates})
    panels = []
    for source, other in pairs:
        rates = {r.group: r for r in figures.link_rates if _pair(r) == (source, other)}
        shown = [rates.get(group, _no_rate(group)) for group in ("", *_groups(labels, figures))]
        panels.append(
            LinkPanel(
                source=names.get(source, source),
                other_source=names.get(other, other),
                overall=shown[0].cell,
                groups=tuple((group_label(language, labels, r.group), r.cell) for r in shown[1:]),
                estimates=tuple(r.estimate for r in shown),
            )
        )
    return tuple(sorted(panels, key=lambda panel: -(panel.overall.value or 0.0)))


def _no_rate(group: str) -> LinkRate:
    return LinkRate("", "", group, Cell("absent"), Estimate("absent"))


def _pair(rate: LinkRate) -> tuple[str, str]:
    return rate.source, rate.other_source


def _groups(labels: Labels, figures: Figures) -> list[str]:
    """List the groups that occur, in the order of the labels; unknown ones last."""
    found = {rate.group for rate in figures.link_rates} - _NOT_LOOKED_FOR
    order = list(labels.values.get(_GROUP, {}))
    return sorted(found, key=lambda g: (order.index(g) if g in order else len(order), g))


def group_label(language: Language, labels: Labels, group: str) -> str:
    """Give the label of a nationality group, or its code where none is written."""
    label = labels.values.get(_GROUP, {}).get(group)
    words = (label.de if language.locale == "de" else label.en) if label else group
    return words[:1].upper() + words[1:]


def source_names(figures: Figures) -> dict[str, str]:
    """Give the names of the sources, in the reader's language."""
    return {delivery.source: delivery.name for delivery in figures.deliveries}


def link_rows(language: Language, panels: tuple[LinkPanel, ...]) -> tuple[LinkRow, ...]:
    """List all link rates: each pair with all persons first, then its groups."""
    rows = []
    for panel in panels:
        pair = language.text("quality.pair", source=panel.source, other=panel.other_source)
        everyone = language.text("quality.everyone")
        lines = ((everyone, panel.overall), *panel.groups)
        for (group, cell), estimate in zip(lines, panel.estimates, strict=True):
            rate = show(language, cell, "percent")
            found, searched = (_count(n, cell.status) for n in (cell.numerator, cell.denominator))
            words = wrong(language, estimate), missed(language, estimate)
            rows.append(LinkRow(pair, group, rate, cell, found, searched, *words))
    return tuple(rows)


def _count(count: int | None, status: str) -> Cell:
    """Set a published count as a figure of its own; no count of persons is withheld as such."""
    if count is None:
        return Cell("withheld" if status == "published" else status)
    return Cell("published", float(count))


def delivery_rows(language: Language, figures: Figures) -> tuple[DeliveryRow, ...]:
    """List the deliveries of the month by the names of their sources."""
    ordered = sorted(figures.deliveries, key=lambda delivery: delivery.name)
    return tuple(_delivery_row(language, figures, delivery) for delivery in ordered)


def _delivery_row(language: Language, figures: Figures, delivery: Delivery) -> DeliveryRow:
    urgency, key = _state(figures, delivery)
    used = delivery.delivery_month or figures.month
    change = delivery.change_percent
    return DeliveryRow(
        name=delivery.name,
        urgency=urgency,
        state=language.text(f"quality.states.{key}", month=language.month(used)),
        received=language.short_day(delivery.delivered_on) if delivery.delivered_on else "–",
        persons=_count(delivery.persons, delivery.status),
        change=_change(language, delivery, change),
        rules=_rules(language, delivery) if delivery.rules_checked else "–",
        rules_held=delivery.rules_passed >= delivery.rules_checked,
    )


def _rules(language: Language, delivery: Delivery) -> str:
    passed, checked = delivery.rules_passed, delivery.rules_checked
    return language.text(
        "quality.rules_of", passed=language.number(passed), checked=language.number(checked)
    )


def _change(language: Language, delivery: Delivery, change: float | None) -> str:
    if delivery.persons is None:
        return "."
    if change is None and delivery.first:
        return language.text("quality.first")
    if change is None:
        return language.text("quality.unchanged")
    return f"{language.signed(change)}\u00a0%"


def _state(figures: Figures, delivery: Delivery) -> tuple[str, str]:
    if delivery.delivery_month is None:
        return "act", "missing"
    if is_outdated(delivery, figures):
        return "act", "outdated"
    return ("watch", "provisional") if delivery.provisional else ("done", "current")


def quality_title(language: Language, panels: tuple[LinkPanel, ...]) -> str:
    """Say which nationality group is linked least often, if one stands out."""
    weakest = weakest_group(panels)
    if weakest is not None:
        return language.text("quality.title_link", group=weakest[0])
    shown = [cell for panel in panels[:1] for _, cell in panel.groups if cell.value is not None]
    key = "title_link_same" if len(shown) > 1 else "title_plain"
    return language.text(f"quality.{key}")


def page_title(language: Language, figures: Figures) -> str:
    """Say whether all delivered and how many rules held."""
    delivered = deliveries_title(language, figures)
    if not any(delivery.rules_checked for delivery in figures.deliveries):
        return delivered
    rules = rules_line(language, figures)
    return language.text("quality.page_title", deliveries=delivered, rules=rules)


def deliveries_title(language: Language, figures: Figures) -> str:
    """Say whether all sources delivered for the month."""
    late = sum(is_outdated(delivery, figures) for delivery in figures.deliveries)
    total = len(figures.deliveries)
    key = "none" if not total else "all" if not late else "late_one" if late == 1 else "late_some"
    counts = {"count": language.count(late), "total": language.count(total)}
    return language.text(f"quality.deliveries_titles.{key}", **counts)


def rules_line(language: Language, figures: Figures) -> str:
    """Say how many quality rules held over all sources."""
    passed = sum(delivery.rules_passed for delivery in figures.deliveries)
    checked = sum(delivery.rules_checked for delivery in figures.deliveries)
    return language.text(
        "quality.deliveries_subtitle",
        passed=language.number(passed),
        checked=language.number(checked),
    )
