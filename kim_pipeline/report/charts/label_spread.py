"""Labels that would touch are moved apart, as little as possible and always in the same way."""

from collections.abc import Sequence


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> tuple[float, ...]:
    """Place labels near where they are wanted, `gap` apart, between `low` and `high`.

    Least squares under these bounds (pool adjacent violators); order is kept, equal wishes stand in
    the order given. Where the room is too small, the gap shrinks.
    """
    order = sorted(range(len(wanted)), key=lambda i: (wanted[i], i))
    if len(order) > 1:
        gap = min(gap, (high - low) / (len(order) - 1))
    level = _rising([wanted[i] - gap * rank for rank, i in enumerate(order)])
    last = max(low, high - gap * (len(order) - 1))
    places = [0.0] * len(order)
    for rank, i in enumerate(order):
        places[i] = min(max(level[rank], low), last) + gap * rank
    return tuple(places)


def _rising(values: Sequence[float]) -> list[float]:
    """Give the nearest sequence that never falls: neighbours that fall share their mean."""
    pools: list[tuple[float, int]] = []
    for value in values:
        total, count = value, 1
        while pools and pools[-1][0] / pools[-1][1] > total / count:
            before, many = pools.pop()
            total, count = total + before, count + many
        pools.append((total, count))
    return [total / count for total, count in pools for _ in range(count)]
