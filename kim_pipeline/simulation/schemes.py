"""Cyrillic names in another scheme of transliteration, and in the form of another language."""

from functools import lru_cache

from kim_pipeline.simulation.chance import Stream, lottery
from kim_pipeline.simulation.names import scheme_forms, variants
from kim_pipeline.simulation.romanisation import romanise

_WRITTEN_BY = lottery(
    {"german": 4.0, "english": 4.0, "russian": 2.0, "iso": 1.0, "bulgarian": 1.0}.items()
)
_CYRILLIC = "cyrillic"


def draw_scheme(rng: Stream) -> str:
    """Draw the scheme that a record is written in."""
    return _WRITTEN_BY.draw(rng)


def in_scheme(name: str, scheme: str) -> str:
    """Write every word of a name in a scheme; words no table knows stay."""
    return "-".join(
        " ".join(_word(word, scheme) for word in part.split(" ")) for part in name.split("-")
    )


@lru_cache(maxsize=20_000)
def _word(word: str, scheme: str) -> str:
    known = scheme_forms()
    if word in known:
        return known[word][scheme]
    if word.endswith("a") and word[:-1] in known:
        return known[word[:-1]][scheme] + "a"
    return word if word.isascii() else romanise(word, scheme)


def translated(rng: Stream, name: str) -> str:
    """Write given names in the form another language has: Oleksandr as Alexander."""
    words = []
    for word in name.split(" "):
        script, others = variants().get(word, ("", ()))
        words.append(rng.choice(others) if script == _CYRILLIC else word)
    return " ".join(words)
