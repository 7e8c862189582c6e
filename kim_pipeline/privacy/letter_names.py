"""Letters of scripts without a table, read from their names in the Unicode character database.

Names never change once given (Unicode stability policy), so neither does what is read here. For
syllabaries and Indic scripts the names are romanisations; for others the result is at least the
same each time.
"""

import re
import unicodedata

INHERENT, REPLACES, NUKTA = "\ue000", "\ue001", "\ue002"
"""Marks between letters: an inherent vowel, what takes its place, and a dot for foreign sounds."""

_ABUGIDA = re.compile(
    "(?:DEVANAGARI|BENGALI|GURMUKHI|GUJARATI|ORIYA|TAMIL|TELUGU|KANNADA|MALAYALAM|MYANMAR|"
    "KHMER|TIBETAN|LAO) (?P<kind>LETTER|VOWEL SIGN|SIGN) (?P<sound>.+)"
)
_SIGNS = {
    "VIRAMA": REPLACES,
    "AL-LAKUNA": REPLACES,
    "ASAT": REPLACES,
    "COENG": REPLACES,
    "ANUSVARA": "n",
    "CANDRABINDU": "n",
    "BINDI": "n",
    "VISARGA": "h",
    "NUKTA": NUKTA,
}
_NASALS = {"GURMUKHI TIPPI": "n", "GURMUKHI ADDAK": ""}
_SYLLABLE = re.compile(r"(?:ETHIOPIC|HANGUL) SYLLABLE (.+)|(?:HIRAGANA|KATAKANA) LETTER (.+)")
_THAI = re.compile(r"THAI CHARACTER (?:SARA (\w+)|(\w+?)O \w+.*|.*)")
_ETHIOPIC_ORDERS = {"AA": "a", "EE": "e", "A": "e", "E": "", "U": "u", "I": "i", "O": "o"}
_ETHIOPIC = re.compile(r"(.*?)(W?)(AA|EE|A|E|U|I|O)")
_GUTTURAL = re.compile("H|HH|X|GLOTTAL |PHARYNGEAL ")
_LETTER = re.compile(r".*?\b(?:LETTER|SYLLABLE|CHARACTER)\s(.*?)(?: WITH .*)?")
_ETHIOPIC_SOUNDS = {
    "HH": "h", "X": "h", "SZ": "s", "C": "tch", "CH": "tch", "TH": "t", "PH": "p", "TZ": "ts",
    "KX": "kh", "QH": "q", "DD": "d", "GLOTTAL ": "", "PHARYNGEAL ": "",
}  # fmt: skip
_INDIC_SOUNDS = {
    "C": "ch", "CH": "ch", "TT": "t", "TTH": "th", "DD": "d", "DDH": "dh", "NN": "n", "SS": "sh",
    "LL": "l", "LLL": "zh", "RR": "r", "NNN": "n", "NG": "ng", "RH": "r", "RRR": "r",
}  # fmt: skip
_INDIC_VOWELS = {"AA": "a", "II": "i", "UU": "u", "EE": "e", "OO": "o", "VOCALIC R": "ri"}
_NO_LETTER = re.compile("[^a-z0-9]")


def read_letter(sign: str) -> str:
    """Return how one letter, digit or sign is read, in a to z, 0 to 9 and the marks.

    Ideographs are their code as a number; what has no name is nothing.
    """
    name, category = unicodedata.name(sign, ""), unicodedata.category(sign)
    if "IDEOGRAPH" in name:
        return str(ord(sign))
    read = read_syllable(sign)
    if read is not None:
        return read
    if category == "Nd":
        return str(unicodedata.digit(sign))
    if category.startswith("L") and category != "Lm":
        return _plain(name)
    return "" if category[0] in "LMC" else " "


def read_syllable(sign: str) -> str | None:
    """Return how a sign of a syllabary, an Indic script or Thai is read; None for others."""
    name = unicodedata.name(sign, "")
    found = (script(name) for script in (_abugida, _syllable, _thai))
    return next((read for read in found if read is not None), None)


def _abugida(name: str) -> str | None:
    found = _ABUGIDA.fullmatch(name)
    if found is None:
        return _NASALS.get(name)
    kind, sound = found["kind"], found["sound"]
    if kind == "SIGN":
        return _SIGNS.get(sound, "")
    vowel = _INDIC_VOWELS.get(sound, _NO_LETTER.sub("", sound.lower())[:2])
    if kind == "VOWEL SIGN":
        return REPLACES + vowel
    if sound[0] in "AEIOU" or sound.startswith("VOCALIC"):
        return vowel
    consonant = sound.partition(" ")[0].removesuffix("A")
    return _INDIC_SOUNDS.get(consonant, _NO_LETTER.sub("", consonant.lower())) + INHERENT


def _syllable(name: str) -> str | None:
    found = _SYLLABLE.fullmatch(name)
    if found is None:
        return None
    if name.startswith("ETHIOPIC"):
        return _ethiopic(found[1])
    return _NO_LETTER.sub("", (found[1] or found[2].removeprefix("SMALL ")).lower())


def _ethiopic(syllable: str) -> str:
    found = _ETHIOPIC.fullmatch(syllable)
    if found is None:
        return _NO_LETTER.sub("", syllable.lower())
    consonant, order = found[1] + found[2], found[3]
    open_vowel = order == "A" and _GUTTURAL.fullmatch(consonant)
    vowel = "a" if open_vowel else _ETHIOPIC_ORDERS[order]
    if not vowel and consonant in {"GLOTTAL ", "PHARYNGEAL "}:
        vowel = "e"
    return _ETHIOPIC_SOUNDS.get(consonant, _NO_LETTER.sub("", consonant.lower())) + vowel


def _thai(name: str) -> str | None:
    found = _THAI.fullmatch(name)
    if found is None:
        return None
    return _NO_LETTER.sub("", (found[1] or found[2] or "").lower())


def _plain(name: str) -> str:
    found = _LETTER.fullmatch(name)
    last = found[1].split(" ")[-1] if found else ""
    return _NO_LETTER.sub("", last.lower())
