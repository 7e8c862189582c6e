"""One spelling for names, places and addresses before they become tokens (KTS-1, version 2).

A change here changes tokens: raise `VERSION`, re-run the golden names, and let every source
re-deliver. What sounds alike is the matter of `name_forms`.
"""

import re
import unicodedata
from collections.abc import Sequence

from kim_pipeline.privacy.transliteration import to_latin_all

VERSION = "KTS-1/2"
PARTICLES = frozenset(
    re.split(
        r"\|",
        "al|el|ul|ad|ar|as|ash|an|at|az|ed|er|es|ibn|bin|ben|bint|bent|ould|wuld|van|von|vom|de|"
        "der|den|da|di|do|dos|das|del|della|la|le|les|zu|zum|zur|ter|ten|af|av|und|y",
    )
)
_PLACEHOLDER = re.compile(
    "[x ]*|unbek|(?:name |namen )?unbekannt|nicht bekannt|unknown|inconnu|fnu|lnu|n ?n|keine?|"
    "k a|keine? (?:angaben?|(?:vor|nach|familien)?namen?)|ohne(?: (?:vor|nach)?namen?)?|namenlos|"
    "null|none"
)
_SILENT = re.compile(
    "['’‘`´ʹʺʻʼʽʾʿˈˌ′″·?\ufffd\u00ad\u0387\u0640\u200b-\u200f\u202a-\u202e\u2066-\u2069\u1fef\u1ffd]"
)
_GAPS = re.compile(r"[^a-z0-9\n]+")
_STREET_END = re.compile(r"(?:strasse|str)(?= |$)")
_STREET_TAIL = re.compile(r"(.*?\D)((?: \d+ ?[a-z]?)+)")
_SAINT = re.compile("^st ")
_HOUSE_NUMBER = re.compile(r"0*(\d+)\s*([a-z]?)(?![a-z])")


def normalise(text: str | None) -> str | None:
    """Return letters a to z, digits and single spaces; None for a placeholder.

    Letters lost on the way (`?`) are left out, so that the consonants around them stay one word.
    """
    return None if text is None else normalise_all([text])[0]


def normalise_all(texts: Sequence[str]) -> list[str | None]:
    """Normalise many texts in one pass, each as `normalise` does."""
    if not texts:
        return []
    heard = _SILENT.sub("", "\n".join(text.replace("\n", " ") for text in texts))
    if heard.isascii():
        latin = heard.lower()
    else:
        composed = _SILENT.sub("", unicodedata.normalize("NFKC", heard))
        latin = "\n".join(to_latin_all(composed.split("\n")))
    plain = [text.strip() for text in _GAPS.sub(" ", latin).split("\n")]
    return [None if _PLACEHOLDER.fullmatch(text) else text for text in plain]


def words(text: str | None) -> list[str]:
    """Return the words of a name without particles; a name of particles alone keeps them."""
    return words_of(normalise(text))


def words_of(normalised: str | None) -> list[str]:
    """Return the words of a name that is normalised already."""
    parts = (normalised or "").split()
    return [part for part in parts if part not in PARTICLES] or parts


def street(text: str | None) -> str | None:
    """Return the street without its kind's spelling, gaps and house number."""
    plain = normalise(text)
    if plain is None:
        return None
    tail = _STREET_TAIL.fullmatch(plain)
    name = _SAINT.sub("sankt ", tail[1] if tail else plain)
    return _STREET_END.sub("str", name).replace(" ", "")


def house_number(number: str | None, street_text: str | None = None) -> str | None:
    """Return number and letter, of a range the first; looked for behind the street when missing."""
    plain = normalise(number)
    if plain is None:
        tail = _STREET_TAIL.fullmatch(normalise(street_text) or "")
        plain = tail[2].strip() if tail else ""
    found = _HOUSE_NUMBER.match(plain)
    return found[1] + found[2] if found else None


def postcode(text: str | None) -> str | None:
    """Return the five digits of a German postcode, else None."""
    digits = "".join(sign for sign in text or "" if sign in "0123456789")
    return digits if len(digits) == 5 and digits != "00000" else None
