"""Names as they stand in passports, by region, with the spellings that are equally good."""

import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from kim_pipeline.simulation.chance import Lottery, Stream, lottery, stream
from kim_pipeline.simulation.romanisation import forms, romanise
from kim_pipeline.simulation.tables import table

_KINDS = {"m": "first_names_male", "f": "first_names_female"}


@dataclass(frozen=True, slots=True)
class NamePool:
    """Lotteries of one region: given names and family names for men and women."""

    given: dict[str, Lottery[str]]
    family: dict[str, Lottery[str]]

    def draw_given(self, rng: Stream, sex: str) -> str:
        """Draw one given name."""
        return self.given[sex].draw(rng)

    def draw_family(self, rng: Stream, sex: str) -> str:
        """Draw one family name in the form for this sex."""
        return self.family[sex].draw(rng)


def _own(region: str, kind: str) -> list[tuple[str, float]]:
    rows = table(f"names/{region}.csv")
    return [(row["name"], float(row["weight"])) for row in rows if row["kind"] == kind]


def _is_latin(name: str) -> bool:
    """Tell whether a name is written in Latin letters, the test of a usable passport name."""
    letters = [unicodedata.name(c, "") for c in name if c.isalpha() and not c.isascii()]
    return not name.isupper() and all(letter.startswith("LATIN") for letter in letters)


def _from_locale(locale: str, attributes: tuple[str, ...], scheme: str) -> list[tuple[str, float]]:
    """Take Faker's names of a locale, in a fixed shuffled order with Zipf weights."""
    provider = import_module(f"faker.providers.person.{locale}").Provider
    found = next(tuple(getattr(provider, a)) for a in attributes if hasattr(provider, a))
    latin = {romanise(name, scheme) for name in found}
    ordered = sorted(filter(_is_latin, latin))
    stream(0, "names", locale, attributes[0]).shuffle(ordered)
    return [(name, 100 / (rank + 8) ** 0.8) for rank, name in enumerate(ordered)]


def _blend(
    own: list[tuple[str, float]], other: list[tuple[str, float]], share: float
) -> Lottery[str]:
    """Mix two weighted lists so that the first one has the given share."""
    scale = [
        (share, sum(w for _, w in own) or 1.0),
        (1 - share, sum(w for _, w in other) or 1.0),
    ]
    return lottery(
        [
            (name, w * part / total)
            for names, (part, total) in zip((own, other), scale, strict=True)
            for name, w in names
        ]
    )


@cache
def name_pools() -> dict[str, NamePool]:
    """Build the pools of all regions from our tables and Faker's lists."""
    return {row["region"]: _pool(row) for row in table("names/sources.csv")}


def _pool(row: dict[str, str]) -> NamePool:
    region, locale, scheme, share = (
        row["region"],
        row["locale"],
        row["romanisation"],
        float(row["own_share"]),
    )
    given, family = {}, {}
    for sex, attribute in _KINDS.items():
        unisex = ("last_romanized_names", "last_names_unisex")
        by_sex = ("last_names_male" if sex == "m" else "last_names_female", "unisex_last_names")
        firsts = (
            f"first_romanized_names_{'male' if sex == 'm' else 'female'}",
            attribute,
            "first_names",
        )
        lasts = (*by_sex, *unisex, "last_names")
        own = share > 0
        given[sex] = _blend(
            _own(region, sex) if own else [],
            _from_locale(locale, firsts, scheme) if locale else [],
            share,
        )
        family[sex] = _blend(
            _own(region, "family") if own else [],
            _from_locale(locale, lasts, scheme) if locale else [],
            share,
        )
    return NamePool(given, family)


@cache
def variants() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return name → (script, other spellings of the same name)."""
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for row in table("names/spelling_variants.csv"):
        family = row["spellings"].split("|")
        for name in family:
            found[name] = (row["script"], tuple(other for other in family if other != name))
    return found


@cache
def scheme_forms() -> dict[str, dict[str, str]]:
    """Return name in a passport → scheme → its spelling, for all Cyrillic names."""
    found: dict[str, dict[str, str]] = {}
    for row in table("names/sources.csv"):
        if row["romanisation"] in {"ukrainian", "russian", "bulgarian"}:
            found |= forms(row["locale"], row["romanisation"])
    return found


@cache
def short_forms() -> dict[str, tuple[str, ...]]:
    """Return given name → what a bearer is called."""
    return {row["name"]: tuple(row["short"].split("|")) for row in table("names/short_forms.csv")}
