"""Letters that get lost: diacritics in three styles, code pages, unreadable letters."""

import unicodedata
from dataclasses import dataclass
from functools import cache

from kim_pipeline.simulation.chance import Lottery, lottery
from kim_pipeline.simulation.tables import table

PLAIN, GERMAN, INTERNATIONAL = "plain", "german", "international"
_SUBSTITUTES: dict[int, str] = {
    **{ord(a): b for a, b in zip("ıİłŁøØđĐəƏɛƐɔƆ’ʼŋŊ", "iIlLoOdDeEeEoO''nN", strict=True)},
    **{ord(a): b for a, b in (("æ", "ae"), ("Æ", "Ae"), ("œ", "oe"), ("ß", "ss"), ("þ", "th"))},
}
_UMLAUTS: dict[int, str] = {
    ord(a): b
    for a, b in zip("äöüÄÖÜøå", ("ae", "oe", "ue", "Ae", "Oe", "Ue", "oe", "aa"), strict=True)
}
# What a German clerk writes by ear for letters of Turkish and South Slavic names.
_BY_EAR: dict[int, str] = _UMLAUTS | {
    ord(letter): sound
    for letters, sound in (("şšș", "sch"), ("ŞŠȘ", "Sch"), ("çčć", "tsch"), ("ÇČĆ", "Tsch"))
    for letter in letters
}
_STYLES: dict[str, dict[int, str]] = {PLAIN: {}, GERMAN: _BY_EAR, INTERNATIONAL: _UMLAUTS}


@dataclass(frozen=True)
class System:
    """What the program of a source does to all its records."""

    letters: str
    street: str
    styles: Lottery[str]


@cache
def systems() -> dict[str, System]:
    """Read the programs of all sources."""
    return {
        row["source"]: System(
            row["letters"], row["street"], lottery((s, float(row[s])) for s in _STYLES)
        )
        for row in table("source_systems.csv")
    }


def strip_diacritics(text: str, style: str = PLAIN) -> str:
    """Write a name in plain letters: ö as o, or as oe in the other styles; ş as sch by ear."""
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFKD", text.translate(_STYLES[style]).translate(_SUBSTITUTES))
    return "".join(c for c in parts if not unicodedata.combining(c))


def unreadable(text: str) -> str:
    """Write a question mark for each letter beyond ASCII."""
    return "".join(c if c.isascii() else "?" for c in text)


def fit_letters(text: str, letters: str) -> str:
    """Write a text in the letters of a code page; the others lose their marks."""
    return text if letters == "all" or text.isascii() else _fitted(text, letters)


@cache
def _fitted(text: str, letters: str) -> str:
    return "".join(c if _encodable(c, letters) else strip_diacritics(c) for c in text)


@cache
def _encodable(letter: str, letters: str) -> bool:
    try:
        letter.encode(letters)
    except UnicodeEncodeError:
        return False
    return True
