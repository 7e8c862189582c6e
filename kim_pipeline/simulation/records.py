"""Which records each source keeps of whom, and what stands in them on a day."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from kim_pipeline.simulation.address_errors import (
    address_error,
    flawless_address,
    wrong_address,
)
from kim_pipeline.simulation.addresses import Address
from kim_pipeline.simulation.asylum_grants import Grant, grants_of
from kim_pipeline.simulation.benefits import Spell
from kim_pipeline.simulation.cases import Case
from kim_pipeline.simulation.chance import Stream, share, stream
from kim_pipeline.simulation.dates import days
from kim_pipeline.simulation.file_b import filed_away
from kim_pipeline.simulation.identity import Identity
from kim_pipeline.simulation.letters import systems
from kim_pipeline.simulation.life_courses import Life
from kim_pipeline.simulation.numbers import (
    client_number,
    customer_number,
    file_number,
    grant_name,
    second_register_number,
)
from kim_pipeline.simulation.planted import titles_as_recorded
from kim_pipeline.simulation.rates import Rates
from kim_pipeline.simulation.record_events import Dossier
from kim_pipeline.simulation.titles import Title
from kim_pipeline.simulation.visits import Visits, visits_of
from kim_pipeline.simulation.written import Clerks, Versions, versions_of

_LAG_DAYS = {
    "immigration_office": 45,
    "job_centre": 25,
    "case_management": 150,
    "asylum_benefits": 20,
}
# At every second or so visit the address is typed anew.
_ADDRESS_TYPED_EVERY = {
    "immigration_office": 4,
    "job_centre": 1,
    "case_management": 2,
    "asylum_benefits": 1,
}


@dataclass(frozen=True, slots=True)
class Record:
    """A person record of one source from a day on.

    `number` is unique in its source. Where each town counts by itself, `in_town` is the number that
    the office gave, and that may also stand in another town.
    """

    source: str
    number: str
    life: Life
    since: date
    versions: Versions
    visits: Visits
    rates: Rates
    seed: int
    address_is_old: bool
    lag: int
    duplicate_of: str = ""
    spells: tuple[Spell, ...] = ()
    cases: tuple[Case, ...] = ()
    titles: tuple[Title, ...] = ()
    filed: date | None = None
    grant: Grant | None = None
    in_town: str = ""

    @property
    def given_number(self) -> str:
        """Return the number under which the office keeps the record."""
        return self.in_town or self.number

    @property
    def numbered_in(self) -> str:
        """Return the town (AGS) in which alone the number holds; empty where it holds in all."""
        return self.grant.town_ags if self.grant else ""

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
        home = household.home_before(home) if self.address_is_old else home
        typed = self.visits.number_on(day) // _ADDRESS_TYPED_EVERY[self.source]
        key = "address", self.number, home.since.toordinal(), typed
        address = flawless_address(home.address, systems()[self.source])
        error = address_error(share(self.seed, *key), self.rates)
        return wrong_address(stream(self.seed, *key), address, error) if error else address

    def visited_before(self, day: date) -> date:
        """Return the day of the last visit."""
        return max(self.since, self.visits.day_of(self.visits.number_on(day)))


def _record(  # noqa: PLR0913 (facts of one record)
    clerks: Clerks,
    source: str,
    number: str,
    life: Life,
    since: date,
    *,
    duplicate_of: str = "",
    register_number: str = "",
    spells: tuple[Spell, ...] = (),
    cases: tuple[Case, ...] = (),
    grant: Grant | None = None,
) -> Record:
    seed = clerks.seed
    rates = clerks.rates_for(source, life)
    known_as = register_number or life.person.register_number
    dossier = Dossier(seed, source, number, life, since, known_as)
    lag = int(share(seed, "lag", number) * _LAG_DAYS[source])
    return Record(
        source,
        number,
        life,
        since,
        versions_of(clerks, dossier),
        visits_of(seed, source, number, life),
        rates,
        seed,
        address_is_old=share(seed, "old address", number) < rates["address_outdated"],
        lag=lag,
        duplicate_of=duplicate_of,
        spells=spells,
        cases=cases,
        titles=titles_as_recorded(seed, life.person, life.titles) if dossier.of_office else (),
        filed=filed_away(seed, life, rates) if dossier.of_office else None,
        grant=grant,
    )


def immigration_office_records(clerks: Clerks, life: Life) -> Iterator[Record]:
    """Yield the file of a foreign resident, and now and then a second one."""
    person = life.person
    rng = stream(clerks.seed, "file", person.number)
    since = person.arrived_in_district + days(rng.randint(0, 20))
    if life.left and life.left <= since:
        since = person.arrived_in_district
    number = file_number(person.number * 2)
    yield _record(clerks, "immigration_office", number, life, since)
    if rng.random() < clerks.rates("immigration_office")["duplicate"]:
        again = since + days(rng.randint(20, 900))
        if not life.left or again < life.left:
            yield _second_file(rng, clerks, life, again)


def _second_file(rng: Stream, clerks: Clerks, life: Life, since: date) -> Record:
    """Open another file of the same person, which half of the time the office knows to be one."""
    rates, index = clerks.rates("immigration_office"), life.person.number * 2
    pointer = file_number(index) if rng.random() < rates["duplicate_pointer"] else ""
    twice = rng.random() < rates["duplicate_other_number"]
    return _record(
        clerks,
        "immigration_office",
        file_number(index + 1),
        life,
        since,
        duplicate_of=pointer,
        register_number=second_register_number(since, life.person.number) if twice else "",
    )


def _continued(rng: Stream, spell: Spell, cut: date) -> Spell:
    """Return the rest of a spell under a new number, in some cases as a second community."""
    if rng.random() < 0.3:
        began = cut - days(40)
        return replace(spell, community=f"{spell.community[:-1]}9", began=began, recorded=cut)
    return replace(spell, began=cut + days(1), recorded=cut + days(1))


def job_centre_records(clerks: Clerks, life: Life) -> Iterator[Record]:
    """Yield a record per customer number: a new one after a break of more than six months."""
    rng = stream(clerks.seed, "customer", life.person.number)
    groups: list[list[Spell]] = []
    for spell in life.spells:
        broken = groups and (spell.began - groups[-1][-1].ended).days > 183
        if not groups or broken:
            groups.append([])
        length = (spell.ended - spell.began).days
        if length > 400 and rng.random() < clerks.rates("job_centre")["duplicate"] * 3:
            cut = spell.began + days(rng.randint(100, length - 100))
            groups[-1].append(replace(spell, ended=cut))
            groups.append([_continued(rng, spell, cut)])
        else:
            groups[-1].append(spell)
    for index, group in enumerate(groups):
        number = customer_number(life.person.number * 8 + index)
        yield _record(clerks, "job_centre", number, life, group[0].recorded, spells=tuple(group))


def case_management_records(clerks: Clerks, life: Life) -> Iterator[Record]:
    """Yield the client's record, and now and then a second one with a case closed as double."""
    if not life.cases:
        return
    rng = stream(clerks.seed, "client", life.person.number)
    number = client_number(life.person.number * 2)
    intake = life.cases[0].intake
    yield _record(clerks, "case_management", number, life, intake, cases=life.cases)
    if rng.random() < clerks.rates("case_management")["duplicate"]:
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
        yield _record(clerks, "case_management", second, life, again, cases=(double,))


def asylum_benefits_records(clerks: Clerks, life: Life) -> Iterator[Record]:
    """Yield a record per grant: each town, and each new start, gives a number of its own."""
    for index, grant in enumerate(grants_of(clerks.seed, life, clerks.frame)):
        name = grant_name(life.person.number * 8 + index)
        yield _record(clerks, "asylum_benefits", name, life, grant.recorded, grant=grant)
