"""Life courses: all that happens to the members of a household, in the order of causes."""

from dataclasses import dataclass
from datetime import date, timedelta
from math import exp

from kim_pipeline.simulation.assumptions import assumptions
from kim_pipeline.simulation.benefits import (
    Episode,
    Job,
    Spell,
    episodes_of,
    job_of,
    own_spells,
    spells_during_asylum,
    spells_of,
)
from kim_pipeline.simulation.cases import Case, case_of, intake_of
from kim_pipeline.simulation.chance import Stream, share, stream
from kim_pipeline.simulation.courses import Course, courses_of
from kim_pipeline.simulation.dates import YEAR, add_months, days, years_between
from kim_pipeline.simulation.identities import is_near
from kim_pipeline.simulation.name_changes import Claim, NameChange, claim_of, name_changes
from kim_pipeline.simulation.naturalisations import (
    Naturalisation,
    naturalisation_of,
    of_child,
    title_on,
)
from kim_pipeline.simulation.population import Household, Person
from kim_pipeline.simulation.rates import error_rates
from kim_pipeline.simulation.title_entries import titles_of
from kim_pipeline.simulation.title_paths import Entrant
from kim_pipeline.simulation.titles import Title


@dataclass(frozen=True, slots=True)
class Life:
    """What happens to one person; `left` ends being a foreign resident of the Kreis."""

    person: Person
    household: Household
    left: date | None
    left_reason: str
    gone: date | None
    married: date | None
    changes: tuple[NameChange, ...]
    claim: Claim | None
    titles: tuple[Title, ...]
    courses: tuple[Course, ...]
    naturalisation: Naturalisation | None
    spells: tuple[Spell, ...]
    jobs: tuple[Job, ...]
    episodes: tuple[Episode, ...]
    cases: tuple[Case, ...]

    def foreign_resident_on(self, day: date) -> bool:
        """Tell whether the person lives in the Kreis as a foreigner on a day."""
        came = self.person.arrived_in_district <= day
        return came and not (self.left and self.left <= day)

    def names_on(self, day: date) -> tuple[str, str]:
        """Return (given names, family name) of a day."""
        given, family = self.person.given, self.person.family
        for change in self.changes:
            if change.on <= day:
                given, family = change.given, change.family
        return given, family


@dataclass(frozen=True, slots=True)
class Frame:
    """Seed, reference day of the first month and last simulated day."""

    seed: int
    today: date
    horizon: date


def _death(rng: Stream, person: Person, frame: Frame) -> date | None:
    start = max(add_months(frame.today, -23), person.arrived_in_district)
    age = years_between(person.birth, start)
    death = start + days(rng.expovariate(0.00004 * exp(0.092 * age)) * YEAR)
    return death if death <= frame.horizon else None


def _departure(
    household: Household, death: date | None, procedure: Naturalisation | None
) -> tuple[date | None, str, date | None]:
    """Return (end as foreign resident, reason, end of presence)."""
    certificate = procedure.certificate if procedure else None
    ends = [
        (day, reason)
        for day, reason in (
            (household.left, household.left_reason),
            (death, "TOD"),
            (certificate, "EINBUERGERUNG"),
        )
        if day
    ]
    presence = [day for day in (household.left, death) if day]
    if not ends:
        return None, "", None
    day, reason = min(ends)
    return day, reason, min(presence) if presence else None


def _paid_on(person: Person, seed: int) -> timedelta:
    """Return how long benefits go on after a departure that the job centre has not seen."""
    unseen = share(seed, "paid on", person.number) < error_rates().of("job_centre")["still_here"]
    return days(90 if unseen else 0)


def live(household: Household, frame: Frame) -> tuple[Life, ...]:
    """Let a household live to the horizon; the same household always lives the same life."""
    number = household.number
    titles = [_titles(household, person, frame) for person in household.members]
    procedures = _procedures(household, titles, frame)
    rng = stream(frame.seed, "benefits", number)
    limit = min(household.left or date.max, household.head.birth + days(66.5 * YEAR))
    spells = spells_of(
        rng, number, titles[0], today=frame.today, until=limit, horizon=frame.horizon
    )
    planted_spells = spells_during_asylum(frame.seed, household.head, number, titles[0])
    spells = tuple(sorted((*planted_spells, *spells), key=lambda spell: spell.began))
    return tuple(
        _life(household, person, titles=held, procedure=procedure, spells=spells, frame=frame)
        for person, held, procedure in zip(household.members, titles, procedures, strict=True)
    )


def _titles(household: Household, person: Person, frame: Frame) -> tuple[Title, ...]:
    entrant = Entrant(
        person,
        person.role,
        stream(frame.seed, "titles", person.truth),
        stream(frame.seed, "family titles", household.number),
        is_near(person.birth_place),
        household.head.arrived,
    )
    return (
        titles_of(entrant, household.entry, frame.horizon)
        if household.entry != "german"
        else (Title("", "", "DEUTSCH", person.arrived, None, None),)
    )


def _procedures(
    household: Household, titles: list[tuple[Title, ...]], frame: Frame
) -> list[Naturalisation | None]:
    if household.entry == "german":
        return [None] * len(household.members)
    found: list[Naturalisation | None] = []
    for person, held in zip(household.members, titles, strict=True):
        rng = stream(frame.seed, "naturalisation", person.number)
        head = found[0] if found else None
        child = person.role == "KIND" and years_between(person.birth, frame.today) < 16
        if child:
            joins = head is not None and person.arrived < head.applied and rng.random() < 0.7
            found.append(of_child(head) if joins and head else None)
        else:
            found.append(naturalisation_of(rng, person, held, frame.today, frame.horizon))
    return found


def _life(  # noqa: PLR0913 (what the household has decided)
    household: Household,
    person: Person,
    *,
    titles: tuple[Title, ...],
    procedure: Naturalisation | None,
    spells: tuple[Spell, ...],
    frame: Frame,
) -> Life:
    rng = stream(frame.seed, "life", person.number)
    death = _death(rng, person, frame)
    left, reason, gone = _departure(household, death, procedure)
    single = len(household.members) == 1 or person.role == "KIND"
    married, changes = name_changes(
        rng,
        person,
        single=single,
        naturalised=(left if reason == "EINBUERGERUNG" else None),
        today=frame.today,
        horizon=frame.horizon,
    )
    kept = tuple(t for t in titles if not left or t.granted <= left)
    own = own_spells(person, spells, kept, gone and gone + _paid_on(person, frame.seed), frame.seed)
    adult = years_between(person.birth, frame.today) >= 16 and person.role != "KIND"
    jobs, episodes = _activity(rng, own, kept, frame) if adult else ((), ())
    client = adult and (household.entry != "german" or person.nationality.origin != "")
    cases, extra = _cases(rng, person, own, gone, frame) if client else ((), ())
    return Life(
        person,
        household,
        left,
        reason,
        gone,
        married,
        changes,
        claim_of(frame.seed, person, frame.today, frame.horizon),
        kept,
        courses_of(rng, person, kept),
        procedure,
        own,
        jobs,
        (*episodes, *extra),
        cases,
    )


def _activity(
    rng: Stream, spells: tuple[Spell, ...], titles: tuple[Title, ...], frame: Frame
) -> tuple[tuple[Job, ...], tuple[Episode, ...]]:
    jobs: list[Job] = []
    episodes: list[Episode] = []
    for spell in spells:
        held = title_on(titles, spell.began)
        jobs.extend(job_of(rng, held.status_group if held else "other", spell.began, spell.ended))
        episodes.extend(episodes_of(rng, spell.began, spell.ended, frame.today))
    return tuple(jobs), tuple(episodes)


def _cases(
    rng: Stream, person: Person, spells: tuple[Spell, ...], gone: date | None, frame: Frame
) -> tuple[tuple[Case, ...], tuple[Episode, ...]]:
    start = max(add_months(frame.today, -36), person.arrived_in_district)
    until = min(frame.horizon, gone or date.max)
    times = tuple((spell.began, spell.ended) for spell in spells)
    intake = intake_of(rng, person.arrived, start, until, times)
    if intake is None or intake >= until:
        return (), ()
    topic = ""
    extra: tuple[Episode, ...] = ()
    current = next((s for s in spells if s.began <= intake and s.ended > intake + days(60)), None)
    if current and rng.random() < assumptions().number("same_topic_at_job_centre"):
        topic = assumptions().draw("fallmanagement_topic").draw(rng)
        began = max(current.began, intake + days(rng.randint(-60, 60)))
        extra = (Episode(topic, began, min(current.ended, began + days(rng.randint(60, 300)))),)
    return (case_of(rng, person.nationality.name_region, intake, topic, gone),), extra
