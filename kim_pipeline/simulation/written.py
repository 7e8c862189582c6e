"""The identity that stands in a record from day to day."""

from dataclasses import dataclass, replace
from datetime import date

from kim_pipeline.simulation.birth_errors import wrong_birth, wrong_birth_place
from kim_pipeline.simulation.chance import share, stream
from kim_pipeline.simulation.code_errors import wrong_codes
from kim_pipeline.simulation.identity import Identity, PartialDate
from kim_pipeline.simulation.life_courses import Frame, Life
from kim_pipeline.simulation.name_changes import is_young_woman, old_name
from kim_pipeline.simulation.name_errors import Bearer, wrong_names
from kim_pipeline.simulation.rates import SOURCES, ErrorTable, Rates, region_groups
from kim_pipeline.simulation.record_events import (
    IDENTIFIED,
    RENAMED,
    RETYPED,
    Dossier,
    Event,
    events_of,
)

NEW_YEAR_OFTEN = 0.05
FORMER_NAME_ENTERED = 0.6
DOUBLED_YEARS = (2015, 2016)
Versions = tuple[tuple[date, Identity], ...]


@dataclass(frozen=True, slots=True)
class Clerks:
    """What all records are written with: seed, times and the table of errors."""

    seed: int
    frame: Frame
    table: ErrorTable

    def rates(self, source: str) -> Rates:
        """Return the rates of a source that do not depend on the person."""
        return self.table.of(source)

    def rates_for(self, source: str, life: Life) -> Rates:
        """Return the rates for the records of one person in one source."""
        nationality = life.person.nationality
        region = nationality.name_region
        groups = [nationality.code, region, region_groups()[region]]
        if is_young_woman(life.person, self.frame.today):
            groups.append("women_20_40")
        often = nationality.new_year_birth_share >= NEW_YEAR_OFTEN
        if often and life.person.birth == life.person.real_birth:
            groups.append("new_year_often")
        return self.table.of(source, *groups)


@dataclass(frozen=True, slots=True)
class _Known:
    """What a source knows of somebody, and how often it typed it."""

    given: str
    family: str
    birth: date
    birth_name: str
    former: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    typed: int = 0
    clean: bool = False


def versions_of(clerks: Clerks, dossier: Dossier) -> Versions:
    """Return the identities of a record with the days from which they stand in it."""
    writer = _writer(clerks, dossier)
    known = _first_known(dossier, writer.new_year_resolved)
    found = [(dossier.since, writer.write(known))]
    for event in events_of(dossier, writer.rates, clerks.frame):
        known = _after(known, event, found[-1][1], dossier)
        identity = writer.write(known)
        if identity != found[-1][1]:
            found.append((event.on, identity))
    past = sum(since <= clerks.frame.today for since, _ in found)
    return tuple(found[max(0, past - 1) :])


def _first_known(dossier: Dossier, new_year_resolved: bool) -> _Known:
    person, claim = dossier.life.person, dossier.life.claim
    if claim and dossier.since < claim.until:
        return _Known(claim.given, claim.family, claim.birth, claim.family)
    given, family = dossier.life.names_on(dossier.since)
    birth = person.real_birth if new_year_resolved else person.birth
    return _Known(given, family, birth, person.birth_name)


def _after(known: _Known, event: Event, shown: Identity, dossier: Dossier) -> _Known:
    """Return what is known after an event; a name that proved wrong becomes an alias."""
    if event.kind == RENAMED:
        former = (*known.former, known.family) if event.family != known.family else known.former
        return replace(known, given=event.given, family=event.family, former=former)
    if event.kind == RETYPED:
        return replace(known, typed=known.typed + 1, clean=False)
    alias = f"{shown.family}, {shown.given}"
    person = dossier.life.person
    if event.kind == IDENTIFIED:
        real = _Known(person.given, person.family, person.birth, person.birth_name)
        return replace(real, aliases=(*known.aliases, alias), typed=known.typed)
    wrong = (shown.family, shown.given) != (known.family, known.given)
    aliases = (*known.aliases, alias) if wrong else known.aliases
    return replace(known, aliases=aliases, clean=True)


@dataclass(frozen=True, slots=True)
class _Writer:
    """The clerks of one record: its bearer, the rates that hold for it, its numbers."""

    dossier: Dossier
    bearer: Bearer
    rates: Rates
    new_year_resolved: bool

    def write(self, known: _Known) -> Identity:
        """Return what stands in the record when so much is known."""
        true = self._true(known)
        if known.clean:
            return true
        dossier, rates = self.dossier, self.rates
        rng = stream(dossier.seed, "errors", dossier.number, known.typed)
        wrong = wrong_names(rng, true, self.bearer, rates, dossier.source)
        state = dossier.life.person.nationality.state
        place = wrong_birth_place(rng, true.birth_place, state, rates)
        birth = wrong_birth(rng, true.birth, self.bearer.region, rates)
        wrong = replace(wrong, birth=birth, birth_place=place, former_names=self._former(wrong))
        return wrong_codes(rng, wrong, rates)

    def _true(self, known: _Known) -> Identity:
        person = self.dossier.life.person
        nationality = person.nationality.code
        if self.dossier.source == "job_centre" and person.nationality.second:
            nationality = person.nationality.second
        return Identity(
            family=known.family,
            birth_name=known.birth_name,
            given=known.given,
            birth=PartialDate.of(known.birth),
            birth_place=person.birth_place,
            sex=person.sex,
            nationality=nationality,
            register_number=self.dossier.register_number,
            former_names=known.former,
            aliases=known.aliases,
        )

    def _former(self, written: Identity) -> tuple[str, ...]:
        """Return the former names; the office entered those it knew when the file was opened."""
        old, dossier = self.bearer.old_name, self.dossier
        if written.former_names or not old or written.family == old or not dossier.of_office:
            return written.former_names
        entered = share(dossier.seed, "former name", dossier.number) < FORMER_NAME_ENTERED
        return (old,) if entered else ()


def _writer(clerks: Clerks, dossier: Dossier) -> _Writer:
    person, seed = dossier.life.person, dossier.seed
    name, factor = old_name(seed, person, clerks.frame.today)
    rates = clerks.rates_for(dossier.source, dossier.life)
    if name:
        rates = {**rates, "old_family_name": min(0.95, rates["old_family_name"] * factor)}
    bearer = Bearer(
        region=person.nationality.name_region,
        doubled=person.arrived.year in DOUBLED_YEARS,
        forefathers=person.forefathers,
        old_name=name,
        single=share(seed, "single name", person.truth),
    )
    return _Writer(dossier, bearer, rates, _new_year_resolved(clerks, dossier))


def _new_year_resolved(clerks: Clerks, dossier: Dossier) -> bool:
    """Tell whether this source, and no other, learnt the true day behind a 1 January."""
    person, at = dossier.life.person, 0.0
    if person.birth == person.real_birth:
        return False
    draw = share(dossier.seed, "resolved", person.truth)
    for source in SOURCES:
        rate = clerks.rates(source)["new_year_date_resolved"]
        if at <= draw < at + rate:
            return source == dossier.source
        at += rate
    return False
