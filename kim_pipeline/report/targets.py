"""Targets against figures: reached or not, and by how much, in words."""

from collections.abc import Sequence

from kim_pipeline.report.changes import Change, is_beyond
from kim_pipeline.report.figures import Cell, Indicator
from kim_pipeline.report.language import Language


def met(indicator: Indicator, cell: Cell, margin: float | None) -> bool | None:
    """Tell whether a figure meets its target; None where that cannot be said for certain.

    Its distance from the target must be more than noise, rounding and `margin`, the estimated error
    of the figure (None: nobody can tell); provisional figures may still cross the target.
    """
    target = indicator.target
    if target is None or cell.value is None or cell.provisional or margin is None:
        return None
    distance = cell.value - target.value
    if not is_beyond(indicator, cell, target.value) or abs(distance) <= margin:
        return None
    return distance > 0 if target.direction == "at_least" else distance < 0


def target_line(
    language: Language, indicator: Indicator, cell: Cell, margin: float | None
) -> tuple[str, str]:
    """Say what the target is and whether the whole Kreis meets it; with the urgency of that."""
    target = indicator.target
    if target is None:
        return "", ""
    words = language.text(
        f"targets.{target.direction}", value=language.amount(target.value, indicator.unit)
    )
    if cell.value is None:
        return language.text("targets.unknown", target=words), ""
    reached = met(indicator, cell, margin)
    if reached is None:
        return language.text("targets.unsure", target=words), ""
    if reached:
        return language.text("targets.reached", target=words), "done"
    distance = language.difference(cell.value - target.value, indicator.unit)
    key = f"targets.missed_{target.direction}"
    return language.text(key, target=words, distance=distance), "act"


def targets_clause(language: Language, changes: Sequence[Change]) -> str:
    """Say how many of the targets are reached, where there are any."""
    held = [
        met(change.indicator, change.now, change.margin)
        for change in changes
        if change.indicator.target is not None and change.now.value is not None
    ]
    if not held:
        return ""
    reached, form = held.count(True), "some"
    if None in held:
        form = "some_sure" if reached else "unsure"
    elif reached in {0, len(held)}:
        form = "all" if reached else "none"
    if form.startswith("some") and reached == 1:
        form += "_one"
    counts = {"count": language.count(reached), "total": language.count(len(held))}
    return language.text(f"key_figures.targets.{form}", **counts)
