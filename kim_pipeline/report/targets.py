"""Targets against figures: reached or not, and by how much, in words."""

from kim_pipeline.report.figures import Cell, Indicator
from kim_pipeline.report.language import Language
from kim_pipeline.steering import Target


def reached(target: Target, value: float) -> bool:
    """Tell whether a figure meets a target."""
    return value >= target.value if target.direction == "at_least" else value <= target.value


def target_line(language: Language, indicator: Indicator, cell: Cell) -> tuple[str, str]:
    """Say what the target is and whether the whole Kreis meets it; with the urgency of that."""
    target = indicator.target
    if target is None:
        return "", ""
    words = language.text(
        f"targets.{target.direction}", value=language.amount(target.value, indicator.unit)
    )
    if cell.value is None:
        return language.text("targets.unknown", target=words), ""
    if reached(target, cell.value):
        return language.text("targets.reached", target=words), "done"
    distance = language.difference(cell.value - target.value, indicator.unit)
    key = f"targets.missed_{target.direction}"
    return language.text(key, target=words, distance=distance), "act"
