"""How long the keys of tokens stay the same: link keys for a year, hub keys for a month.

Keys of pseudonyms, of the digest and of the register have no epoch.
"""

from dataclasses import dataclass
from datetime import date

from kim_pipeline.periods import format_month


@dataclass(frozen=True)
class Epochs:
    """The epoch of the link keys, such as `2026`, and that of the hub keys, such as `2026-10`."""

    link: str
    hub: str


def epochs_of(month: date) -> Epochs:
    """Return the epochs of the month that is linked, whenever its deliveries were made."""
    return Epochs(f"{month.year:04d}", format_month(month))
