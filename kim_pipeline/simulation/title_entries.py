"""Each way of entry as a sequence of titles: asylum, protection, family, work, free movement."""

from collections.abc import Iterator
from datetime import date
from itertools import chain, takewhile

from kim_pipeline.simulation.assumptions import assumptions
from kim_pipeline.simulation.chance import waiting_days
from kim_pipeline.simulation.dates import YEAR, add_months, days
from kim_pipeline.simulation.title_paths import (
    OLD_LAW_ENDS,
    Entrant,
    Grant,
    PathMaker,
    Permit,
    permit,
    tolerated,
)
from kim_pipeline.simulation.titles import Title, code_on

_PROTECTION = {
    "refugee": Permit("refugee", 36, 4.0, "settled_refugee", "refugee"),
    "asylum": Permit("asylum", 36, 4.0, "settled_refugee", "refugee"),
    "subsidiary": Permit("subsidiary", 24, 5.0, "settled_humanitarian", "subsidiary"),
    "removal_ban": Permit("removal_ban", 12, 5.0, "settled_humanitarian", "humanitarian"),
}


def _asylum(entrant: Entrant) -> Iterator[Grant]:
    """Ask for asylum; who joins after the family's decision shares its outcome."""
    first = days(3 + waiting_days(entrant.family, 18))
    wait = waiting_days(entrant.family, assumptions().number("asylum_months") * 30.4, 0.6)
    decided = entrant.lead + first + days(45 + wait)
    table = entrant.person.nationality.code
    outcome = assumptions().of_group("asylum_decision", table).draw(entrant.family)
    on = entrant.arrived + first
    while on < decided:
        yield Grant("asylum_procedure", on, add_months(on, 6) - days(1))
        on = add_months(on, 6)
    late = entrant.arrived + first > decided
    since = max(decided + days(waiting_days(entrant.family, 20)), entrant.arrived + first)
    if outcome == "rejected":
        yield from tolerated(entrant, max(decided, entrant.arrived + first))
    elif late:
        kind = "child_of_refugee" if entrant.role == "KIND" else "spouse_of_refugee"
        kind = "born_here" if entrant.born_here else kind
        yield from permit(entrant, Permit(kind, 36, 4.0, "settled", "family"), since)
    else:
        yield from permit(entrant, _PROTECTION[outcome], since)


def _protection(entrant: Entrant) -> Iterator[Grant]:
    asked = entrant.arrived + days(2 + waiting_days(entrant.family, 10))
    granted = asked + days(10 + waiting_days(entrant.family, 38))
    yield Grant("temporary_protection_application", asked, asked + days(180))
    to_work = 2024 + int(entrant.rng.expovariate(0.07))
    end = date(max(2024, granted.year + (granted.month > 2)), 3, 4)
    while end.year <= to_work + 1:
        yield Grant("temporary_protection", granted, end)
        granted, end = end + days(1), date(end.year + 1, 3, 4)
    terms = Permit("work", 36, 4.0, "settled_skilled", "work")
    if entrant.role == "KIND":
        terms = Permit("child", 36, 5.0, "settled_child", "family")
    yield from permit(entrant, terms, granted)


def _settled(entrant: Entrant) -> Iterator[Grant]:
    """Write the history of people who came under the law before 2005."""
    on = entrant.arrived
    if on < OLD_LAW_ENDS:
        change = min(on + days((4 + entrant.rng.expovariate(0.2)) * YEAR), date(2005, 3, 1))
        yield Grant("old_limited", on, change - days(1))
        if change < OLD_LAW_ENDS:
            yield Grant("old_unlimited", change, None)
            change = date(2005, 1, 1) + days(entrant.rng.randint(10, 1400))
        on = change
    draw = entrant.rng.random()
    if draw < 0.82 and entrant.age_on(on) >= 16:
        yield Grant("settled", on, None)
    elif draw < 0.87 and entrant.age_on(on) >= 18:
        yield Grant("settled_long_term", on, None)
    else:
        yield from permit(entrant, Permit("other_permit", 36, 6.0, "settled", "other"), on)


def _family(entrant: Entrant) -> Iterator[Grant]:
    kinds = ("spouse_of_german", "parent_of_german", "spouse", "union_parent")
    kind = entrant.family.choices(kinds, (42, 10, 44, 4))[0]
    settle = "settled_family_of_german" if "german" in kind else "settled"
    if entrant.role == "KIND":
        kind = "child"
    terms = Permit(kind, entrant.rng.choice((12, 24, 36)), 3.0, settle, "family")
    yield from permit(entrant, terms, entrant.arrived + days(waiting_days(entrant.rng, 40)))


def _work(entrant: Entrant) -> Iterator[Grant]:
    start = entrant.arrived + days(waiting_days(entrant.rng, 30))
    if entrant.role == "HV":
        kind = entrant.family.choices(("work", "blue_card"), (62, 38))[0]
        years, settle = (
            (2.0, "settled_blue_card") if kind == "blue_card" else (3.5, "settled_skilled")
        )
        if settle == "settled_blue_card" and start.year < 2013:
            settle = "settled"
        yield from permit(entrant, Permit(kind, 36, years, settle, "work"), start)
    else:
        kind = "child" if entrant.role == "KIND" else "spouse"
        yield from permit(entrant, Permit(kind, 36, 4.0, "settled", "family"), start)


def _study(entrant: Entrant) -> Iterator[Grant]:
    on, years = entrant.arrived + days(waiting_days(entrant.rng, 25)), entrant.rng.choice((3, 4, 5))
    for _ in range(years):
        yield Grant("study", on, add_months(on, 12) - days(1))
        on = add_months(on, 12)
    yield Grant("job_search", on, add_months(on, 12) - days(1))
    yield from permit(
        entrant, Permit("work", 36, 2.5, "settled_skilled", "work"), add_months(on, 12)
    )


def _one(kind: str, settle: str, months: int = 36) -> PathMaker:
    def path(entrant: Entrant) -> Iterator[Grant]:
        start = entrant.arrived + days(waiting_days(entrant.rng, 30))
        yield from permit(entrant, Permit(kind, months, 5.0, settle, "other"), start)

    return path


def _eu(entrant: Entrant) -> Iterator[Grant]:
    yield Grant("eu_free", entrant.arrived, None)
    permanent = entrant.arrived + days((5 + entrant.rng.expovariate(0.3)) * YEAR)
    if entrant.rng.random() < 0.25 and permanent > date(2006, 5, 1):
        yield Grant("eu_permanent", permanent, None)


def _british(entrant: Entrant) -> Iterator[Grant]:
    if entrant.arrived >= date(2021, 1, 1):
        yield from _family(entrant)
        return
    yield Grant("eu_free", entrant.arrived, None)
    yield Grant("british", date(2021, 1, 1) + days(entrant.rng.randint(0, 500)), None)


def _swiss(entrant: Entrant) -> Iterator[Grant]:
    on = max(entrant.arrived, OLD_LAW_ENDS)
    while on < date(2025, 5, 1):
        yield Grant("swiss", on, add_months(on, 60) - days(1))
        on = add_months(on, 60)
    yield Grant("swiss_document", on, add_months(on, 60) - days(1))


def _unclear(entrant: Entrant) -> Iterator[Grant]:
    on = entrant.arrived + days(waiting_days(entrant.rng, 40))
    yield Grant("application", on, add_months(on, 6))
    if entrant.rng.random() < 0.5:
        yield from tolerated(entrant, add_months(on, 7))


PATHS: dict[str, PathMaker] = {
    "asylum": _asylum,
    "protection": _protection,
    "settled": _settled,
    "family": _family,
    "work": _work,
    "study": _study,
    "eu": _eu,
    "british": _british,
    "swiss": _swiss,
    "unclear": _unclear,
    "resettled": _one("resettled", "settled_humanitarian"),
    "family_refugee": _one("spouse_of_refugee", "settled"),
    "self_employed": _one("self_employed", "settled"),
    "association": _one("association", "settled"),
}


def titles_of(entrant: Entrant, entry: str, horizon: date) -> tuple[Title, ...]:
    """Return all titles to the horizon; each ends when the next is granted or it lapses."""
    grants = list(takewhile(lambda g: g.granted <= horizon, _whole_path(entrant, entry)))
    titles = []
    for grant, after in zip(grants, chain(grants[1:], [None]), strict=False):
        code = code_on(entrant.rng, grant.kind, grant.granted)
        ended = after.granted - days(1) if after else None
        if ended and grant.valid_until:
            ended = min(ended, grant.valid_until)
        if ended and ended < grant.granted:
            ended = grant.granted
        titles.append(
            Title(code.list, code.code, code.status_group, grant.granted, grant.valid_until, ended)
        )
    return tuple(titles)


def _whole_path(entrant: Entrant, entry: str) -> Iterator[Grant]:
    """Begin with the stay without a permit, if the first title comes later than the person."""
    path = _path(entrant, entry)
    first = next(path)
    if first.granted > entrant.arrived:
        yield Grant("first_stay", entrant.arrived, None)
    yield first
    yield from path


def _path(entrant: Entrant, entry: str) -> Iterator[Grant]:
    """Choose the path; children born here of settled parents start with § 33."""
    settled_parents = entry in {"settled", "family", "work", "study", "family_refugee"}
    if entrant.born_here and settled_parents and entrant.arrived >= OLD_LAW_ENDS:
        terms = Permit("born_here", 36, 15.5, "settled_child", "family")
        return permit(entrant, terms, entrant.arrived + days(30))
    return PATHS[entry](entrant)
