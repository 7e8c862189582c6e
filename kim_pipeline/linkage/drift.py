"""Does this month's linkage look like the last one? Judged before the register is written.

The limits come from stress sets with known faults (broken names, birth dates set to 01.01., a
source short of a third of its people); each has a margin for chance, since a small source moves
more. They are starting values: set them anew after the first real runs.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from kim_pipeline.linkage.summary import LinkSummary

RATE_STEP = 0.03
FILL_STEP = 0.05
LEVEL_PSI = 0.10
CONFLICT_FACTOR = 2.0
CONFLICT_FLOOR = 0.01
FIRST_CONFLICTS = 0.05
CHURN = 0.01
SMALLEST = 50


@dataclass(frozen=True)
class DriftFinding:
    """One comparison with the run before: good when `observed` does not exceed `limit`."""

    name: str
    passed: bool
    observed: float
    limit: float


def check_drift(summary: LinkSummary, previous: LinkSummary | None) -> list[DriftFinding]:
    """Compare a run with the last accepted one; without one only the conflicts are judged.

    Findings: `conflicts` (refused unions per kept edge), `churn` (records whose id changed), and
    per source pair or source `link_rate`, `levels` (population stability index of the worst
    comparison) and `fill` (of the column that moved most). The caller refuses to write the register
    when one did not pass.
    """
    return list(_findings(summary, previous))


def population_stability(before: tuple[int, ...], now: tuple[int, ...]) -> float:
    """Give the population stability index of two histograms, half a count added to each cell."""
    p = (np.array(before) + 0.5) / (sum(before) + 0.5 * len(before))
    q = (np.array(now) + 0.5) / (sum(now) + 0.5 * len(now))
    return float(((q - p) * np.log(q / p)).sum())


def _findings(summary: LinkSummary, previous: LinkSummary | None) -> Iterator[DriftFinding]:
    if previous is None:
        yield _finding("conflicts", _conflicts(summary), FIRST_CONFLICTS + _chance(summary.edges))
        return
    usual = max(CONFLICT_FACTOR * _conflicts(previous), CONFLICT_FLOOR)
    yield _finding("conflicts", _conflicts(summary), usual + _chance(summary.edges))
    churn = summary.changed_records / max(summary.known_records, 1)
    yield _finding("churn", churn, CHURN + _chance(summary.known_records))
    yield from _rates(summary, previous)
    yield from _levels(summary, previous)
    yield from _fill(summary, previous)


def _rates(summary: LinkSummary, previous: LinkSummary) -> Iterator[DriftFinding]:
    for name in sorted(previous.link_rate):
        source = name.split(" -> ")[0]
        step = abs(summary.link_rate.get(name, 0.0) - previous.link_rate[name])
        limit = RATE_STEP + _chance(previous.records[source])
        yield _finding(f"link_rate: {name}", step, limit)


def _levels(summary: LinkSummary, previous: LinkSummary) -> Iterator[DriftFinding]:
    for pair in sorted(previous.levels):
        before, now = previous.levels[pair], summary.levels.get(pair, {})
        sizes = [_size(before), _size(now)]
        if min(sizes) < SMALLEST:
            continue
        margin = sum(2 / size for size in sizes)
        worst = max(
            (population_stability(before[c], now[c]) - margin * len(before[c]), c) for c in before
        )
        yield _finding(f"levels: {pair}: {worst[1]}", max(worst[0], 0.0), LEVEL_PSI)


def _fill(summary: LinkSummary, previous: LinkSummary) -> Iterator[DriftFinding]:
    for source in sorted(previous.fill):
        before, now = previous.fill[source], summary.fill.get(source, {})
        step, column = max((abs(now.get(c, 0.0) - rate), c) for c, rate in before.items())
        limit = FILL_STEP + _chance(previous.records[source])
        yield _finding(f"fill: {source}: {column}", step, limit)


def _size(levels: dict[str, tuple[int, ...]]) -> int:
    return max((sum(counts) for counts in levels.values()), default=0)


def _conflicts(summary: LinkSummary) -> float:
    return summary.conflicts / max(summary.edges, 1)


def _chance(count: int) -> float:
    """Allow a handful of records, whatever the share they are."""
    return 5 / max(count, 1)


def _finding(name: str, observed: float, limit: float) -> DriftFinding:
    return DriftFinding(name, observed <= limit, round(observed, 6), round(limit, 6))
