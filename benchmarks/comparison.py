"""Ways to do one thing, timed side by side in one run; only their ratio means anything."""

import time
from collections.abc import Callable
from dataclasses import dataclass

ROUNDS = 3


@dataclass(frozen=True)
class Timing:
    """One way: its name and its best time in seconds for all values."""

    name: str
    seconds: float


@dataclass(frozen=True)
class Comparison:
    """Several ways to do the same for a number of values; the first is ours."""

    title: str
    values: int
    timings: tuple[Timing, ...]

    def render(self) -> str:
        """Write the comparison as a table: values per second, and how often ours goes into it."""
        ours = self.timings[0].seconds
        lines = [f"{self.title}, {self.values:,} values"]
        for timing in self.timings:
            rate, ratio = self.values / timing.seconds, timing.seconds / ours
            lines.append(f"  {timing.name:<42} {rate:>14,.0f}/s {ratio:>8.1f} x our time")
        return "\n".join(lines)


def compare(title: str, values: int, ways: dict[str, Callable[[], object]]) -> Comparison:
    """Time every way in turn, several rounds, and keep the best of each."""
    best = dict.fromkeys(ways, float("inf"))
    for _ in range(ROUNDS):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            best[name] = min(best[name], time.perf_counter() - start)
    return Comparison(title, values, tuple(Timing(n, s) for n, s in best.items()))
