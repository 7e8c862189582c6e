"""The sentences of the page, made from the figures. A sentence never uses a withheld figure."""

from collections.abc import Sequence
from dataclasses import dataclass

from kim_pipeline.report.changes import Change, change_of
from kim_pipeline.report.figures import Figures, Indicator
from kim_pipeline.report.language import Language
from kim_pipeline.report.towns import Comparison, TownFigure

# Reach, no support, time to naturalisation, SGB II rate; S2 and others step in for a missing one.
_KEY_FIGURES = ("C3", "S5", "N6", "J1", "S2")
_KEY_COUNT = 4
_LEAD_COUNT = 5


@dataclass(frozen=True)
class Sentence:
    """A finding: what is stressed, what follows, and what limits it."""

    strong: str
    rest: str
    note: str
    linked: bool


def key_indicators(figures: Figures) -> tuple[Indicator, ...]:
    """Choose the key figures: the four of the plan, others of the catalogue where they lack."""
    by_id = {indicator.indicator_id: indicator for indicator in figures.indicators}
    planned = [by_id[name] for name in _KEY_FIGURES if name in by_id]
    others = [indicator for indicator in figures.indicators if indicator not in planned]
    return tuple((planned + others)[:_KEY_COUNT])


def ranked_changes(figures: Figures) -> tuple[Change, ...]:
    """Give the recognisable changes of the whole Kreis: key figures first, then by size."""
    keys = key_indicators(figures)
    changes = [change_of(figures, indicator) for indicator in figures.indicators]
    moved = [change for change in changes if change.recognisable]
    return tuple(sorted(moved, key=lambda c: (c.indicator not in keys, -c.size)))


def headline(language: Language, figures: Figures) -> tuple[str, bool]:
    """State the largest recognisable changes, and whether they rest on provisional figures."""
    changes = ranked_changes(figures)
    if changes:
        return _headline_of(language, changes)
    keys = [change_of(figures, indicator) for indicator in key_indicators(figures)]
    since = figures.baseline()
    if all(change.now.value is None for change in keys):
        return language.text("headline.withheld", month=language.month(figures.month)), False
    if since is None:
        return language.text("headline.first", month=language.month(figures.month)), False
    return language.text("headline.unchanged", month=language.month(since)), False


def _headline_of(language: Language, changes: Sequence[Change]) -> tuple[str, bool]:
    first, *others = changes
    second = next((c for c in others[:3] if _phrase_key(language, c, "second")), None)
    key = _phrase_key(language, first)
    if key is None:
        return _generic_headline(language, first), first.now.provisional
    words = language.text(key)
    if second is None:
        return words, first.now.provisional
    other = language.text(_phrase_key(language, second, "second") or "")
    joined = language.text("headline.joined", first=words, second=other)
    return joined, first.now.provisional or second.now.provisional


def _phrase_key(language: Language, change: Change, place: str = "") -> str | None:
    direction = "up" if change.difference > 0 else "down"
    form = f"{place}_{direction}" if place else direction
    key = f"findings.{change.indicator.indicator_id}.{change.indicator.kind}.{form}"
    return key if language.has(key) else None


def _generic_headline(language: Language, change: Change) -> str:
    return language.text(
        "headline.generic_up" if change.difference > 0 else "headline.generic_down",
        name=change.indicator.name,
        difference=language.difference(change.difference, change.indicator.unit),
        month=language.month(change.since) if change.since else "",
    )


def lead_sentences(language: Language, figures: Figures) -> tuple[Sentence, ...]:
    """Say what the key figures are and how they changed, then the largest other change."""
    keys = [change_of(figures, indicator) for indicator in key_indicators(figures)]
    further = [change for change in ranked_changes(figures) if change not in keys]
    return tuple(lead_sentence(language, c) for c in (keys + further)[:_LEAD_COUNT])


def lead_sentence(language: Language, change: Change) -> Sentence:
    """Say one figure and its change, or why there is none."""
    indicator = change.indicator
    if change.now.value is None:
        strong = language.text("lead.withheld_strong", name=indicator.name)
        return Sentence(strong, language.text("lead.withheld_rest") + ".", "", indicator.linked)
    stem = f"findings.{indicator.indicator_id}.{indicator.kind}"
    own = language.has(f"{stem}.strong")
    strong = language.text(
        f"{stem}.strong" if own else "lead.generic_strong",
        name=indicator.name,
        value=language.amount(change.now.value, indicator.unit),
    )
    rest = language.text(f"{stem}.rest") if own else ""
    rest += _change_clause(language, change)
    return Sentence(strong, rest + ".", _note(language, change), indicator.linked)


def _change_clause(language: Language, change: Change) -> str:
    if not change.recognisable or change.since is None or change.before.value is None:
        return ""
    before = language.amount(change.before.value, change.indicator.unit)
    return language.text("lead.changed", month=language.month(change.since), before=before)


def _note(language: Language, change: Change) -> str:
    notes = []
    if change.since and not change.known:
        notes.append(language.text("lead.incomparable", month=language.month(change.since)))
    elif change.since and not change.recognisable:
        notes.append(language.text("lead.unchanged", month=language.month(change.since)))
    if change.now.provisional:
        notes.append(language.text("lead.provisional"))
    return " ".join(notes)


def key_title(language: Language, changes: Sequence[Change]) -> str:
    """Say how many of the key figures changed recognisably."""
    if not any(change.since for change in changes):
        return language.text("key_figures.title_first")
    moved = sum(change.recognisable for change in changes)
    key = {0: "title_none", 1: "title_one"}.get(moved, "title_some")
    total = language.count(len(changes))
    return language.text(
        f"key_figures.{key}", changed=language.count(moved).capitalize(), total=total
    )


def map_title(language: Language, comparison: Comparison) -> str:
    """Say how far apart the towns are."""
    if not comparison.published():
        return language.text("map.title_withheld")
    if not comparison.differ():
        return language.text("map.title_same")
    highest, lowest = comparison.extremes()
    unit = comparison.indicator.unit
    return language.text(
        "map.title_differ",
        low=language.amount(lowest[0].value or 0.0, unit),
        lowest=town_names(language, lowest),
        high=language.amount(highest[0].value or 0.0, unit),
        highest=town_names(language, highest),
    )


def dots_title(language: Language, comparison: Comparison) -> str:
    """Say which town changed most and how many did not change recognisably."""
    if comparison.district.since is None:
        return language.text("dots.title_first")
    known = [town.change for town in comparison.towns if town.change.known]
    moved = [town for town in comparison.towns if town.change.recognisable]
    if not moved:
        return language.text("dots.title_none")
    words = _largest_change(language, moved)
    still = len(known) - len(moved)
    if not still:
        return words
    key = "dots.title_rest_one" if still == 1 else "dots.title_rest_some"
    return words + language.text(
        key, count=language.count(still), total=language.count(len(comparison.towns))
    )


def _largest_change(language: Language, moved: Sequence[TownFigure]) -> str:
    """Name the town that changed most, or those that changed by the same figure."""
    first = max(moved, key=lambda town: abs(town.change.difference))
    same = [town for town in moved if town.change.difference == first.change.difference]
    direction = "up" if first.change.difference > 0 else "down"
    return language.text(
        f"dots.title_{direction}{'_each' if len(same) > 1 else ''}",
        towns=town_names(language, same),
        difference=language.difference(first.change.difference, first.change.indicator.unit),
    )


def town_names(language: Language, towns: Sequence[TownFigure]) -> str:
    """Name up to two towns, count more."""
    if len(towns) > 2:
        return language.text("map.several", count=language.count(len(towns)))
    return language.listing([town.name for town in towns])
