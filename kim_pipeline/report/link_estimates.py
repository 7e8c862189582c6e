"""The estimated quality of links in words a reader can count with: so many of a thousand."""

from dataclasses import dataclass

from kim_pipeline.report.cells import ShownCell, show
from kim_pipeline.report.charts.link_dots import LinkPanel
from kim_pipeline.report.figures import Band, Cell, Estimate
from kim_pipeline.report.language import Language

_PER_MILLE = 10


@dataclass(frozen=True)
class EstimateRow:
    """A pair of sources, all persons, and how many of a thousand are wrong or missed."""

    pair: str
    wrong: ShownCell
    missed: ShownCell


def wrong(language: Language, estimate: Estimate) -> ShownCell:
    """Write how many of a thousand links are wrong."""
    return _of_a_thousand(language, estimate, estimate.precision)


def missed(language: Language, estimate: Estimate) -> ShownCell:
    """Write how many of a thousand links that should be there are missing."""
    return _of_a_thousand(language, estimate, estimate.recall)


def estimate_rows(language: Language, panels: tuple[LinkPanel, ...]) -> tuple[EstimateRow, ...]:
    """List the pairs of sources once each: a link has no direction."""
    return tuple(
        EstimateRow(
            language.text("quality.pair_both", source=panel.source, other=panel.other_source),
            wrong(language, panel.estimates[0]),
            missed(language, panel.estimates[0]),
        )
        for panel in _pairs(panels)
    )


def estimate_title(language: Language, panels: tuple[LinkPanel, ...]) -> str:
    """Say how many links are wrong and missed at most, over all pairs with an estimate."""
    known = [panel.estimates[0] for panel in _pairs(panels)]
    wrongs = [e.precision[0] for e in known if e.precision is not None]
    misses = [e.recall[0] for e in known if e.recall is not None]
    if not wrongs or not misses:
        return language.text("quality.estimate_title")
    return language.text(
        "quality.estimate_finding",
        wrong=language.number(_PER_MILLE * (100 - min(wrongs))),
        missed=language.number(_PER_MILLE * (100 - min(misses))),
    )


def estimate_line(language: Language, panels: tuple[LinkPanel, ...]) -> str:
    """Say in a sentence how good the links are between the sources that share most persons."""
    known = [panel for panel in _pairs(panels) if panel.estimates[0].status == "estimated"]
    if not known:
        return language.text("quality.estimate_none")
    largest = max(known, key=lambda panel: panel.overall.numerator or 0)
    return language.text(
        "quality.estimate_line",
        source=largest.source,
        other=largest.other_source,
        wrong=wrong(language, largest.estimates[0]).text,
        missed=missed(language, largest.estimates[0]).text,
    )


def _pairs(panels: tuple[LinkPanel, ...]) -> list[LinkPanel]:
    """Keep one direction of each pair, the one with the higher rate, which comes first."""
    seen: dict[frozenset[str], LinkPanel] = {}
    for panel in panels:
        seen.setdefault(frozenset((panel.source, panel.other_source)), panel)
    return list(seen.values())


def _of_a_thousand(language: Language, estimate: Estimate, right: Band | None) -> ShownCell:
    if right is None:
        if estimate.status == "not_identified":
            return ShownCell(language.text("quality.not_identified"), "", "", True)
        return show(language, Cell(estimate.status))
    low, high = (_PER_MILLE * (100 - share) for share in reversed(right))
    words = {"low": language.number(low), "high": language.number(high)}
    key = "between" if 0 < low < high else "at_most"
    text = words["high"] if low == high else language.text(f"quality.{key}", **words)
    return ShownCell(text, "", "", True)
