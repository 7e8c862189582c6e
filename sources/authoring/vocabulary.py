"""What names of columns usually mean: fields people are known by, and words of headers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@dataclass(frozen=True)
class Meaning:
    """What a column is taken for; `rules` are privacy rules as a contract writes them."""

    name: str
    label: str
    comment: str
    classification: str
    role: str | None = None
    domain: str | None = None
    column: str | None = None
    coarsen: str | None = None
    code_list: str | None = None
    codes: tuple[str, ...] = ()
    pattern: str | None = None


def plain(name: str) -> str:
    """Write a name small, without umlauts and signs."""
    return re.sub(r"[^a-z0-9]", "", name.lower().translate(UMLAUTS))


def identifier(name: str) -> str:
    """Write a name as a contract may call a field; empty when nothing of it is left."""
    parts = re.sub(r"([a-zäöüß0-9])([A-ZÄÖÜ])", r"\1_\2", name).lower().translate(UMLAUTS)
    return re.sub(r"[^a-z0-9]+", "_", parts).strip("_0123456789")[:50]


def meaning_of(name: str) -> Meaning | None:
    """Find what a column of this name usually holds."""
    written = plain(name)
    for pattern, whole, meaning in _meanings():
        if pattern.fullmatch(written) or (not whole and pattern.search(written)):
            return meaning
    return None


def is_known_word(name: str) -> bool:
    """Tell whether a name consists of words that headers use, so that it is no value."""
    if meaning_of(name) is not None:
        return True
    parts = [part for part in re.split(r"[^a-z]+", identifier(name)) if part]
    return any(part in _words() or _ends_known(part) for part in parts)


def _ends_known(part: str) -> bool:
    """German joins words: the last one tells what it is."""
    return any(len(word) > 3 and part.endswith(word) for word in _words())


@cache
def _meanings() -> tuple[tuple[re.Pattern[str], bool, Meaning], ...]:
    return tuple(
        (re.compile(entry["word"]), bool(entry.get("whole")), _meaning(entry))
        for entry in _raw()["fields"]
    )


def _meaning(entry: Mapping[str, Any]) -> Meaning:
    return Meaning(
        name=entry["name"],
        label=entry["label"],
        comment=entry["comment"],
        classification=entry["class"],
        role=entry.get("role"),
        domain=entry.get("domain"),
        column=entry.get("column"),
        coarsen=entry.get("coarsen"),
        code_list=entry.get("list"),
        codes=tuple(entry.get("set") or ()),
        pattern=entry.get("pattern"),
    )


@cache
def _words() -> frozenset[str]:
    return frozenset(_raw()["words"].split())


@cache
def _raw() -> dict[str, Any]:
    text = files("sources.authoring").joinpath("vocabulary.yaml").read_text("utf-8")
    raw: dict[str, Any] = yaml.safe_load(text)
    return raw
