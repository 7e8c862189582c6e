"""Cyrillic and Greek names in Latin letters, by the scheme of a passport or of a clerk."""

from functools import cache
from importlib import import_module

from kim_pipeline.simulation.tables import table

SCHEMES = ("ukrainian", "russian", "bulgarian", "german", "english", "iso")
_NAMES = (
    "first_names",
    "first_names_male",
    "first_names_female",
    "last_names",
    "last_names_male",
    "last_names_female",
)


@cache
def _letters(scheme: str) -> dict[int, str]:
    rows = table("names/romanisation.csv")
    lower = {row["letter"]: row[scheme] for row in rows if row[scheme] or scheme != "greek"}
    if scheme == "greek":
        plain = {
            "ά": "α",
            "έ": "ε",
            "ή": "η",
            "ί": "ι",
            "ό": "ο",
            "ύ": "υ",
            "ώ": "ω",
            "ϊ": "ι",
            "ϋ": "υ",
            "ΐ": "ι",
            "ΰ": "υ",
        }
        lower |= {accented: lower[letter] for accented, letter in plain.items()}
    upper = {letter.upper(): latin.capitalize() for letter, latin in lower.items()}
    return str.maketrans(lower | {k: v for k, v in upper.items() if len(k) == 1})


def romanise(name: str, scheme: str) -> str:
    """Write a name in Latin letters; names that need no scheme stay as they are."""
    return name.translate(_letters(scheme)) if scheme else name


@cache
def forms(locale: str, scheme: str) -> dict[str, dict[str, str]]:
    """Return passport spelling → scheme → spelling for all Cyrillic names of a locale."""
    provider = import_module(f"faker.providers.person.{locale}").Provider
    names = {name for attribute in _NAMES for name in getattr(provider, attribute, ())}
    return {
        romanise(name, scheme): {other: romanise(name, other) for other in SCHEMES}
        for name in sorted(names)
    }
