"""A count as the ledger serves it: shown as it was published, whatever it is today."""

from dataclasses import dataclass

from kim_pipeline.indicators.cells import Tally


@dataclass(frozen=True)
class ServedTally(Tally):
    """A count that was published: as shown, and exact when its noise was drawn."""

    shown: int
    true: int


def drawn_from(tally: Tally | None) -> int | None:
    """Give the exact count that a count's shown value is drawn from."""
    if tally is None:
        return None
    return tally.true if isinstance(tally, ServedTally) else tally.count
