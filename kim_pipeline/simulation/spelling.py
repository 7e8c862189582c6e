"""Other spellings of a word of a name: listed ones, rules that compose, and words as they sounded.

`names/spelling_variants.csv` lists spellings of common names; `names/spelling_rules.csv` has rules
of three habits (German, English, French) and plain ones, so that the spellings have no end.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from kim_pipeline.simulation.chance import Lottery, Stream, lottery
from kim_pipeline.simulation.names import variants
from kim_pipeline.simulation.tables import table

HABITS = ("german", "english", "french")
_LISTED, _LISTED_AGAIN = 0.55, 0.25
_SECOND_RULE, _THIRD_RULE = 0.4, 0.3
_OWN_HABIT, _OTHER_HABIT = 3.0, 0.15
_SOUNDS = {"b": "p", "p": "b", "d": "t", "t": "d", "g": "k", "k": "g", "f": "v", "v": "f"} | {
    "s": "z",
    "z": "s",
    "r": "",
    "h": "",
    "l": "r",
    "m": "n",
    "n": "m",
}
_VOWELS = "aeiou"
_THRICE = re.compile(r"(.)\1\1")


@dataclass(frozen=True, slots=True)
class Rule:
    """Letters, what may stand for them, and where in a word."""

    habit: str
    found: str
    written: str
    weight: float
    at: str

    def results(self, word: str) -> list[str]:
        """Return what the rule makes of a word: one spelling per place."""
        last = len(word) - len(self.found)
        places = [i for i in range(last + 1) if word.startswith(self.found, i)]
        if self.at != "any":
            inner = self.at == "inner"
            wanted = range(1, last) if inner else (0,) if self.at == "start" else (last,)
            places = [i for i in places if i in wanted]
        return [word[:i] + self.written + word[i + len(self.found) :] for i in places]


@cache
def _rules() -> tuple[Rule, ...]:
    rows = table("names/spelling_rules.csv")
    return tuple(Rule(r["style"], r["from"], r["to"], float(r["weight"]), r["at"]) for r in rows)


@lru_cache(maxsize=60_000)
def _options(word: str, habit: str) -> Lottery[str]:
    """Return the spellings one rule away from a word in small letters."""
    found: list[tuple[str, float]] = []
    for rule in _rules():
        factor = (
            1.0 if rule.habit == "plain" else _OWN_HABIT if rule.habit == habit else (_OTHER_HABIT)
        )
        results = rule.results(word)
        weight = rule.weight * factor / max(1, len(results))
        found.extend((r, weight) for r in results if r != word and not _THRICE.search(r))
    return lottery(found)


def respell(rng: Stream, word: str, habit: str) -> str:
    """Write a word by one to three rules; words no rule fits stay."""
    spelled = word.lower()
    if not spelled.isascii() or len(spelled) < 3:
        return word
    steps = 1 + (rng.random() < _SECOND_RULE)
    steps += steps == 2 and rng.random() < _THIRD_RULE
    for _ in range(steps):
        options = _options(spelled, habit)
        if not options.items:
            break
        spelled = options.draw(rng)
    return capitalised(spelled) if word[0].isupper() else spelled


def capitalised(name: str) -> str:
    """Begin each word of a name with a capital letter."""
    return "-".join(
        " ".join(word[:1].upper() + word[1:] for word in part.split(" "))
        for part in name.split("-")
    )


def vary_word(rng: Stream, word: str, habit: str) -> str:
    """Return another spelling of a word: often a listed one, else one by the rules."""
    listed = variants().get(word)
    if listed and rng.random() < _LISTED:
        word = rng.choice(listed[1])
        if rng.random() > _LISTED_AGAIN:
            return word
    return respell(rng, word, habit)


def vary_name(rng: Stream, name: str, habit: str, chance: float) -> str:
    """Vary each word of a name with some chance; a name listed as a whole counts as one word."""
    if name in variants() or " " not in name:
        return vary_word(rng, name, habit) if rng.random() < chance else name
    return " ".join(
        vary_word(rng, word, habit) if rng.random() < chance else word for word in name.split(" ")
    )


def misheard(rng: Stream, word: str) -> str:
    """Write a word as it sounded to somebody: vowels and kindred consonants change or fall away."""
    letters = list(word)
    for _ in range(rng.randint(1, max(2, len(word) // 3))):
        at = rng.randrange(len(letters))
        letter = letters[at].lower()
        if letter in _VOWELS:
            heard = rng.choice(("", *_VOWELS)) if at else rng.choice(_VOWELS)
        else:
            heard = _SOUNDS.get(letter, letter) if at or rng.random() < 0.3 else letter
        letters[at] = heard.upper() if letters[at].isupper() else heard
    return "".join(letters) or word


def misheard_name(rng: Stream, name: str) -> str:
    """Write one or all words of a name as they sounded."""
    return " ".join(misheard(rng, word) if word else word for word in name.split(" "))
