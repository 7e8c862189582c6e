"""Cases of one person that are hard to link: renamed, moved, come back, known by another name."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from kim_pipeline.simulation.hard_cases import ONE_PER, HardCase
from kim_pipeline.simulation.life_courses import Life
from kim_pipeline.simulation.name_changes import GERMAN_FORM

_MOVED_WITHIN_DAYS = 180


def _german_name(life: Life, today: date) -> bool:
    """Tell whether a naturalised person is known to another office under a German name."""
    since = next((c.on for c in life.changes if c.kind == GERMAN_FORM), None)
    later = [s.ended for s in life.spells] + [c.closed for c in life.cases]
    return since is not None and since <= today and any(day > since for day in later)


def _moved(life: Life, today: date) -> bool:
    """Tell whether a person known to several offices has moved within the Kreis lately."""
    homes, known = life.household.homes, bool(life.spells or life.cases)
    recent = timedelta(days=_MOVED_WITHIN_DAYS)
    return known and len(homes) > 1 and any(today - recent < h.since <= today for h in homes[1:])


def _came_back(life: Life, today: date) -> bool:
    """Tell whether a person has an older file from an earlier stay here or in another Kreis."""
    return life.person.number != life.person.truth and life.person.arrived_in_district <= today


def _corrected(life: Life, today: date) -> bool:
    """Tell whether a person was known, and partly still is, under another identity."""
    claim, first = life.claim, life.person.arrived_in_district
    return claim is not None and first < claim.until and (not life.left or life.left > today)


_KINDS: dict[str, Callable[[Life, date], bool]] = {
    "naturalised_german_name": _german_name,
    "moved_within": _moved,
    "re_entry": _came_back,
    "corrected_identity": _corrected,
}


def single_cases(lives: Iterable[Life], today: date, persons: int) -> list[HardCase]:
    """Return the cases of all kinds; of the many who moved, one per 1,200 persons."""
    cases: dict[str, list[HardCase]] = {kind: [] for kind in _KINDS}
    for life in lives:
        for kind, holds in _KINDS.items():
            if holds(life, today):
                cases[kind].append(HardCase(kind, (life.person.truth,)))
    cases["moved_within"] = cases["moved_within"][: max(1, persons // ONE_PER)]
    return [case for found in cases.values() for case in found]
