"""How answers about a person fit into whole numbers of 64 bits: a place for each answer."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.int64]
Answer = TypeVar("Answer", bound=Hashable)
# PostgreSQL's bigint has a sign, which stays unused.
_USABLE = 63


@dataclass(frozen=True)
class Place:
    """Where an answer stands: in which word, how far from its lowest bit, how many bits wide."""

    word: int
    shift: int
    width: int

    @property
    def mask(self) -> int:
        """Give the bits of the place within its word."""
        return ((1 << self.width) - 1) << self.shift


def lay_out(widths: Mapping[Answer, int]) -> dict[Answer, Place]:
    """Give each answer a place, in the order given; none lies across two words."""
    places, word, shift = {}, 0, 0
    for name, width in widths.items():
        if shift + width > _USABLE:
            word, shift = word + 1, 0
        places[name] = Place(word, shift, width)
        shift += width
    return places


def read_number(words: Words, place: Place) -> Words:
    """Read the number at a place of every person; `words` has a row for each word."""
    number: Words = (words[place.word] & place.mask) >> place.shift
    return number


def all_set(words: Words, places: list[Place]) -> NDArray[np.bool_]:
    """Tell of every person whether the bits at all these places are set."""
    holds = np.ones(words.shape[1], np.bool_)
    masks: dict[int, int] = {}
    for place in places:
        masks[place.word] = masks.get(place.word, 0) | place.mask
    for word, mask in masks.items():
        holds &= (words[word] & mask) == mask
    return holds
