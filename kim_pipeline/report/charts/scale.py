"""Straight scales: from figures to drawing units, with round tick values."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """A straight scale from figures `low..high` to drawing units `start..end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Place a figure."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self, most: int = 4) -> tuple[float, ...]:
        """Give round figures inside the scale, `most` at most."""
        step = _round_step((self.high - self.low) / most)
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return tuple(step * i for i in range(first, last + 1))


def scale_around(
    values: Sequence[float], start: float, end: float, *, least: float, zero: bool = False
) -> Scale:
    """Make a scale that holds the values with some air; it never spans less than `least`.

    The least span keeps noise and rounding from looking like movement. Figures are never negative,
    and so is no scale.
    """
    low, high = (0.0 if zero else min(values)), max(values)
    lack = max(0.0, least - (high - low))
    air = 0.08 * max(high - low, least)
    low = 0.0 if zero else max(0.0, low - lack / 2 - air)
    return Scale(low, max(high + lack / 2 + air, low + least), start, end)


def classes(values: Sequence[float], most: int = 4) -> tuple[float, ...]:
    """Give the inner borders of up to `most` equal classes, on whole figures."""
    low, high = math.floor(min(values)), math.ceil(max(values))
    count = max(1, min(most, high - low))
    return tuple(sorted({float(round(low + (high - low) * i / count)) for i in range(1, count)}))


def _round_step(raw: float) -> float:
    """Give the next larger of 1, 2, 2.5 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(raw))
    return next(power * f for f in (1, 2, 2.5, 5, 10) if power * f >= raw - 1e-9)
