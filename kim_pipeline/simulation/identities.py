"""Passport identities: names by region and role in the family, birth dates and places."""

from dataclasses import dataclass
from datetime import date

from kim_pipeline.simulation.assumptions import assumptions
from kim_pipeline.simulation.chance import Stream
from kim_pipeline.simulation.dates import days
from kim_pipeline.simulation.names import NamePool, name_pools
from kim_pipeline.simulation.nationalities import Nationality

_FATHERS_NAME_REGIONS = {"tigrinya", "somali"}


@dataclass(frozen=True, slots=True)
class FamilyName:
    """The family name borne now and the one at birth."""

    now: str
    at_birth: str


def pool_of(nationality: Nationality) -> NamePool:
    """Return the names of a nationality's region."""
    return name_pools()[nationality.name_region]


def birth_places(nationality: Nationality, *, born_here: bool) -> tuple[str, ...]:
    """Return the places where a person may be born; Germans also come from near by."""
    near = assumptions().texts("birth_places_near")
    if born_here:
        return near
    return (near if nationality.code == "000" else ()) + nationality.birth_places


def is_near(birth_place: str) -> bool:
    """Tell whether a birth place is one of those near the Kreis."""
    return birth_place in assumptions().texts("birth_places_near")


def given_names(rng: Stream, nationality: Nationality, sex: str) -> str:
    """Draw one or two given names."""
    pool = pool_of(nationality)
    bearer = "m" if sex == "m" else "f"
    first = pool.draw_given(rng, bearer)
    if rng.random() < assumptions().rate("second_given_name", nationality.name_region):
        second = pool.draw_given(rng, bearer)
        return first if second == first else f"{first} {second}"
    return first


def family_name(rng: Stream, nationality: Nationality, sex: str) -> str:
    """Draw a family name, double where the region's name law has two."""
    pool = pool_of(nationality)
    bearer = "m" if sex == "m" else "f"
    name = pool.draw_family(rng, bearer)
    if rng.random() < assumptions().rate("double_family_name", nationality.name_region):
        second = pool.draw_family(rng, bearer)
        return name if second == name else f"{name} {second}"
    return name


def spouse_name(rng: Stream, nationality: Nationality, sex: str, head_family: str) -> FamilyName:
    """Draw the family name of a spouse, shared or not by the region's custom."""
    own = family_name(rng, nationality, sex)
    shared = assumptions().rate("spouse_same_family_name", nationality.name_region)
    if rng.random() < shared:
        return FamilyName(_form(head_family, sex, nationality), own)
    return FamilyName(own, own)


def child_name(nationality: Nationality, sex: str, father_given: str, family: str) -> str:
    """Give a child its family name: the father's given name or the family's name."""
    if nationality.name_region in _FATHERS_NAME_REGIONS:
        return father_given.split(" ", maxsplit=1)[0]
    return _form(family, sex, nationality)


def _form(family: str, sex: str, nationality: Nationality) -> str:
    """Bend Slavic family names by sex."""
    if nationality.name_region in {"russian", "bulgarian", "ukrainian"}:
        if sex == "w" and family.endswith(("ov", "ev", "in")):
            return f"{family}a"
        if sex == "m" and family.endswith(("ova", "eva", "ina")):
            return family[:-1]
    if nationality.name_region == "polish":
        if sex == "w" and family.endswith(("ski", "cki")):
            return f"{family[:-1]}a"
        if sex == "m" and family.endswith(("ska", "cka")):
            return f"{family[:-1]}i"
    return family


def birth_dates(rng: Stream, around: date, *, new_year: float) -> tuple[date, date]:
    """Return (birth date in the passport, true birth date); 1 January may stand for a year."""
    real = around + days(rng.randint(-182, 182))
    if rng.random() < new_year:
        return date(real.year, 1, 1), real
    return real, real


def forefather(rng: Stream, nationality: Nationality) -> str:
    """Draw the given name of a father or grandfather."""
    return pool_of(nationality).draw_given(rng, "m")
