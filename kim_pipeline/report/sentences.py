"""The sentences of the page, made from the figures. A sentence never uses a withheld figure."""

from collections.abc import Sequence

from kim_pipeline.report.changes import Change, change_of
from kim_pipeline.report.document import Sentence
from kim_pipeline.report.doubts import grade
from kim_pipeline.report.figures import Figures, Indicator
from kim_pipeline.report.language import Language
from kim_pipeline.report.pages.plan import read_plan
from kim_pipeline.report.targets import targets_clause
from kim_pipeline.report.towns import Comparison, TownFigure

_KEY_COUNT = 4
_LEAD_COUNT = 5


def key_indicators(figures: Figures) -> tuple[Indicator, ...]:
    """Choose the key figures: the four of the plan, others of the catalogue where they lack."""
    by_id = {indicator.indicator_id: indicator for indicator in figures.indicators}
    plan = read_plan()
    planned = [by_id[name] for name in (*plan.keys, *plan.instead) if name in by_id]
    others = [indicator for indicator in figures.indicators if indicator not in planned]
    return tuple((planned + others)[:_KEY_COUNT])


def ranked_changes(figures: Figures) -> tuple[Change, ...]:
    """Give the notable changes of the main figures: key figures first, then by size."""
    keys = key_indicators(figures)
    main = read_plan().main
    changes = [change_of(figures, i) for i in figures.indicators if i.indicator_id in main]
    moved = [change for change in changes if change.notable]
    return tuple(sorted(moved, key=lambda c: (c.indicator not in keys, -c.size)))


def ranked(changes: Sequence[Change]) -> list[Change]:
    """Give the certain changes: notable ones, key figures and targets first, then by size.

    Published figures that did not change for certain follow in their order.
    """
    certain = sorted(
        (c for c in changes if c.certain), key=lambda c: (not c.notable, _place(c), -c.size)
    )
    return certain + [c for c in changes if not c.certain and c.now.value is not None]


def _place(change: Change) -> int:
    """Put key figures and those with a target first, then the main figures, then details."""
    name, plan = change.indicator.indicator_id, read_plan()
    if change.indicator.target is not None or name in plan.keys:
        return 0
    return 1 if name in plan.main else 2


def headline(language: Language, figures: Figures) -> tuple[str, bool]:
    """State the largest notable changes, and whether they rest on provisional figures."""
    changes = ranked_changes(figures)
    if changes:
        return _headline_of(language, changes)
    keys = [change_of(figures, indicator) for indicator in key_indicators(figures)]
    since = figures.baseline()
    if all(change.now.value is None for change in keys):
        return language.text("headline.withheld", month=language.month(figures.month)), False
    if since is None:
        return language.text("headline.first", month=language.month(figures.month)), False
    slight = any(change.certain for change in keys)
    key = "headline.slight" if slight else "headline.unchanged"
    return language.text(key, month=language.month(since)), False


def _headline_of(language: Language, changes: Sequence[Change]) -> tuple[str, bool]:
    first, *others = changes
    second = next((c for c in others[:3] if _phrase_key(language, c, "second")), None)
    key = _phrase_key(language, first)
    if key is None:
        return _generic_headline(language, first), first.now.provisional
    words = language.text(key)
    if second is None:
        return _with_figures(language, words, first), first.now.provisional
    other = language.text(_phrase_key(language, second, "second") or "")
    joined = language.text("headline.joined", first=words, second=other)
    return joined, first.now.provisional or second.now.provisional


def _with_figures(language: Language, words: str, change: Change) -> str:
    """Add to a finding the figure now and before; their unit stands where the language has it."""
    unit, now, before = change.indicator.unit, change.now.value, change.before.value
    if now is None or before is None:
        return words
    last = language.locale == "de"
    return language.text(
        "headline.figures_up" if change.difference > 0 else "headline.figures_down",
        words=words,
        now=language.number(now) if last else language.amount(now, unit),
        before=language.amount(before, unit) if last else language.number(before),
    )


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
    return tuple(lead_sentence(language, figures, c) for c in (keys + further)[:_LEAD_COUNT])


def lead_sentence(language: Language, figures: Figures, change: Change) -> Sentence:
    """Say one figure and its change, or why there is none."""
    indicator = change.indicator
    if change.now.value is None:
        strong = language.text("lead.withheld_strong", name=indicator.name)
        return Sentence(strong, language.text("lead.withheld_rest") + ".")
    stem = f"findings.{indicator.indicator_id}.{indicator.kind}"
    own = language.has(f"{stem}.strong")
    strong = language.text(
        f"{stem}.strong" if own else "lead.generic_strong",
        name=indicator.name,
        value=language.amount(change.now.value, indicator.unit),
    )
    rest = language.text(f"{stem}.rest") if own else ""
    rest += _change_clause(language, change)
    mark = grade(read_plan(), figures, indicator, change.now)
    return Sentence(strong, rest + ".", _note(language, change), mark)


def _change_clause(language: Language, change: Change) -> str:
    if not change.certain or change.since is None or change.before.value is None:
        return ""
    before = language.amount(change.before.value, change.indicator.unit)
    return language.text("lead.changed", month=language.month(change.since), before=before)


def _note(language: Language, change: Change) -> str:
    notes = []
    if change.since and not change.known:
        notes.append(language.text("lead.incomparable", month=language.month(change.since)))
    elif change.since and not change.recognisable:
        notes.append(language.text("lead.unchanged", month=language.month(change.since)))
    elif change.since and change.uncertain:
        notes.append(language.text("lead.uncertain", month=language.month(change.since)))
    if change.now.provisional:
        notes.append(language.text("lead.provisional"))
    return " ".join(notes)


def finding_of(language: Language, changes: Sequence[Change], most: int = 1) -> str:
    """State the largest notable changes among some figures, or that there is none."""
    notable = [change for change in ranked(changes) if change.notable]
    if notable:
        return _headline_of(language, notable[:most])[0]
    since = next((c.since for c in changes if c.since), None)
    if since is None:
        return language.text("finding.first")
    if all(change.now.value is None for change in changes):
        return language.text("finding.withheld")
    slight = any(change.certain for change in changes)
    unclear = any(change.uncertain for change in changes)
    key = "slight" if slight else "uncertain" if unclear else "unchanged"
    return language.text(f"finding.{key}", month=language.month(since))


def key_title(language: Language, changes: Sequence[Change]) -> str:
    """Say how many of the key figures became better or worse, and how many reach their target."""
    if not any(change.since for change in changes):
        return language.text("key_figures.title_first")
    better = sum(change.favourable > 0 for change in changes)
    worse = sum(change.favourable < 0 for change in changes)
    total = language.count(len(changes)).capitalize()
    words = [
        language.text(f"key_figures.{key}", count=language.count(count))
        for key, count in (("better", better), ("worse", worse))
        if count
    ]
    said = ", ".join(words) or language.text("key_figures.neither")
    title = language.text("key_figures.title", total=total, words=said)
    return title + targets_clause(language, changes)


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
        name=comparison.indicator.name,
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
    moved = [town for town in comparison.towns if town.change.certain]
    if not moved:
        return language.text("dots.title_none")
    first = comparison.mover()
    if first is None:
        return language.text("dots.title_unsure")
    words = _largest_change(language, first, moved)
    still = len(known) - len(moved)
    if not still:
        return words
    key = "dots.title_rest_one" if still == 1 else "dots.title_rest_some"
    return words + language.text(
        key, count=language.count(still), total=language.count(len(comparison.towns))
    )


def _largest_change(language: Language, first: TownFigure, moved: Sequence[TownFigure]) -> str:
    """Name the town that changed most, or those that changed by the same figure."""
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
