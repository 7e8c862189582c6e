"""Where the memory of the last link run lies: one per link epoch, older ones are removed.

Digests of two epochs differ whatever the records do, so that a memory serves its own year only.
"""

import shutil
from datetime import date
from pathlib import Path

from kim_pipeline.linkage.memory import PairMemory, load
from kim_pipeline.privacy.epochs import epochs_of
from kim_pipeline.settings import Settings


def recall(settings: Settings, month: date) -> PairMemory | None:
    """Read what the last run of this month's epoch left; None when there is nothing."""
    return load(_folder(settings) / epochs_of(month).link)


def keep(settings: Settings, month: date, memory: PairMemory) -> None:
    """Write the memory of a run over that of the run before, and remove those of other epochs."""
    epoch = epochs_of(month).link
    folder = _folder(settings)
    for other in folder.glob("*"):
        if other.name != epoch:
            shutil.rmtree(other)
    memory.save(folder / epoch)


def _folder(settings: Settings) -> Path:
    return settings.home / "link-memory"
