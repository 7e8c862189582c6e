"""How long an asset took, for the plot beside its counts."""

from collections.abc import Callable
from time import monotonic


def stopwatch() -> Callable[[], float]:
    """Start counting; the function given back tells the seconds since."""
    began = monotonic()
    return lambda: round(monotonic() - began, 2)
