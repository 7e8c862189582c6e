"""Names that change truly: marriage, divorce, a German form, an identity that was corrected."""

from dataclasses import dataclass
from datetime import date

from kim_pipeline.simulation.assumptions import assumptions
from kim_pipeline.simulation.chance import Stream, share, stream
from kim_pipeline.simulation.dates import YEAR, add_months, days, years_between
from kim_pipeline.simulation.identities import family_name, given_names
from kim_pipeline.simulation.names import name_pools
from kim_pipeline.simulation.population import Person

MARRIAGE, DIVORCE, GERMAN_FORM = "marriage", "divorce", "german form"


@dataclass(frozen=True, slots=True)
class NameChange:
    """The names borne from a day on."""

    on: date
    given: str
    family: str
    kind: str


@dataclass(frozen=True, slots=True)
class Claim:
    """Names and birth date that somebody gave until papers showed the true ones."""

    until: date
    given: str
    family: str
    birth: date


def name_changes(  # noqa: PLR0913 (what decides a change of names)
    rng: Stream,
    person: Person,
    *,
    single: bool,
    naturalised: date | None,
    today: date,
    horizon: date,
) -> tuple[date | None, tuple[NameChange, ...]]:
    """Draw (day of marriage, changes of names in the order of days) to the horizon."""
    start = max(add_months(today, -24), person.arrived_in_district)
    married = _marriage(rng, person, single, start)
    married = married if married and married <= horizon else None
    changes: list[NameChange] = []
    if married and rng.random() < assumptions().rate("new_name_at_marriage", person.sex):
        name = family_name(rng, person.nationality, person.sex)
        changes.append(NameChange(married, person.given, name, MARRIAGE))
    if not single and person.family != person.birth_name:
        rate = assumptions().number("takes_birth_name_back")
        divorced = start + days(rng.expovariate(rate) * YEAR)
        if divorced <= horizon:
            changes.append(NameChange(divorced, person.given, person.birth_name, DIVORCE))
    if naturalised and rng.random() < assumptions().number("german_name_form"):
        given = name_pools()["german"].draw_given(rng, "m" if person.sex == "m" else "f")
        family = changes[-1].family if changes else person.family
        changes.append(NameChange(naturalised, given, family, GERMAN_FORM))
    return married, tuple(sorted(changes, key=lambda change: change.on))


def _marriage(rng: Stream, person: Person, single: bool, start: date) -> date | None:
    age = years_between(person.birth, start)
    if not single or not 19 < age < 45:
        return None
    return start + days(rng.expovariate(assumptions().number("marries")) * YEAR)


def claim_of(seed: int, person: Person, today: date, horizon: date) -> Claim | None:
    """Return what somebody claimed to be, for a few who came without papers."""
    rate = assumptions().rate("false_identity", person.nationality.route)
    if rate == 0 or share(seed, "claim", person.truth) >= rate:
        return None
    rng = stream(seed, "claim", person.truth)
    first = max(person.arrived_in_district + days(90), add_months(today, -36))
    until = first + days(rng.random() * 4.5 * YEAR)
    if until > horizon:
        return None
    given = given_names(rng, person.nationality, person.sex)
    family = person.family
    if rng.random() < 0.6:
        family = family_name(rng, person.nationality, person.sex)
    if rng.random() < 0.4:
        given = person.given
    birth = person.birth + days(rng.choice((-1, 1)) * rng.uniform(0.5, 5) * YEAR)
    if rng.random() < 0.6:
        birth = date(birth.year, 1, 1)
    return Claim(until, given, family, max(birth, date(1920, 1, 1)))


def old_name(seed: int, person: Person, today: date) -> tuple[str, float]:
    """Return (a family name borne before, factor) for those whose name has changed.

    Only some people have changed their name; the factor makes up for the others, so that the
    rates of the error table hold for all records.
    """
    potential = 0.25 if is_young_woman(person, today) else 0.1
    if share(seed, "old name", person.truth) >= potential:
        return "", 0.0
    if person.birth_name != person.family:
        return person.birth_name, 1 / potential
    name = family_name(stream(seed, "old name", person.truth), person.nationality, person.sex)
    return name, 1 / potential


def is_young_woman(person: Person, today: date) -> bool:
    """Tell whether a person is a woman between 20 and 40, whose names change most often."""
    return person.sex == "w" and 20 <= years_between(person.birth, today) <= 40
