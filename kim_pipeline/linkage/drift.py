"""Does this month's linkage look like the last one? Judged before the register is written.

Steps between two runs stand here; what no run may look like is `first_run`, what speaks against
the estimates of quality alone is `alarms`. The limits come from stress sets with known faults; each
has a margin for chance, since a small source moves more. They are starting values: set them anew
after the first real runs.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from kim_pipeline.linkage.alarms import calibration_alarms
from kim_pipeline.linkage.chance import margin
from kim_pipeline.linkage.findings import DriftFinding, finding
from kim_pipeline.linkage.first_run import absolute_findings
from kim_pipeline.linkage.population_stability import level_shifts, shift
from kim_pipeline.linkage.summary import LinkSummary

# Two seeds of one Kreis differ by .01; a source short of a third of its people moves by .16-.26.
RATE_STEP = 0.03
# For small rates: how far the smaller source may grow or shrink in the larger one.
RATE_SHARE = 0.20
MOST_SHRUNK = 0.20
# Groups are named by one source and drift with naturalisations: twice the room of a whole source.
GROUP_STEP = 0.06
SMALLEST_GROUP = 20
# Two seeds of one Kreis differ by .01 at most; a column that is no longer filled moves by all.
FILL_STEP = 0.05
# Keys shared inside a source: two seeds .02; 5 % of the records doubled .09, a third lost .07.
SHARING_STEP = 0.05
# .01 between two seeds; a fifth of the birth dates set to 01.01. .2.
COMMONEST_STEP = 0.05
# An ordinary month rewrites 5-10 % of the records. Letters beyond ASCII are in half the addresses,
# a shifted or emptied column in all records.
MOST_REWRITTEN = 0.20
# Population stability index, summed over the comparisons; .25 is the usual border of a large shift.
# Two seeds of one Kreis stay below .01, error rates almost doubled give .13-.26, a fifth of the
# birth dates set to 01.01. .4, letters beyond ASCII lost 1, empty or shifted columns 5 and more.
LEVEL_PSI = 0.25
# One histogram over all candidates: .002 between two seeds, .1-.6 with a broken column.
WEIGHT_PSI = 0.10
# Refused unions per kept edge: .3-.4 % usual, twice that with a third kind of fault.
CONFLICT_FACTOR = 2.0
CONFLICT_FLOOR = 0.01
# An ordinary month changes .2 % of the ids at most (the target); five times that is a fault.
CHURN = 0.01
# Bits a level's weight may move, averaged over the links that show it.
MODEL_STEP = 1.0


def check_drift(summary: LinkSummary, previous: LinkSummary | None) -> list[DriftFinding]:
    """Compare a run with absolute limits and, when there is one, with the last accepted run.

    The name of a finding is its family, a colon and what it is about; a rule of the quality checks
    says what a family means and whether it stops the run.
    """
    found = [*absolute_findings(summary), *calibration_alarms(summary, previous)]
    return found if previous is None else [*found, *_steps(summary, previous)]


def _steps(summary: LinkSummary, previous: LinkSummary) -> Iterator[DriftFinding]:
    usual = max(CONFLICT_FACTOR * _conflicts(previous), CONFLICT_FLOOR)
    yield finding("conflicts", _conflicts(summary), usual + margin(summary.edges, usual))
    churn = summary.changed_records / max(summary.known_records, 1)
    yield finding("churn", churn, CHURN + margin(summary.known_records, CHURN))
    yield from _shrunk(summary, previous)
    yield from _rewritten(summary)
    yield from _rates(summary, previous)
    yield from _group_rates(summary, previous)
    yield from _levels(summary, previous)
    yield from _weights(summary, previous)
    yield from _fill(summary, previous)
    yield from _sharing(summary, previous)
    yield from _commonest(summary, previous)
    yield from _model(summary, previous)


@dataclass(frozen=True)
class _Step:
    """A share before and now, and of how many records."""

    subject: str
    before: float
    now: float
    count: int

    def judged(self, family: str, limit: float) -> DriftFinding:
        step = abs(self.now - self.before)
        return finding(f"{family}: {self.subject}", step, limit + margin(self.count, self.before))


def _shrunk(summary: LinkSummary, previous: LinkSummary) -> Iterator[DriftFinding]:
    """Judge sizes: growth shows by doubled people, a loss in a small source by nothing else."""
    for source, before in sorted(previous.records.items()):
        lost = 1 - summary.records.get(source, 0) / max(before, 1)
        yield finding(f"shrunk: {source}", max(lost, 0.0), MOST_SHRUNK + margin(before, 1.0))


def _rewritten(summary: LinkSummary) -> Iterator[DriftFinding]:
    for source, (known, changed) in sorted(summary.rewritten.items()):
        limit = MOST_REWRITTEN + margin(known, MOST_REWRITTEN)
        yield finding(f"rewritten: {source}", changed / known, limit)


def _rates(summary: LinkSummary, previous: LinkSummary) -> Iterator[DriftFinding]:
    for name, rate in sorted(previous.link_rate.items()):
        count = previous.records[name.split(" -> ")[0]]
        step = _Step(name, rate, summary.link_rate.get(name, 0.0), count)
        yield step.judged("link_rate", min(RATE_STEP, RATE_SHARE * rate))


def _group_rates(summary: LinkSummary, previous: LinkSummary) -> Iterator[DriftFinding]:
    for name, groups in sorted(previous.group_rate.items()):
        for group, (searched, found) in sorted(groups.items()):
            searched_now, found_now = summary.group_rate.get(name, {}).get(group, (0, 0))
            count = min(searched, searched_now)
            if count >= SMALLEST_GROUP:
                rates = found / searched, found_now / searched_now
                step = _Step(f"{name}: {group}", *rates, count)
                yield step.judged("group_rate", GROUP_STEP)


def _levels(summary: LinkSummary, previous: LinkSummary) -> Iterator[DriftFinding]:
    for pair, moved, name in level_shifts(summary, previous):
        yield finding(f"levels: {pair}: {name}", moved, LEVEL_PSI)


def _weights(summary: LinkSummary, previous: LinkSummary) -> Iterator[DriftFinding]:
    """Compare the weights of all candidates; under another model they mean something else."""
    same = summary.model_version == previous.model_version
    if same and summary.weights.keys() == previous.weights.keys():
        before, now = tuple(previous.weights.values()), tuple(summary.weights.values())
        yield finding("weights", shift(before, now), WEIGHT_PSI)


def _fill(summary: LinkSummary, previous: LinkSummary) -> Iterator[DriftFinding]:
    for source, rates in sorted(previous.fill.items()):
        now = summary.fill.get(source, {})
        yield _largest(source, rates, now, previous.records[source]).judged("fill", FILL_STEP)


def _sharing(summary: LinkSummary, previous: LinkSummary) -> Iterator[DriftFinding]:
    for source, keys in sorted(previous.sharing.items()):
        rates = {key: one.shared for key, one in keys.items()}
        now = {key: one.shared for key, one in summary.sharing.get(source, {}).items()}
        step = _largest(source, rates, now, previous.records[source])
        yield step.judged("sharing", SHARING_STEP)


def _commonest(summary: LinkSummary, previous: LinkSummary) -> Iterator[DriftFinding]:
    for source, rates in sorted(previous.commonest.items()):
        now = summary.commonest.get(source, {})
        step = _largest(source, rates, now, previous.records[source])
        yield step.judged("commonest", COMMONEST_STEP)


def _largest(source: str, before: dict[str, float], now: dict[str, float], count: int) -> _Step:
    """Take the column that moved most beyond its own chance."""
    steps = [_Step(f"{source}: {c}", rate, now.get(c, 0.0), count) for c, rate in before.items()]
    return max(steps, key=lambda s: abs(s.now - s.before) - margin(count, s.before))


def _model(summary: LinkSummary, previous: LinkSummary) -> Iterator[DriftFinding]:
    """Compare the weights of two models, each level counted as often as links show it."""
    moved = {}
    for name, now in summary.model_weights.items():
        before = previous.model_weights.get(name, ())
        shown = np.array([levels[name][1:] for levels in summary.levels.values()]).sum(axis=0)
        if len(now) == len(before) and np.sum(shown):
            steps = np.abs(np.array(now) - np.array(before))
            moved[name] = float((shown * steps).sum() / shown.sum())
    if moved:
        name = max(moved, key=lambda one: moved[one])
        yield finding(f"model: {name}", moved[name], MODEL_STEP)


def _conflicts(summary: LinkSummary) -> float:
    return summary.conflicts / max(summary.edges, 1)
