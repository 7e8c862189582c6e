"""The way through the titles: from entry through renewals to settlement, or to nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from kim_pipeline.simulation.assumptions import assumptions
from kim_pipeline.simulation.chance import Stream, waiting_days
from kim_pipeline.simulation.dates import YEAR, add_months, days, some_day, years_between
from kim_pipeline.simulation.population import Person

CHANCE_FROM, CHANCE_TO = date(2022, 12, 31), date(2025, 12, 30)
OLD_LAW_ENDS = date(2005, 1, 1)


@dataclass(frozen=True, slots=True)
class Grant:
    """A title of some kind granted on a day until a printed end."""

    kind: str
    granted: date
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class Entrant:
    """Who enters when; `family` is the stream of common decisions, `lead` the head's entry."""

    person: Person
    role: str
    rng: Stream
    family: Stream
    born_here: bool
    lead: date

    @property
    def arrived(self) -> date:
        """Return the day of entry or birth."""
        return self.person.arrived

    def age_on(self, day: date) -> float:
        """Return the age in years."""
        return years_between(self.person.birth, day)


@dataclass(frozen=True, slots=True)
class Permit:
    """A renewable permit: months per card, years to settlement, and what follows."""

    kind: str
    months: int
    settle_after: float
    settle_kind: str
    settles: str


def permit(entrant: Entrant, terms: Permit, since: date) -> Iterator[Grant]:
    """Renew a permit, sometimes late or bridged by a certificate, until settlement."""
    rng, on = entrant.rng, since
    settles = rng.random() < assumptions().rate("settles", terms.settles)
    years = terms.settle_after + rng.expovariate(1 / 2.5)
    settled = since + days(years * YEAR) if settles else date.max
    while on < settled:
        end = add_months(on, terms.months) - days(1)
        kind = terms.kind if on >= OLD_LAW_ENDS else "old_limited"
        yield Grant(kind, on, end)
        if settled <= end:
            break
        chance = rng.random()
        bridge = end.year >= 2015 and chance < assumptions().number("fiction_at_renewal")
        if bridge:
            wait = 20 + waiting_days(rng, 80)
            yield Grant("fiction", end + days(1), end + days(wait))
            on = end + days(wait + 1)
        elif chance > 1 - assumptions().number("gap_at_renewal"):
            on = end + days(1 + waiting_days(rng, 25, 0.9))
        else:
            on = end + days(1)
        settled = max(settled, on) if settles else settled
    kind = terms.settle_kind if entrant.age_on(settled) >= 16 else "settled_child"
    yield Grant(kind if settled >= OLD_LAW_ENDS else "old_unlimited", settled, None)


def tolerated(entrant: Entrant, since: date) -> Iterator[Grant]:
    """Renew a toleration until one of the ways out opens."""
    rng, on = entrant.rng, since
    uses_chance = entrant.family.random() < assumptions().number("chance_uptake")
    chance_day = some_day(entrant.family, CHANCE_FROM, CHANCE_TO)
    eligible = entrant.arrived <= date(2017, 10, 31) and uses_chance
    while True:
        months = rng.choice((3, 6, 6, 6, 12))
        end = add_months(on, months) - days(1)
        kind = rng.choices(("tolerated", "tolerated_training", "tolerated_work"), (92, 5, 3))[0]
        yield Grant(kind, on, end)
        if eligible and on <= chance_day <= end + days(1):
            yield from chance(entrant, chance_day)
            return
        exit_path = _way_out(entrant, end + days(1))
        if exit_path:
            yield from exit_path
            return
        on = end + days(1)


def _way_out(entrant: Entrant, day: date) -> Iterator[Grant] | None:
    stay, age, draw = years_between(entrant.arrived, day), entrant.age_on(day), entrant.rng.random()
    ways = (
        (0.035 if 14 <= age < 26 and stay >= 3 and day.year >= 2012 else 0.0, "youth_stay"),
        (0.02 if stay >= 8 and day.year >= 2016 else 0.0, "lasting_stay"),
        (0.01 if stay >= 1.5 else 0.0, "impossible_departure"),
        (0.006 if stay >= 2 and 19 < age < 60 else 0.0, "qualified_tolerated"),
    )
    for share, kind in ways:
        if draw < share:
            terms = Permit(kind, 24, 5.0, "settled_humanitarian", "humanitarian")
            return permit(entrant, terms, day)
        draw -= share
    return None


def chance(entrant: Entrant, since: date) -> Iterator[Grant]:
    """Hold the 18-month residence opportunity of § 104c and then stay, fall back or lapse."""
    kinds = {"PARTNER": "chance_spouse", "KIND": "chance_child"}
    end = add_months(since, 18) - days(1)
    yield Grant(kinds.get(entrant.role, "chance"), since, end)
    outcome = assumptions().draw("chance_outcome").draw(entrant.family)
    if outcome == "lapsed":
        return
    next_day = some_day(entrant.rng, end - days(150), end + days(1))
    if outcome == "tolerated":
        yield from _only_tolerated(end + days(1))
    elif outcome == "impossible_departure":
        terms = Permit(outcome, 12, 5.0, "settled_humanitarian", "humanitarian")
        yield from permit(entrant, terms, next_day)
    else:
        young = 14 <= entrant.age_on(next_day) < 26.9
        kind = "youth_stay" if young else "lasting_stay"
        if entrant.role == "KIND" and not young:
            kind = "lasting_stay_child"
        terms = Permit(kind, 24, 5.0, "settled_humanitarian", "humanitarian")
        yield from permit(entrant, terms, next_day)


def _only_tolerated(since: date) -> Iterator[Grant]:
    on = since
    while True:
        end = add_months(on, 6) - days(1)
        yield Grant("tolerated", on, end)
        on = end + days(1)


PathMaker = Callable[[Entrant], Iterator[Grant]]
