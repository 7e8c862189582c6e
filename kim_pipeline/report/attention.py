"""What the steering group has to look at: deliveries, rules, targets, link rates and gaps."""

from collections.abc import Iterator

from kim_pipeline.report.changes import change_of, differs
from kim_pipeline.report.charts.link_dots import LinkPanel
from kim_pipeline.report.document import Point
from kim_pipeline.report.figures import Delivery, Figures
from kim_pipeline.report.language import Language
from kim_pipeline.report.sentences import town_names
from kim_pipeline.report.targets import is_due, met, target_words
from kim_pipeline.report.thresholds import firmness_among
from kim_pipeline.report.towns import Comparison

_MOST = 5


def points_of_attention(
    language: Language, figures: Figures, comparison: Comparison, panels: tuple[LinkPanel, ...]
) -> tuple[Point, ...]:
    """List what needs looking at, the urgent first."""
    found = [
        *_outdated(language, figures),
        *_broken_rules(language, figures),
        *_missed_targets(language, figures),
        *_provisional(language, figures),
        *_weak_links(language, panels),
        *_town_gap(language, comparison),
    ]
    if not any(point.urgency == "act" for point in found):
        found.extend(_all_delivered(language, figures))
    return tuple(sorted(found, key=lambda point: point.urgency != "act")[:_MOST])


def is_outdated(delivery: Delivery, figures: Figures) -> bool:
    """Tell whether an older delivery, or none, stands for the month."""
    return delivery.delivery_month is None or delivery.delivery_month < figures.month


def _point(language: Language, urgency: str, key: str, **values: str) -> Point:
    strong = language.text(f"attention.{key}.strong", **values)
    return Point(urgency, strong, language.text(f"attention.{key}.rest", **values))


def _outdated(language: Language, figures: Figures) -> Iterator[Point]:
    month = language.month(figures.month)
    for delivery in figures.deliveries:
        if delivery.delivery_month is None:
            yield _point(language, "act", "missing", source=delivery.name, month=month)
        elif is_outdated(delivery, figures):
            used = language.month(delivery.delivery_month)
            yield _point(language, "act", "outdated", source=delivery.name, month=month, used=used)


def _broken_rules(language: Language, figures: Figures) -> Iterator[Point]:
    for delivery in figures.deliveries:
        failed = delivery.rules_checked - delivery.rules_passed
        if failed > 0:
            yield _point(
                language,
                "act",
                "rules",
                source=delivery.name,
                failed=language.number(failed),
                checked=language.number(delivery.rules_checked),
            )


def _missed_targets(language: Language, figures: Figures) -> Iterator[Point]:
    """Name the figures that certainly miss their target; urgent when its day has come."""
    for indicator in figures.indicators:
        change, target = change_of(figures, indicator), indicator.target
        if target is None or met(indicator, change.now, change.margin) is not False:
            continue
        due = is_due(target, figures.month)
        yield _point(
            language,
            "act" if due else "watch",
            "target_missed" if due else "target_ahead",
            indicator=indicator.name,
            value=language.amount(change.now.value or 0.0, indicator.unit),
            target=target_words(language, target, indicator.unit),
            day=language.day(target.by),
        )


def _provisional(language: Language, figures: Figures) -> Iterator[Point]:
    names = [delivery.name for delivery in figures.deliveries if delivery.provisional]
    if names:
        month = language.month(figures.month)
        yield _point(language, "watch", "provisional", sources=language.listing(names), month=month)


def _weak_links(language: Language, panels: tuple[LinkPanel, ...]) -> Iterator[Point]:
    """Name the group linked least often in the first pair, where it stands out from all persons."""
    weakest = weakest_group(panels)
    if weakest is None or weakest[1].overall.value is None:
        return
    group, panel, value = weakest
    yield _point(
        language,
        "watch",
        "links",
        group=group,
        value=language.percent(value),
        source=panel.source,
        other=panel.other_source,
        overall=language.percent(panel.overall.value or 0.0),
    )


def weakest_group(panels: tuple[LinkPanel, ...]) -> tuple[str, LinkPanel, float] | None:
    """Find the group with the lowest rate in the first pair, if it differs from all persons."""
    for panel in panels[:1]:
        shown = [
            (cell.value, group, cell) for group, cell in panel.groups if cell.value is not None
        ]
        if not shown:
            return None
        value, group, cell = min(shown, key=lambda entry: (entry[0], entry[1]))
        below = panel.overall.value is not None and value < panel.overall.value
        firm = firmness_among(len(shown))
        if below and differs("percent", panel.overall, cell, firmness=firm):
            return group, panel, value
    return None


def _town_gap(language: Language, comparison: Comparison) -> Iterator[Point]:
    if not comparison.differ():
        return
    highest, lowest = comparison.extremes()
    unit = comparison.indicator.unit
    yield _point(
        language,
        "watch",
        "towns",
        indicator=comparison.indicator.name,
        highest=town_names(language, highest),
        high=language.amount(highest[0].value or 0.0, unit),
        lowest=town_names(language, lowest),
        low=language.amount(lowest[0].value or 0.0, unit),
    )


def _all_delivered(language: Language, figures: Figures) -> Iterator[Point]:
    if figures.deliveries:
        checked = all(delivery.rules_checked for delivery in figures.deliveries)
        key = "delivered" if checked else "delivered_unchecked"
        yield _point(language, "done", key, month=language.month(figures.month))
