"""Seeded chance: independent streams by name, lotteries, and the few distributions used."""

import random
from bisect import bisect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Generic, TypeVar
from zlib import crc32

Stream = random.Random
Item = TypeVar("Item")


def stream(seed: int, *key: str | int) -> Stream:
    """Return the stream of this seed and key; equal keys give equal numbers for ever."""
    return random.Random("/".join(map(str, (seed, *key))))  # noqa: S311 (nothing secret is drawn)


def share(seed: int, *key: str | int) -> float:
    """Return one number from 0 to 1 for this seed and key; far cheaper than a stream.

    A CRC alone would tie the numbers of similar keys together, so its bits are mixed as in the
    finalizer of MurmurHash3.
    """
    mixed = crc32("/".join(map(str, (seed, *key))).encode())
    mixed = ((mixed ^ (mixed >> 16)) * 0x85EBCA6B) & 0xFFFFFFFF
    mixed = ((mixed ^ (mixed >> 13)) * 0xC2B2AE35) & 0xFFFFFFFF
    return (mixed ^ (mixed >> 16)) / 2**32


@dataclass(frozen=True, slots=True)
class Lottery(Generic[Item]):
    """Items with cumulated weights."""

    items: tuple[Item, ...]
    cumulated: tuple[float, ...]

    def draw(self, rng: Stream) -> Item:
        """Draw one item by its weight."""
        return self.items[bisect(self.cumulated, rng.random() * self.cumulated[-1])]


def lottery(weighted: Iterable[tuple[Item, float]]) -> Lottery[Item]:
    """Make a lottery of (item, weight) pairs; items without weight are left out."""
    pairs = [(item, weight) for item, weight in weighted if weight > 0]
    return Lottery(
        tuple(item for item, _ in pairs), tuple(accumulate(weight for _, weight in pairs))
    )


def lottery_of(weights: Mapping[str, float]) -> Lottery[str]:
    """Make a lottery of a table name → weight."""
    return lottery(weights.items())


def waiting_days(rng: Stream, median: float, spread: float = 0.7) -> int:
    """Draw a waiting time in days, log-normal around its median; `spread` is its log deviation."""
    return max(0, round(median * rng.lognormvariate(0.0, spread)))
