"""How far a figure may be wrong beyond its noise: missing links, and reports still to come.

Links: of the persons who are in both sources, recall says which share was found. What is counted
because a link was found is too low by value x (1 / recall - 1); what is counted because none was
found is too high by the share of the found x (1 / recall - 1); a count of the latter has no bound,
since it does not say how many were found. The lower end of recall's band is taken, so the error is
rather told too large. Late reports: the value times the share of persons whom the source usually
tells late; a duration has no such bound.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from kim_pipeline.report.figures import Cell, Figures, Indicator
from kim_pipeline.report.pages.plan import Plan

_SURE, _GOOD = 1.0, 2.0
_WHOLE = 100.0


@dataclass(frozen=True)
class Doubt:
    """The estimated error of a figure in its unit; None where it cannot be bounded."""

    links: float | None = 0.0
    late: float | None = 0.0

    @property
    def margin(self) -> float | None:
        """Give what a change must exceed to count."""
        return None if self.links is None or self.late is None else self.links + self.late


def doubt(plan: Plan, figures: Figures, indicator: Indicator, cell: Cell) -> Doubt:
    """Estimate the errors of a published figure of the month."""
    return Doubt(
        links=_of_links(plan, figures, indicator, cell) if indicator.linked else 0.0,
        late=_of_late_reports(plan, figures, indicator, cell) if cell.provisional else 0.0,
    )


def grade(plan: Plan, figures: Figures, indicator: Indicator, cell: Cell) -> str:
    """Mark a linked figure: A below 1 point of error, B up to 2, C above; `?` where unknown.

    Of figures that are no shares the error is taken in percent of the figure.
    """
    if not indicator.linked:
        return ""
    error = _of_links(plan, figures, indicator, cell)
    if error is None or cell.value is None:
        return "?"
    points = error if indicator.unit == "percent" else _WHOLE * error / max(cell.value, 1.0)
    return "A" if points < _SURE else "B" if points <= _GOOD else "C"


def _of_links(plan: Plan, figures: Figures, indicator: Indicator, cell: Cell) -> float | None:
    recalls = list(_recalls(figures, indicator))
    if cell.value is None or not recalls or min(recalls) <= 0:
        return None
    found = cell.value
    if indicator.indicator_id in plan.counts_the_unlinked:
        if indicator.unit != "percent":
            return None
        found = max(0.0, _WHOLE - cell.value)
    return found * (_WHOLE / min(recalls) - 1)


def _recalls(figures: Figures, indicator: Indicator) -> Iterator[float]:
    """Give the lower ends of recall between the sources of an indicator, all persons."""
    sources = set(indicator.source_ids)
    for rate in figures.link_rates:
        pair = {rate.source, rate.other_source}
        if pair <= sources and not rate.group and rate.estimate.recall is not None:
            yield rate.estimate.recall[0]


def _of_late_reports(
    plan: Plan, figures: Figures, indicator: Indicator, cell: Cell
) -> float | None:
    if cell.value is None or indicator.unit not in {"percent", "persons", "per_1000"}:
        return None
    shares = []
    for delivery in figures.deliveries:
        if delivery.provisional and delivery.source in indicator.source_ids:
            late = figures.cell(plan.told_late.get(delivery.source, "")).value
            if late is None:
                return None
            shares.append(late)
    return cell.value * max(shares) / _WHOLE if shares else None
