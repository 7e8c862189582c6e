"""What lies here longer than its contract allows: sealed deliveries, and rows that still wait."""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from kim_pipeline.settings import Settings
from sources.contracts.contract import Contract


@dataclass(frozen=True)
class Outdated:
    """Folders of one source to delete: sealed deliveries, and pseudonymised ones that wait."""

    source: str
    kept_days: int
    sealed: tuple[Path, ...]
    waiting: tuple[Path, ...]

    def __bool__(self) -> bool:
        return bool(self.sealed or self.waiting)

    def counts(self) -> dict[str, int]:
        """Count them, for the audit log."""
        return {
            "sealed": len(self.sealed),
            "waiting": len(self.waiting),
            "kept_days": self.kept_days,
        }

    def delete(self) -> None:
        """Delete them. The only copy of a sealed file's own key goes with the file."""
        for folder in (*self.sealed, *self.waiting):
            shutil.rmtree(folder)


def outdated(contracts: Iterable[Contract], settings: Settings, now: datetime) -> list[Outdated]:
    """Find, for every source that has any, what is older than its contract keeps it.

    A source whose contract was taken out keeps what it delivered as long as the longest contract.
    Rows that were refused lie in the sealed deliveries alone.
    """
    kept = {contract.source: contract.cadence.landing_days for contract in contracts}
    longest = max(kept.values(), default=0)
    places = (settings.landing, settings.incoming)
    sources = {path.name for place in places for path in place.glob("[!.]*") if path.is_dir()}
    found = [_outdated(source, kept.get(source, longest), settings, now) for source in sources]
    return sorted(filter(None, found), key=lambda one: one.source)


def _outdated(source: str, days: int, settings: Settings, now: datetime) -> Outdated:
    before = now - timedelta(days=days)
    return Outdated(
        source=source,
        kept_days=days,
        sealed=_older(settings.landing / source, "*/*", before),
        waiting=_older(settings.incoming / source, "*", before),
    )


def _older(folder: Path, pattern: str, before: datetime) -> tuple[Path, ...]:
    return tuple(
        path
        for path in sorted(folder.glob(pattern))
        if path.is_dir() and datetime.fromtimestamp(path.stat().st_mtime, before.tzinfo) < before
    )
