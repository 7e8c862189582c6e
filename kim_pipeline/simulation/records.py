"""Which records each source keeps of whom, and the identity that stands in them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from kim_pipeline.simulation.addresses import Address
from kim_pipeline.simulation.assumptions import assumptions
from kim_pipeline.simulation.benefits import Spell
from kim_pipeline.simulation.cases import Case
from kim_pipeline.simulation.chance import Stream, stream
from kim_pipeline.simulation.dates import days
from kim_pipeline.simulation.errors import (
    rates,
    wrong_birth,
    wrong_codes,
    wrong_names,
)
from kim_pipeline.simulation.identity import Identity, PartialDate
from kim_pipeline.simulation.life_courses import Life
from kim_pipeline.simulation.names import name_pools
from kim_pipeline.simulation.numbers import (
    client_number,
    customer_number,
    file_number,
    register_number,
)

_LAG_DAYS = {"immigration_office": 45, "job_centre": 25, "case_management": 150}


@dataclass(frozen=True, slots=True)
class Record:
    """A person record of one source from a day on."""

    source: str
    number: str
    life: Life
    since: date
    versions: tuple[tuple[date, Identity], ...]
    address_is_old: bool
    lag: int
    duplicate_of: str = ""
    spells: tuple[Spell, ...] = ()
    cases: tuple[Case, ...] = ()

    def identity_on(self, day: date) -> Identity:
        """Return the identity as it stands in the record on a day."""
        shown = self.versions[0][1]
        for since, identity in self.versions:
            if since <= day:
                shown = identity
        return shown

    def address_on(self, day: date) -> Address:
        """Return the address as it stands in the record on a day."""
        household = self.life.household
        home = household.home_on(max(self.since, day - days(self.lag)))
        return household.home_before(home).address if self.address_is_old else home.address


def true_identity(life: Life, source: str, family: str) -> Identity:
    """Return what a flawless clerk would write."""
    person = life.person
    nationality = person.nationality.code
    if source == "job_centre" and person.nationality.second:
        nationality = person.nationality.second
    return Identity(
        family=family,
        birth_name=person.birth_name,
        given=person.given,
        birth=PartialDate.of(person.birth),
        birth_place=person.birth_place,
        sex=person.sex,
        nationality=nationality,
        register_number=register_number(person.number, person.arrived + days(person.number % 21)),
        former_names=(person.family,) if family != person.family else (),
    )


def written_identity(rng: Stream, true: Identity, life: Life, source: str) -> Identity:
    """Return what the clerk wrote: each error drawn from the record's own stream."""
    person = life.person
    doubled = person.arrived.year in {2015, 2016}
    shared = person.birth != person.real_birth
    birth = true.birth
    if shared and rng.random() < rates(source)["new_year_date_resolved", ""]:
        birth = PartialDate.of(person.real_birth)
    share = 0.0 if shared else person.nationality.new_year_birth_share
    wrong = wrong_names(rng, true, source, person.nationality.name_region, doubled)
    wrong = replace(wrong, birth=wrong_birth(rng, birth, source, share))
    return wrong_codes(rng, wrong, source)


def _versions(
    seed: int, source: str, number: str, life: Life, since: date
) -> tuple[tuple[date, Identity], ...]:
    """Return the identities of a record from day to day: first entry, new name, correction."""
    first = true_identity(life, source, life.family_on(since))
    versions = [(since, written_identity(stream(seed, "errors", number), first, life, source))]
    rng = stream(seed, "later", number)
    seen = _name_change_seen(rng, source, life, since)
    if seen:
        true = true_identity(life, source, life.married_name)
        again = stream(seed, "errors", number)
        versions.append((seen, written_identity(again, true, life, source)))
    changed = _german_form(rng, source, life, versions[-1]) or _correction(
        rng, source, life, versions[-1]
    )
    return (*versions, changed) if changed else tuple(versions)


def _name_change_seen(rng: Stream, source: str, life: Life, since: date) -> date | None:
    """Return the day on which a source learns a new family name, if it ever does."""
    if life.married is None or life.married <= since or life.married_name == life.person.family:
        return None
    group = "w" if life.person.sex == "w" else ""
    unseen = rng.random() < rates(source)["name_change_unseen", group]
    return None if unseen else life.married + days(rng.randint(5, 120))


def _german_form(
    rng: Stream, source: str, life: Life, last: tuple[date, Identity]
) -> tuple[date, Identity] | None:
    """Return the identity of a naturalised person who took a German given name."""
    if source != "job_centre" or life.left_reason != "EINBUERGERUNG" or life.left is None:
        return None
    if life.left <= last[0] or rng.random() > assumptions().number("german_name_form"):
        return None
    german = name_pools()["german"].draw_given(rng, "m" if life.person.sex == "m" else "f")
    return life.left + days(45), replace(last[1], given=german)


def _correction(
    rng: Stream, source: str, life: Life, last: tuple[date, Identity]
) -> tuple[date, Identity] | None:
    """Return the corrected identity, which keeps the wrong name as an alias."""
    since, wrong = last
    wait = rng.expovariate(rates(source)["corrected", ""]) * 365
    clean = true_identity(life, source, life.family_on(since))
    clean = replace(clean, register_number=wrong.register_number)
    if wait > 900 or clean == wrong:
        return None
    renamed = (wrong.family, wrong.given) != (clean.family, clean.given)
    aliases = (f"{wrong.family}, {wrong.given}",) if renamed else ()
    return since + days(60 + wait), replace(clean, aliases=aliases)


def _record(  # noqa: PLR0913 (facts of one record)
    seed: int,
    source: str,
    number: str,
    life: Life,
    since: date,
    *,
    duplicate_of: str = "",
    spells: tuple[Spell, ...] = (),
    cases: tuple[Case, ...] = (),
) -> Record:
    rng = stream(seed, "record", number)
    return Record(
        source,
        number,
        life,
        since,
        _versions(seed, source, number, life, since),
        address_is_old=rng.random() < rates(source)["address_outdated", ""],
        lag=rng.randint(0, _LAG_DAYS[source]),
        duplicate_of=duplicate_of,
        spells=spells,
        cases=cases,
    )


def immigration_office_records(seed: int, life: Life) -> Iterator[Record]:
    """Yield the file of a foreign resident, and now and then a second one."""
    person = life.person
    rng = stream(seed, "file", person.number)
    since = person.arrived_in_district + days(rng.randint(0, 20))
    if life.left and life.left <= since:
        since = person.arrived_in_district
    number = file_number(person.number * 2)
    yield _record(seed, "immigration_office", number, life, since)
    if rng.random() < rates("immigration_office")["duplicate", ""]:
        again = since + days(rng.randint(20, 900))
        if not life.left or again < life.left:
            second = file_number(person.number * 2 + 1)
            pointer = number if rng.random() < 0.5 else ""
            yield _record(seed, "immigration_office", second, life, again, duplicate_of=pointer)


def _continued(rng: Stream, spell: Spell, cut: date) -> Spell:
    """Return the rest of a spell under a new number, in some cases as a second community."""
    if rng.random() < 0.3:
        began = cut - days(40)
        return replace(spell, community=f"{spell.community[:-1]}9", began=began, recorded=cut)
    return replace(spell, began=cut + days(1), recorded=cut + days(1))


def job_centre_records(seed: int, life: Life) -> Iterator[Record]:
    """Yield a record per customer number: a new one after a break of more than six months."""
    rng = stream(seed, "customer", life.person.number)
    groups: list[list[Spell]] = []
    for spell in life.spells:
        broken = groups and (spell.began - groups[-1][-1].ended).days > 183
        if not groups or broken:
            groups.append([])
        length = (spell.ended - spell.began).days
        if length > 400 and rng.random() < rates("job_centre")["duplicate", ""] * 3:
            cut = spell.began + days(rng.randint(100, length - 100))
            groups[-1].append(replace(spell, ended=cut))
            groups.append([_continued(rng, spell, cut)])
        else:
            groups[-1].append(spell)
    for index, group in enumerate(groups):
        number = customer_number(life.person.number * 8 + index)
        yield _record(seed, "job_centre", number, life, group[0].recorded, spells=tuple(group))


def case_management_records(seed: int, life: Life) -> Iterator[Record]:
    """Yield the client's record, and now and then a second one with a case closed as double."""
    if not life.cases:
        return
    rng = stream(seed, "client", life.person.number)
    number = client_number(life.person.number * 2)
    intake = life.cases[0].intake
    yield _record(seed, "case_management", number, life, intake, cases=life.cases)
    if rng.random() < rates("case_management")["duplicate", ""]:
        again = intake + days(rng.randint(10, 200))
        case = life.cases[0]
        shift = again - case.intake
        double = replace(
            case,
            intake=again,
            clearing=case.clearing + shift,
            assessed=case.assessed + shift,
            planned=case.planned + shift,
            evaluated=case.planned + shift + days(3),
            closed=case.planned + shift + days(5),
            close_reason="DUBLETTE",
            goals=(),
            referrals=(),
            contacts=(),
            conferences=(),
        )
        second = client_number(life.person.number * 2 + 1)
        yield _record(seed, "case_management", second, life, again, cases=(double,))
