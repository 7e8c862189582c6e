"""What speaks against the estimated quality of links, and what then stands in its place.

An alarm stops no run: links may be as good as ever where an assumption of the estimate fails. It
stops the figures, which are then "not identified".
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from kim_pipeline.linkage.calibration.quality import QualityEstimate
from kim_pipeline.linkage.chance import margin
from kim_pipeline.linkage.findings import DriftFinding, finding
from kim_pipeline.linkage.population_stability import level_shifts
from kim_pipeline.linkage.summary import LinkSummary
from kim_pipeline.warehouse.link_estimates import LinkEstimate

# Stability index of the levels of links: .10 is the usual border of a noticeable shift. Two seeds
# of one Kreis stay below .01; errors almost twice as frequent give .13-.26.
AGREEMENT_PSI = 0.10
# A source has no more partners in another than records; a step of .03 is ten times what two seeds
# of one Kreis differ by, a source short of a third of its people moves by .28.
MOST_COVERAGE = 1.0
COVERAGE_STEP = 0.03
# The method takes one record per person and source apart from few duplicates. Of 100 records 7
# share their person with another in the worst source known, .5 and 2 in the large ones; with 6 % of
# the records doubled 13 do.
MOST_DUPLICATES = 0.10
DUPLICATE_STEP = 0.02
# Records whose partner is hidden should find no other: .2-1.1 % do, 1.5 % and more under faults.
MOST_RELINKED = 0.015
# Recall lies up to .001 above its bound where third sources are small (three seeds); the band of an
# estimate is no narrower than this on each side.
TRIANGLE_SLACK = 0.01
SMALLEST = 50
_NOTHING: dict[str, Any] = dict.fromkeys(
    f"{name}{end}" for name in ("precision", "recall") for end in ("", "_low", "_high")
)
METHOD = "method"
FAMILIES = ("agreement", "coverage", "duplicates", "relinked", "curve", "triangle", "identifier")


def calibration_alarms(summary: LinkSummary, previous: LinkSummary | None) -> list[DriftFinding]:
    """Judge the facts of the calibration; `sources` of a finding says whose estimates it stops."""
    return [
        *_agreement(summary, previous),
        *_coverage(summary, previous),
        *_duplicates(summary, previous),
        *_relinked(summary),
        *_monotone(summary),
        *_above_triangle(summary),
        *_outside_identifier(summary),
    ]


def estimates_to_store(summary: LinkSummary, previous: LinkSummary | None) -> list[LinkEstimate]:
    """Give the estimates of a run, without figures where an alarm or the method forbids them."""
    fired = [alarm for alarm in calibration_alarms(summary, previous) if not alarm.passed]
    return [_stored(estimate, fired) for estimate in summary.quality]


def _stored(estimate: QualityEstimate, fired: Sequence[DriftFinding]) -> LinkEstimate:
    reasons = sorted({alarm.family for alarm in fired if _concerns(alarm, estimate)})
    reason = METHOD if not estimate.identified else ", ".join(reasons)
    stored = LinkEstimate(
        source=estimate.source,
        other_source=estimate.other_source,
        nationality_group=estimate.nationality_group,
        pairs=estimate.pairs,
        precision=estimate.precision,
        precision_low=estimate.precision_low,
        precision_high=estimate.precision_high,
        recall=estimate.recall,
        recall_low=estimate.recall_low,
        recall_high=estimate.recall_high,
        identified=not reason,
        reason=reason or None,
    )
    return stored if stored.identified else replace(stored, **_NOTHING)


def _concerns(alarm: DriftFinding, estimate: QualityEstimate) -> bool:
    """Tell whether an alarm is about an estimate; that of all links shares every alarm."""
    pair = (estimate.source, estimate.other_source)
    if not estimate.source or not alarm.sources:
        return True
    if len(alarm.sources) == 1:
        return alarm.sources[0] in pair
    return sorted(alarm.sources) == sorted(pair)


def _agreement(summary: LinkSummary, previous: LinkSummary | None) -> Iterator[DriftFinding]:
    if previous is not None:
        for pair, moved, _ in level_shifts(summary, previous):
            one, other = pair.split(" + ")
            yield finding(f"agreement: {pair}", moved, AGREEMENT_PSI, (one, other))


def _coverage(summary: LinkSummary, previous: LinkSummary | None) -> Iterator[DriftFinding]:
    before = previous.facts.coverage if previous else {}
    for name, share in sorted(summary.facts.coverage.items()):
        one, other = name.split(" -> ")
        count = summary.records[one]
        limit = MOST_COVERAGE + margin(count, 1.0)
        yield finding(f"coverage: {name}: possible", share, limit, (one, other))
        if name in before:
            step = abs(share - before[name])
            limit = COVERAGE_STEP + margin(count, before[name])
            yield finding(f"coverage: {name}: step", step, limit, (one, other))


def _duplicates(summary: LinkSummary, previous: LinkSummary | None) -> Iterator[DriftFinding]:
    before = previous.facts.duplicates if previous else {}
    for source, share in sorted(summary.facts.duplicates.items()):
        count = summary.records[source]
        limit = MOST_DUPLICATES + margin(count, MOST_DUPLICATES)
        yield finding(f"duplicates: {source}: few", share, limit, (source,))
        if source in before:
            step = abs(share - before[source])
            limit = DUPLICATE_STEP + margin(count, before[source])
            yield finding(f"duplicates: {source}: step", step, limit, (source,))


def _relinked(summary: LinkSummary) -> Iterator[DriftFinding]:
    facts = summary.facts
    if facts.hidden >= SMALLEST:
        limit = MOST_RELINKED + margin(facts.hidden, MOST_RELINKED)
        yield finding("relinked: all", facts.relinked / facts.hidden, limit)


def _monotone(summary: LinkSummary) -> Iterator[DriftFinding]:
    if summary.facts.fitted_pairs:
        yield finding("curve: all", float(not summary.facts.monotone), 0.0)


def _above_triangle(summary: LinkSummary) -> Iterator[DriftFinding]:
    """Compare with an upper bound: links through a third source are those of good records."""
    for pair, estimate in _estimates(summary):
        bound = summary.facts.triangle_recall.get(pair)
        if bound is not None and estimate.identified:
            above = max(estimate.recall - bound, 0.0)
            sources = (estimate.source, estimate.other_source)
            yield finding(f"triangle: {pair}", above, TRIANGLE_SLACK, sources)


def _outside_identifier(summary: LinkSummary) -> Iterator[DriftFinding]:
    """Compare the band with the recall among records that a number had linked already.

    Records with a number are a little better than others, so that the bands need only meet.
    """
    for pair, estimate in _estimates(summary):
        interval = summary.facts.identifier_recall.get(pair)
        if interval is not None and estimate.identified:
            _, low, high = interval
            apart = max(low - estimate.recall_high, estimate.recall_low - high, 0.0)
            sources = (estimate.source, estimate.other_source)
            yield finding(f"identifier: {pair}", apart, 0.0, sources)


def _estimates(summary: LinkSummary) -> list[tuple[str, QualityEstimate]]:
    return [
        (f"{one.source} + {one.other_source}", one)
        for one in summary.quality
        if one.source and not one.nationality_group
    ]
