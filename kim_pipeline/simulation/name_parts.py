"""Errors in the parts of names: particles, several names, swapped names, placeholders, fathers."""

from kim_pipeline.simulation.chance import Stream
from kim_pipeline.simulation.names import short_forms

PLACEHOLDERS = ("-", "+", "X", "unbekannt", "FNU")
# Longest first, so that `Abd Al-` is not taken for `Abd`.
PARTICLES = (
    "Abd Al-",
    "Abd al-",
    "Abdul ",
    "Abd ",
    "Abu ",
    "Um ",
    "Bin ",
    "Ben ",
    "Ait ",
    "Al-",
    "El-",
    "Al ",
    "El ",
    "van der ",
    "van de ",
    "van den ",
    "van ",
    "von ",
    "de la ",
    "del ",
    "de ",
    "da ",
    "dos ",
    "Da ",
    "De ",
    "Di ",
    "Dos ",
)


def particle_of(name: str) -> str:
    """Return the particle a name begins with, or nothing."""
    if not name.startswith(PARTICLES):
        return ""
    return next((p for p in PARTICLES if name.startswith(p) and len(name) > len(p)), "")


def handle_particle(rng: Stream, name: str) -> str:
    """Join, drop, change or move the particle of a name."""
    particle = particle_of(name)
    if not particle:
        return name
    rest, bare = name[len(particle) :], particle.strip("- ")
    other = {"Al": "El", "El": "Al"}.get(bare, bare)
    return rng.choice(
        (
            f"{bare}{rest.lower()}".replace(" ", "").replace("-", ""),
            rest,
            f"{bare} {rest}",
            f"{bare}-{rest}",
            f"{other} {rest}",
            f"{rest} {bare}",
        )
    )


def keep_one_word(rng: Stream, name: str) -> str:
    """Keep one of several words."""
    words = name.split(" ")
    return words[0] if rng.random() < 0.7 else words[-1]


def turn_round(name: str) -> str:
    """Put the last word first."""
    words = name.split(" ")
    return " ".join((words[-1], *words[:-1]))


def change_hyphen(name: str) -> str:
    """Write a hyphen for a space or a space for a hyphen."""
    return name.replace("-", " ") if "-" in name else name.replace(" ", "-")


def has_words(name: str) -> bool:
    """Tell whether a name has several words, particles apart."""
    return " " in name[len(particle_of(name)) :]


def single_name(rng: Stream, name: str) -> tuple[str, str]:
    """Write the only name of a passport: (given, family), one of them a placeholder or a copy."""
    sign = rng.choice((*PLACEHOLDERS, name))
    return (sign, name) if rng.random() < 0.6 else (name, sign)


def nickname(rng: Stream, given: str) -> str:
    """Return what the bearer is called, if a short form is known."""
    known = short_forms().get(given) or short_forms().get(given.split(" ", maxsplit=1)[0])
    return rng.choice(known) if known else given


def by_father(
    region: str, given: str, family: str, forefathers: tuple[str, str]
) -> tuple[str, str]:
    """Take a forefather's name for the family name, as the custom of a region suggests."""
    father, grandfather = forefathers
    if region == "bulgarian":
        return given, patronymic(father)
    if region in {"tigrinya", "somali"}:
        # The father's name is the family name: the clerk took the grandfather's.
        return given, grandfather or family
    if " " in given:
        first, second = given.split(" ", 1)
        return first, second
    return given, father or family


def patronymic(father: str) -> str:
    """Return the Bulgarian patronymic of a father's name."""
    stem = father.rstrip("aeioy")
    return f"{stem}ov" if stem else father
