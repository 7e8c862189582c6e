"""Counts behind the data-quality box: persons per source and link rates between sources.

They are measured and protected like indicators, but are not indicators of the catalogue: they go
to `published.source_quality` and `published.link_quality`.
"""

from collections.abc import Sequence
from itertools import permutations

from kim_pipeline.indicators.conditions import PRESENCE, parse_population
from kim_pipeline.indicators.indicator import Breakdown, Indicator
from kim_pipeline.indicators.kinds import FORMS, Kind

SOURCE_PREFIX = "source:"
LINK_PREFIX = "link:"


def source_id(source: str) -> str:
    """Name the count of a source's persons in the ledger."""
    return SOURCE_PREFIX + source


def link_id(source: str, other: str) -> str:
    """Name the link rate from a source to another in the ledger."""
    return f"{LINK_PREFIX}{source}:{other}"


def link_pair(indicator_id: str) -> tuple[str, str]:
    """Give source and other source of a link rate's name."""
    source, other = indicator_id.removeprefix(LINK_PREFIX).split(":")
    return source, other


def quality_counts(sources: Sequence[str]) -> tuple[Indicator, ...]:
    """List the counts: persons of each source, and the link rate of each ordered pair."""
    persons = tuple(_persons(source) for source in sources)
    return persons + tuple(_link_rate(source, other) for source, other in permutations(sources, 2))


def _persons(source: str) -> Indicator:
    return _count(source_id(source), "count", (source,), {PRESENCE + source: True}, None)


def _link_rate(source: str, other: str) -> Indicator:
    # Germans are not looked for: the immigration office need not know them.
    looked_for = {PRESENCE + source: True, "nationality_group": {"not": ["GERMAN"]}}
    found = {**looked_for, PRESENCE + other: True}
    return _count(link_id(source, other), "share", (source, other), found, looked_for)


def _count(
    name: str,
    kind: Kind,
    sources: tuple[str, ...],
    numerator: dict[str, object],
    denominator: dict[str, object] | None,
) -> Indicator:
    by_group = () if denominator is None else (Breakdown(False, ("nationality_group",)),)
    return Indicator(
        id=name,
        name_de=name,
        name_en=name,
        definition_de=name,
        definition_en=name,
        kind=kind,
        unit=FORMS[kind].units[0],
        baustein=(),
        sources=sources,
        linked=denominator is not None,
        numerator=parse_population(name, numerator),
        denominator=None if denominator is None else parse_population(name, denominator),
        breakdowns=(Breakdown(False, ()), *by_group),
        structural_zeros={"nationality_group": frozenset({"GERMAN"})} if by_group else {},
    )
