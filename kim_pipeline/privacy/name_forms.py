"""Coarser forms of a name that survive transliteration: its canonical form and its skeleton.

The rules follow how Arabic, Persian, Turkish, Slavic and Greek sounds are written in German,
English and French, in passports and by ear. They are a convention, not phonetics.
"""

import re
from typing import NamedTuple

from kim_pipeline.privacy.normalise import normalise, words

_ARTICLE = re.compile(r"^(?:al|el)(?=[bdfghjkmnqrstwz][a-z]{4})")
_SERVANT = re.compile(r"^abd[aeiou]+(?:l(?!la?h?$)(?=[b-df-hj-np-tv-z][a-z]{2})|(?=([rsndtz])\1))")
_SERVANT_WORD = re.compile("abd(?:[aeo]l|[uo]ul?|u[rlsnd])?")
_FAITH = re.compile("(?:ed|ud|ad|al)?d(?:i|ee)ne?")
_GOD = re.compile("(?:a|o|u|ou)ll?ah?")

_CONSONANTS = [
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"[aeou]d+(?:i|ee|y)ne?$", "adin"),
        (r"(?<=..)[aou]+ll?ah?$", "ula"),
        (r"xh|dsch|dzh|dsh|dj|dg(?=e)", "J"),
        (r"x", "ks"),
        (r"(?<=[hk]adi)j(?=a$)", "J"),
        (r"schtsch|shch|szcz|tsch|tch|tsh|cz|sch|sh|sz", "X"),
        (r"zh", "J"),
        (r"^ch(?=a[ld]|or|os|ud)|ch(?=[tmn])|(?<=ei)ch$|kh(?![rl])", "h"),
        (r"[ck]h(?=[rl])|^h(?=r)|ck|qu?|gh", "k"),
        (r"ch|c(?=[eiy])|(?<=...i)c$", "X"),
        (r"c", "k"),
        (r"ph", "f"),
        (r"(?<=[td])h", ""),
        (r"t[sz]", "z"),
        (r"^ye|^je(?=[lvwkg])", "e"),
        (r"^j(?=u[lrs]|os|ak|oh|on|an)|(?<=[aeiouy])j(?=[b-df-hk-np-tv-z]|$)", "i"),
        (r"(?<=[b-df-hk-np-tv-xz])j|(?<=i)j(?=a$)|y", "i"),
        (r"(?<=..)(o|e(?!f$))(?:ff?|w)$", r"\1v"),
        (r"w|ou(?=[aei])", "v"),
        (r"([^aeiou])\1+", r"\1"),
        (r"h$", ""),
        (r"d$", "t"),
        (r"b$", "p"),
    )
]
_VOWELS = [
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"ee|ie", "i"),
        (r"oo|ou", "u"),
        (r"ae", "a"),
        (r"[ou]e", "u"),
        (r"e", "a"),
        (r"o", "u"),
        (r"([aiu])\1+", r"\1"),
    )
]
_CLASSES = str.maketrans("dbgzxjv", "tpksssf")
_GLIDE = re.compile(r"(?<=.)v(?=[aiu])")


class NameForms(NamedTuple):
    """All forms of one name, from exact to coarse; None or empty where nothing is left of it."""

    normalised: str | None
    canon: str | None
    words: list[str]
    deletions: list[str]
    skeleton: str | None
    first_skeleton: str | None


def name_forms(text: str | None) -> NameForms:
    """Return every form of a name; words and deletions are sorted and distinct."""
    parts = canonical_words(text)
    whole = "".join(parts)
    bones = [_bones(part) for part in parts]
    return NameForms(
        normalised=normalise(text),
        canon=whole or None,
        words=sorted(set(parts)),
        deletions=deletions(whole),
        skeleton="".join(bones) or None,
        first_skeleton=bones[0] if bones else None,
    )


def canon(text: str | None) -> str | None:
    """Return the transliteration-canonical form of a whole name, its words joined."""
    return name_forms(text).canon


def skeleton(text: str | None) -> str | None:
    """Return the consonant classes of a whole name; an initial vowel of any kind counts as `a`."""
    return name_forms(text).skeleton


def deletions(form: str) -> list[str]:
    """Return a form and all that losing one letter makes of it; one typo leaves one shared."""
    shorter = {form[:place] + form[place + 1 :] for place in range(len(form))}
    return sorted((shorter | {form}) - {""})


def canonical_words(text: str | None) -> list[str]:
    """Return the canonical form of each word, after compounds such as `Abd al-` are joined."""
    return [form for form in map(_canonical, _join_compounds(words(text))) if form]


def _join_compounds(parts: list[str]) -> list[str]:
    joined: list[str] = []
    for part in parts:
        if joined and _SERVANT_WORD.fullmatch(joined[-1]):
            joined[-1] = "abd" + _ARTICLE.sub("", part)
        elif joined and _FAITH.fullmatch(part):
            joined[-1] += "adin"
        elif joined and _GOD.fullmatch(part):
            joined[-1] += "ula"
        else:
            joined.append(part)
    return joined


def _canonical(word: str) -> str:
    word = _SERVANT.sub("abd", _ARTICLE.sub("", word))
    for pattern, sound in _CONSONANTS:
        word = pattern.sub(sound, word)
    for pattern, sound in _VOWELS:
        word = pattern.sub(sound, word)
    return word.lower()


def _bones(form: str) -> str:
    first = "a" if form[0] in "aiu" else form[0]
    rest = _GLIDE.sub("", form)[1:]
    return (first + re.sub("[aiu]", "", rest)).translate(_CLASSES)
