"""Targets against figures: reached or not, and by how much, in words."""

from collections.abc import Mapping, Sequence
from datetime import date

from kim_pipeline.periods import last_day
from kim_pipeline.report.changes import Change, is_beyond
from kim_pipeline.report.figures import Cell, Indicator
from kim_pipeline.report.language import Language
from kim_pipeline.steering import Target


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


def target_line(language: Language, month: date, change: Change) -> tuple[str, str]:
    """Say what the target is and whether the whole Kreis meets it; with the urgency of that."""
    indicator, cell, margin = change.indicator, change.now, change.margin
    target = indicator.target
    if target is None:
        return "", ""
    words = target_words(language, target, indicator.unit)
    if cell.value is None:
        return language.text("targets.unknown", target=words), ""
    reached = met(indicator, cell, margin)
    if reached is None:
        return language.text(f"targets.unsure_{_reason(cell, margin)}", target=words), ""
    if reached:
        return language.text("targets.reached", target=words), "done"
    due = is_due(target, month)
    key = f"targets.{'missed' if due else 'ahead'}_{target.direction}"
    distance = language.difference(cell.value - target.value, indicator.unit)
    by = language.month(target.by)
    said = language.text(key, target=words, distance=distance, month=by)
    return said, "act" if due else "watch"


def target_words(language: Language, target: Target, unit: str) -> str:
    """Write a target with its direction, as in `mindestens 25 %`."""
    return language.text(f"targets.{target.direction}", value=language.amount(target.value, unit))


def is_due(target: Target, month: date) -> bool:
    """Tell whether the day of a target has come by the end of a month."""
    return target.by <= last_day(month)


def _reason(cell: Cell, margin: float | None) -> str:
    """Tell why nobody can say whether a target is met."""
    if cell.provisional:
        return "provisional"
    return "links" if margin is None else "near"


def targets_clause(language: Language, changes: Sequence[Change]) -> str:
    """Say how many of the targets are reached, where there are any."""
    held = [
        met(change.indicator, change.now, change.margin)
        for change in changes
        if change.indicator.target is not None and change.now.value is not None
    ]
    if not held:
        return ""
    counts = {"reached": held.count(True), "missed": held.count(False), "unsure": held.count(None)}
    total = language.count(len(held))
    if counts["unsure"] == len(held):
        return language.text("key_figures.targets.unsure")
    if counts["unsure"]:
        return language.text(
            "key_figures.targets.mixed", total=total, words=_parts(language, counts)
        )
    reached, form = counts["reached"], "some"
    if reached in {0, len(held)}:
        form = "all" if reached else "none"
    elif reached == 1:
        form = "some_one"
    count = language.count(reached)
    return language.text(f"key_figures.targets.{form}", count=count, total=total)


def _parts(language: Language, counts: Mapping[str, int]) -> str:
    """List how many targets are reached, not reached and not to be judged."""
    single = language.text("key_figures.targets.single")
    return ", ".join(
        language.text(
            f"key_figures.targets.words.{name}",
            count=single if count == 1 else language.count(count),
        )
        for name, count in counts.items()
        if count
    )
