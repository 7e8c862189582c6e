"""What clerks do to names: the errors of one record in the order in which they happen."""

from dataclasses import dataclass, replace

from kim_pipeline.simulation.chance import Stream
from kim_pipeline.simulation.identity import Identity
from kim_pipeline.simulation.letters import strip_diacritics, systems, unreadable
from kim_pipeline.simulation.name_parts import (
    by_father,
    change_hyphen,
    handle_particle,
    has_words,
    keep_one_word,
    nickname,
    particle_of,
    single_name,
    turn_round,
)
from kim_pipeline.simulation.rates import Rates
from kim_pipeline.simulation.schemes import draw_scheme, in_scheme, translated
from kim_pipeline.simulation.spelling import HABITS, misheard_name, vary_name

# Among records with another spelling this share of the words has one, so that words of a record
# vary together; the rate per word stays that of the table.
TOGETHER = 0.45


@dataclass(frozen=True, slots=True)
class Bearer:
    """What decides the errors in somebody's names, the same for all offices."""

    region: str
    doubled: bool = False
    forefathers: tuple[str, str] = ("", "")
    old_name: str = ""
    single: float = 1.0


def wrong_names(rng: Stream, who: Identity, bearer: Bearer, rates: Rates, source: str) -> Identity:
    """Write the names of an identity with the errors of one record."""
    given, family, at_birth = who.given, who.family, who.birth_name
    if bearer.single < rates["placeholder"]:
        given, family = single_name(rng, given.split(" ", maxsplit=1)[0])
        at_birth = family
    elif bearer.old_name and rng.random() < rates["old_family_name"]:
        family = bearer.old_name
    given, family = _parts(rng, given, family, bearer, rates)
    same = at_birth == who.family and family == who.family
    given, family, at_birth = _spelled(rng, (given, family, at_birth), bearer, rates)
    family = _particles(rng, family, rates)
    given = _particles(rng, given, rates)
    given, family = _typed(rng, given, family, rates)
    at_birth = family if same else at_birth
    if rng.random() < rates["birth_name_missing"]:
        at_birth = ""
    if rng.random() < rates["names_swapped"]:
        given, family = family, given
    names = _without_marks(rng, (given, family, at_birth), rates, source)
    return replace(who, given=names[0], family=names[1], birth_name=names[2])


def _parts(rng: Stream, given: str, family: str, bearer: Bearer, rates: Rates) -> tuple[str, str]:
    """Apply the errors in which names are taken at all, and in which order."""
    if rng.random() < rates["fathers_name"]:
        given, family = by_father(bearer.region, given, family, bearer.forefathers)
    if rng.random() < rates["nickname"]:
        given = nickname(rng, given)
    return _several(rng, given, rates), _several(rng, family, rates)


def _several(rng: Stream, name: str, rates: Rates) -> str:
    """Apply the errors in names of several words."""
    if has_words(name):
        if rng.random() < rates["partial_name"]:
            return keep_one_word(rng, name)
        if rng.random() < rates["name_order"]:
            name = turn_round(name)
    if (has_words(name) or "-" in name) and rng.random() < rates["hyphen"]:
        name = change_hyphen(name)
    return name


Names = tuple[str, str, str]


def _spelled(rng: Stream, names: Names, bearer: Bearer, rates: Rates) -> Names:
    """Apply other spellings: one habit and one scheme for the whole record."""
    given, family, at_birth = names
    record = min(0.95, rates["spelling_variant"] * (2 if bearer.doubled else 1) / TOGETHER)
    if rng.random() < record:
        habit = rng.choice(HABITS)
        given, family, at_birth = (vary_name(rng, n, habit, TOGETHER) for n in names)
    if rng.random() < rates["scheme_changed"]:
        scheme = draw_scheme(rng)
        given, family, at_birth = (in_scheme(n, scheme) for n in (given, family, at_birth))
    if rng.random() < rates["name_translated"]:
        given = translated(rng, given)
    if rng.random() < rates["misheard"]:
        given, family = misheard_name(rng, given), misheard_name(rng, family)
    return given, family, at_birth


def _particles(rng: Stream, name: str, rates: Rates) -> str:
    if particle_of(name) and rng.random() < rates["particle"]:
        return handle_particle(rng, name)
    return name


def _typed(rng: Stream, given: str, family: str, rates: Rates) -> tuple[str, str]:
    """Apply typing errors: one letter in one name, in a few records another one."""
    wrong = rng.random() < rates["typing"]
    while wrong:
        if rng.random() < 0.5:
            given = mistype(rng, given)
        else:
            family = mistype(rng, family)
        wrong = rng.random() < rates["typing_again"]
    return given, family


def mistype(rng: Stream, name: str) -> str:
    """Insert, drop, change or transpose one letter."""
    if len(name) < 3:
        return name
    at = rng.randrange(1, len(name) - 1)
    letter = rng.choice("abcdefghiklmnoprstuvwz")
    return rng.choice(
        (
            name[:at] + letter + name[at:],
            name[:at] + name[at + 1 :],
            name[:at] + letter + name[at + 1 :],
            name[:at] + name[at + 1] + name[at] + name[at + 2 :],
        )
    )


def _without_marks(rng: Stream, names: Names, rates: Rates, source: str) -> Names:
    """Lose the diacritics of a record in one style, or make its letters unreadable."""
    given, family, at_birth = names
    if rng.random() < rates["diacritics_lost"]:
        style = systems()[source].styles.draw(rng)
        given, family, at_birth = (strip_diacritics(n, style) for n in names)
    if rng.random() < rates["letters_unreadable"]:
        given, family, at_birth = (unreadable(n) for n in (given, family, at_birth))
    return given, family, at_birth
