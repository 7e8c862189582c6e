"""Other scripts and letters in plain lower-case Latin; what a name means is not known here.

Latin with all DIN 91379 letters, Cyrillic, Greek, Armenian, Georgian, Hebrew, and Arabic script as
written in Arabic, Persian, Kurdish, Urdu, Uyghur and Pashto have a table (`letters.csv`); letters
of further scripts are read by their names.
"""

import csv
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

from kim_pipeline.privacy.letter_names import INHERENT, NUKTA, REPLACES, read_letter, read_syllable

_BASE = frozenset(("latin", "cyrillic", "greek", "armenian", "georgian", "hebrew", "arabic"))
_READINGS = (
    ("ukrainian", re.compile("^(?!.*[әғқңөұүһ]).*[іїєґ]")),
    ("vietnamese", re.compile("[ăơư\u1ea0-\u1ef9]")),
)
_MARKED = re.compile("[іїєґăơư\u1ea0-\u1ef9]")
_PAIRS = (
    ("υύ", re.compile("ο[υύ]"), "ou"),
    ("υύ", re.compile("α[υύ]"), "av"),
    ("υύ", re.compile("ε[υύ]"), "ev"),
    ("γ", re.compile("γκ"), "g"),
    ("γ", re.compile("γγ"), "ng"),
    ("τ", re.compile("τζ"), "tz"),
    ("μ", re.compile(r"\bμπ"), "b"),
    ("ν", re.compile(r"\bντ"), "d"),
    ("ا", re.compile(r"\bال(?=\w{3})"), "al "),
    ("و", re.compile(r"\bو(?=\w)"), "w"),
    ("ո", re.compile("ու"), "u"),
    ("և", re.compile("և"), "ev"),
    ("ո", re.compile(r"\bո(?!վ)"), "vo"),
    ("ե", re.compile(r"\bե"), "ye"),
    ("ъ", re.compile("ъ(?=[яеёю])"), ""),
    ("هہ", re.compile(r"(?<=[سزدتكک])[هہ](?=\w)"), "ah"),
    ("هہ", re.compile(r"(?<=\w\w)(?<!لل)[هہ]\b"), "a"),
    ("\u0626", re.compile("\\b\u0626(?=[\u0627\u06d5\u06ce\u06c6\u0648\u06cc])"), ""),
)
"""Letters that must occur for a rule to be tried, what it finds, and how that is read."""
_INDIC = (
    (re.compile(f"j{INHERENT}{NUKTA}"), f"z{INHERENT}"),
    (re.compile(f"ph{INHERENT}{NUKTA}"), f"f{INHERENT}"),
    (re.compile(f"d(?=h?{INHERENT}{NUKTA})"), "r"),
    (re.compile(NUKTA), ""),
    (re.compile(f"{INHERENT}{REPLACES}"), ""),
    (re.compile(f"(?<=[a-z]){INHERENT}(?=[^\\w{INHERENT}]|$)"), ""),
    (re.compile(INHERENT), "a"),
    (re.compile(REPLACES), ""),
)


def to_latin(text: str) -> str:
    """Return the text in letters a to z, digits and ASCII signs.

    Composition and case are undone (NFKC, case folding), accents are dropped, ä becomes ae, ß ss.
    Cyrillic г and и are read as Ukrainian when the text has letters only Ukrainian has; đ is d in
    Vietnamese and dj elsewhere; the Arabic article becomes a word of its own; an inherent vowel of
    an Indic script is dropped at the end of a word.
    """
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKC", text).replace("İ", "i").casefold()
    text = unicodedata.normalize("NFKC", text)
    readings = frozenset(name for name, mark in _READINGS if mark.search(text))
    for letters, pattern, latin in _PAIRS:
        if any(letter in text for letter in letters):
            text = pattern.sub(latin, text)
    text = text.translate(_table(readings))
    if not text.isascii():
        for pattern, latin in _INDIC:
            text = pattern.sub(latin, text)
    return text


def to_latin_all(texts: Sequence[str]) -> list[str]:
    """Read many texts without line breaks, each as `to_latin` does; most of them in one pass."""
    special = {
        place: to_latin(text) for place, text in enumerate(texts) if _MARKED.search(text.lower())
    }
    rest = "\n".join("" if place in special else text for place, text in enumerate(texts))
    return [special.get(place, text) for place, text in enumerate(to_latin(rest).split("\n"))]


class _Table(dict[int, str]):
    """What each letter becomes, worked out when it is first met."""

    def __init__(self, letters: Mapping[str, str]) -> None:
        super().__init__()
        self._letters = letters

    def __missing__(self, code: int) -> str:
        """Work out a letter that is met for the first time."""
        self[code] = latin = self._latin(chr(code))
        return latin

    def _latin(self, sign: str) -> str:
        if sign.isascii():
            return sign
        if sign in self._letters:
            return self._letters[sign]
        syllable = read_syllable(sign)
        if syllable is not None:
            return syllable
        parts = unicodedata.normalize("NFD", sign)
        if parts != sign:
            return "".join(self[ord(part)] for part in parts)
        return "" if unicodedata.combining(sign) else read_letter(sign)


@cache
def _table(readings: frozenset[str]) -> _Table:
    return _Table(_letters(_BASE) | _letters(readings))


@cache
def _letters(readings: frozenset[str]) -> dict[str, str]:
    file = resources.files("kim_pipeline.privacy").joinpath("letters.csv")
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    return {row["letter"]: row["latin"] for row in rows if row["reading"] in readings}
