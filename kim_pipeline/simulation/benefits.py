"""SGB II: benefit spells of a household, and work and case management of its adults."""

from dataclasses import dataclass
from datetime import date

from kim_pipeline.simulation.assumptions import assumptions
from kim_pipeline.simulation.chance import Stream, waiting_days
from kim_pipeline.simulation.dates import YEAR, add_months, days
from kim_pipeline.simulation.numbers import community_number
from kim_pipeline.simulation.planted import planted
from kim_pipeline.simulation.population import Person
from kim_pipeline.simulation.titles import Title

_AFTER_ASYLUM = frozenset({"AE_24", "AE_HUM_SCHUTZ", "AE_HUM_SONST", "AE_CHANCE", "AE_BLEIBE"})
PROTECTION_IN_SGB2 = date(2022, 6, 1)
HISTORY_MONTHS = 24


@dataclass(frozen=True, slots=True)
class Spell:
    """A time of benefits of one household, known to the office from `recorded` on."""

    community: str
    began: date
    ended: date
    recorded: date


@dataclass(frozen=True, slots=True)
class Job:
    """An employment as the job centre sees it."""

    kind: str
    began: date
    ended: date | None


@dataclass(frozen=True, slots=True)
class Episode:
    """Case management inside the job centre on one topic."""

    topic: str
    began: date
    ended: date


def _entry_days(rng: Stream, titles: tuple[Title, ...], today: date) -> tuple[str, date] | None:
    """Return (status group, first day of need) at the first title that opens SGB II."""
    for title in titles:
        group = title.status_group
        rate = assumptions().rate("needs_benefit", group)
        if rate == 0:
            continue
        if rng.random() > rate:
            return None
        if group in _AFTER_ASYLUM:
            gap = waiting_days(rng, assumptions().number("benefit_gap_days"), 0.8)
            begin = title.granted + days(gap)
            return group, max(begin, PROTECTION_IN_SGB2) if group == "AE_24" else begin
        start = max(title.granted + days(120), add_months(today, -120))
        return group, start + days(rng.random() * 13 * YEAR)
    return None


def spells_of(  # noqa: PLR0913 (the frame of one household)
    rng: Stream, number: int, titles: tuple[Title, ...], *, today: date, until: date, horizon: date
) -> tuple[Spell, ...]:
    """Draw the benefit spells of a household that matter for the deliveries."""
    entry = _entry_days(rng, titles, today)
    if entry is None:
        return ()
    group, on = entry
    mean = assumptions().rate("benefit_spell_years", group)
    oldest = add_months(today, -HISTORY_MONTHS)
    spells: list[Spell] = []
    while on < min(until, horizon):
        end = min(on + days(60 + rng.expovariate(1 / mean) * YEAR), until)
        late = rng.random() < assumptions().number("late_entry")
        recorded = on + days(rng.randint(20, 85) if late else rng.randint(0, 12))
        if end > oldest and end > on:
            spells.append(Spell(community_number(number, len(spells)), on, end, recorded))
        if rng.random() > assumptions().number("benefit_returns"):
            break
        on = end + days(30 + rng.expovariate(1 / 0.9) * YEAR)
    return tuple(spells)


def spells_during_asylum(
    seed: int, head: Person, number: int, titles: tuple[Title, ...]
) -> tuple[Spell, ...]:
    """Plant, for very few, benefits that the law excludes during an asylum procedure."""
    asylum = [title for title in titles if title.status_group == "GESTATTUNG"]
    if not asylum or not planted(seed, "benefit_on_asylum", head.number):
        return ()
    began = asylum[-1].granted + days(30)
    return (Spell(community_number(number, 8), began, began + days(90), began),)


def own_spells(
    person: Person,
    spells: tuple[Spell, ...],
    titles: tuple[Title, ...],
    gone: date | None,
    seed: int,
) -> tuple[Spell, ...]:
    """Cut the household's spells to the time in which this member may have benefits."""
    own = []
    excluded = [t for t in titles if t.status_group in {"GESTATTUNG", "DULDUNG"}]
    if planted(seed, "benefit_on_asylum", person.number):
        excluded = []
    for spell in spells:
        began = max(spell.began, person.arrived_in_district)
        ended = min(spell.ended, gone or date.max)
        for title in excluded:
            if title.granted <= began <= (title.ended or date.max):
                began = (title.ended or date.max - days(1)) + days(1)
            elif began < title.granted < ended:
                ended = title.granted
        if person.role == "KIND":
            ended = min(ended, person.birth + days(25 * YEAR))
        if ended > began:
            recorded = max(spell.recorded, began)
            own.append(Spell(spell.community, began, ended, recorded))
    return tuple(own)


def job_of(rng: Stream, group: str, began: date, ended: date) -> tuple[Job, ...]:
    """Draw the employments of an adult during a benefit spell."""
    first = began + days(rng.expovariate(assumptions().rate("job_start", group)) * YEAR)
    jobs = []
    if first < ended + days(60):
        kind = rng.choices(("SVB", "GERINGFUEGIG", "GEFOERDERT"), (55, 38, 7))[0]
        stays = rng.random() < 0.55
        jobs.append(
            Job(kind, first, None if stays else first + days(40 + rng.expovariate(1 / 300)))
        )
    return tuple(jobs)


def episodes_of(rng: Stream, began: date, ended: date, today: date) -> tuple[Episode, ...]:
    """Draw at most one episode of case management during a spell."""
    start = max(began + days(30), add_months(today, -18))
    years = max(0.0, (ended - start).days / YEAR)
    if years == 0 or rng.random() > assumptions().number("fallmanagement") * min(2.0, years) / 2:
        return ()
    on = start + days(rng.random() * years * YEAR)
    topic = assumptions().draw("fallmanagement_topic").draw(rng)
    return (Episode(topic, on, min(ended, on + days(90 + waiting_days(rng, 150)))),)
