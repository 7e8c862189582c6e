"""What no run of linkage may look like, with or without a run before it.

A broken first delivery has nothing to be compared with, so these limits are wide: they stop
what cannot be right anywhere, not what is unusual.
"""

from collections.abc import Iterator

from kim_pipeline.linkage.chance import margin
from kim_pipeline.linkage.comparisons import COMPARISONS
from kim_pipeline.linkage.findings import DriftFinding, finding
from kim_pipeline.linkage.summary import LinkSummary

SMALLEST = 50
# A source without these fields for half its people cannot be linked as the model was learnt.
NEEDED = ("given", "family", "dob", "plz", "nat")
MOST_MISSING = 0.5
# 23 % of the people of one nationality have 01.01. (AZR 2020), 47 % of the refugees of one Kreis;
# the commonest given name of a group 15 %, the commonest family name of a whole file 2 %.
MOST_COMMON = {"given": 0.20, "family": 0.20, "dob": 0.10, "dob_dm": 0.60}
# Birth date and whole name shared inside a source: duplicates, 4 % in the worst source known.
PERSON_KEY = "k6"
MOST_SHARED = 0.20
# Links whose names or birth dates disagree or stand in each other's column: some percent usually.
DISAGREEING = ("given", "family", "birth_date")
_AGAINST = ("else", "swapped")
MOST_DISAGREE = 0.5
# Every source has a neighbour that shares a fifth of the people of the smaller of both.
LEAST_FOUND = 0.20
# Usual are .3-.4 %; 2 % with planted faults.
MOST_CONFLICTS = 0.05


def absolute_findings(summary: LinkSummary) -> list[DriftFinding]:
    """Hold a run against limits that need no run before it."""
    return [
        _conflicts(summary),
        *_missing(summary),
        *_common(summary),
        *_doubled(summary),
        *_disagreeing(summary),
        *_unfound(summary),
    ]


def _conflicts(summary: LinkSummary) -> DriftFinding:
    share = summary.conflicts / max(summary.edges, 1)
    limit = MOST_CONFLICTS + margin(summary.edges, MOST_CONFLICTS)
    return finding("conflicts: any", share, limit)


def _missing(summary: LinkSummary) -> Iterator[DriftFinding]:
    for source in _large(summary):
        rates = summary.fill[source]
        missing = {column: 1 - rates[column] for column in NEEDED}
        worst = max(missing, key=missing.__getitem__)
        for column, share in missing.items():
            if column == worst or share > MOST_MISSING:
                yield finding(f"missing: {source}: {column}", share, MOST_MISSING)


def _common(summary: LinkSummary) -> Iterator[DriftFinding]:
    for source in _large(summary):
        for column, share in summary.commonest.get(source, {}).items():
            yield finding(f"one_value: {source}: {column}", share, MOST_COMMON[column])


def _doubled(summary: LinkSummary) -> Iterator[DriftFinding]:
    for source in _large(summary):
        if source in summary.sharing:
            share = summary.sharing[source][PERSON_KEY].shared
            yield finding(f"doubled: {source}", share, MOST_SHARED)


def _disagreeing(summary: LinkSummary) -> Iterator[DriftFinding]:
    for pair, levels in sorted(summary.levels.items()):
        one, other = pair.split(" + ")
        for comparison in DISAGREEING:
            compared, lowest = levels[comparison][1:], _lowest(comparison)
            if one != other and sum(compared) >= SMALLEST:
                share = sum(compared[:lowest]) / sum(compared)
                yield finding(f"disagreeing: {pair}: {comparison}", share, MOST_DISAGREE)


def _lowest(name: str) -> int:
    """Count the levels of a comparison, from disagreement up, that speak against a pair."""
    (comparison,) = (one for one in COMPARISONS if one.name == name)
    return sum(level.label in _AGAINST for level in comparison.levels)


def _unfound(summary: LinkSummary) -> Iterator[DriftFinding]:
    """Say, per source, what the best direction of its best pair lacks."""
    for source, count in sorted(summary.records.items()):
        near = [rate for name, rate in summary.link_rate.items() if source in name.split(" -> ")]
        if near and count >= SMALLEST:
            lacking = 1 - max(near)
            yield finding(f"unfound: {source}", lacking, 1 - LEAST_FOUND)


def _large(summary: LinkSummary) -> list[str]:
    """Leave out sources whose shares mean nothing."""
    return [source for source, count in sorted(summary.records.items()) if count >= SMALLEST]
