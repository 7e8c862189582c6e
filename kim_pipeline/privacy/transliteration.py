"""Other scripts and letters in plain lower-case Latin; what a name means is not known here.

Covers Latin with all DIN 91379 letters, Cyrillic, Greek, and Arabic script as written in Arabic,
Persian, Kurdish, Urdu and Pashto (`letters.csv`). Letters of further scripts stay as they are.
"""

import csv
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib import resources

_BASE = frozenset(("latin", "cyrillic", "greek", "arabic"))
_READINGS = (
    ("ukrainian", re.compile("[іїєґ]")),
    ("vietnamese", re.compile("[ăơư\u1ea0-\u1ef9]")),
)
_PAIRS = (
    (re.compile("ο[υύ]"), "ou"),
    (re.compile("α[υύ]"), "av"),
    (re.compile("ε[υύ]"), "ev"),
    (re.compile("γκ"), "g"),
    (re.compile("γγ"), "ng"),
    (re.compile("τζ"), "tz"),
    (re.compile(r"\bμπ"), "b"),
    (re.compile(r"\bντ"), "d"),
    (re.compile(r"\bال(?=\w{3})"), "al "),
    (re.compile(r"\bو(?=\w)"), "w"),
)


def to_latin(text: str) -> str:
    """Return the text in lower-case letters a to z wherever its script is known.

    Composition is undone (NFKC, lower case), accents are dropped, ä becomes ae, ß becomes ss.
    Cyrillic г and и are read as Ukrainian when the text has letters only Ukrainian has; đ is d in
    Vietnamese and dj elsewhere; the Arabic article becomes a word of its own.
    """
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKC", text).replace("İ", "i").lower()
    readings = frozenset(name for name, mark in _READINGS if mark.search(text))
    for pattern, latin in _PAIRS:
        text = pattern.sub(latin, text)
    table = _letters(_BASE) | _letters(readings)
    return "".join(_letter(sign, table) for sign in text)


def _letter(sign: str, table: Mapping[str, str]) -> str:
    if sign.isascii():
        return sign
    if sign in table:
        return table[sign]
    parts = unicodedata.normalize("NFD", sign)
    return "".join(table.get(part, part) for part in parts if not unicodedata.combining(part))


@cache
def _letters(readings: frozenset[str]) -> dict[str, str]:
    file = resources.files("kim_pipeline.privacy").joinpath("letters.csv")
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    return {row["letter"]: row["latin"] for row in rows if row["reading"] in readings}
