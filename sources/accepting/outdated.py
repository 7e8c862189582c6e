"""What lies here longer than it may: sealed deliveries, rows that still wait, feedback files."""

import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from kim_pipeline.privacy.legal_gate import Approval
from kim_pipeline.settings import Settings
from sources.contracts.contract import Contract

RETENTION = "retention"
# What a link run keeps for the next one, or lays by for its gate: made from every source.
OF_ALL_SOURCES = ("link-memory", "link-proposals")


@dataclass(frozen=True)
class Outdated:
    """What is to be deleted of one source, and why.

    `sealed` and `waiting` are folders: sealed deliveries, and pseudonymised ones that wait;
    `feedback` are files.
    """

    source: str
    kept_days: int
    sealed: tuple[Path, ...]
    waiting: tuple[Path, ...]
    feedback: tuple[Path, ...] = ()
    reason: str = RETENTION

    def __bool__(self) -> bool:
        return bool(self.sealed or self.waiting or self.feedback)

    def counts(self) -> dict[str, int]:
        """Count them, for the audit log."""
        return {
            "sealed": len(self.sealed),
            "waiting": len(self.waiting),
            "feedback": len(self.feedback),
            "kept_days": self.kept_days,
        }

    def delete(self) -> None:
        """Delete them. The only copy of a sealed file's own key goes with the file."""
        for folder in (*self.sealed, *self.waiting):
            # The nightly job and a run that ends may meet here.
            with suppress(FileNotFoundError):
                shutil.rmtree(folder)
        for file in self.feedback:
            file.unlink(missing_ok=True)


def outdated(
    contracts: Iterable[Contract],
    settings: Settings,
    now: datetime,
    approvals: Iterable[Approval] = (),
) -> list[Outdated]:
    """Find, for every source that has any, what is older than its contract keeps it.

    Nothing of it is kept, however young, once its approval has ended and as many days have passed
    as the approval says, or else as the contract keeps a delivery; `now` is the Kreis' own time.
    A source whose contract was taken out keeps what it delivered as long as the longest contract.
    Rows that were refused lie in the sealed deliveries alone.
    """
    kept = {contract.source: contract.cadence.landing_days for contract in contracts}
    longest = max(kept.values(), default=0)
    over = {a.source: a for a in approvals if _is_over(a, kept.get(a.source, longest), now)}
    found = (
        _all_of(over[source], kept.get(source, longest), settings)
        if source in over
        else _too_old(source, kept.get(source, longest), settings, now)
        for source in _sources(settings)
    )
    return _with_shared(sorted(filter(None, found), key=lambda one: one.source), settings)


def everything_of(source: str, settings: Settings, reason: str) -> Outdated:
    """Find all that lies here of a source, and what links left of all sources, however young."""
    shared = [path for name in OF_ALL_SOURCES if (path := settings.home / name).is_dir()]
    lying = _lying(source, 0, settings)
    return replace(lying, waiting=(*lying.waiting, *shared), reason=reason)


def _with_shared(found: list[Outdated], settings: Settings) -> list[Outdated]:
    """Add what links left of all sources at once to the first source whose approval has ended."""
    shared = [path for name in OF_ALL_SOURCES if (path := settings.home / name).is_dir()]
    place = next((n for n, one in enumerate(found) if one.reason != RETENTION), None)
    if place is not None:
        found[place] = replace(found[place], waiting=(*found[place].waiting, *shared))
    return found


def _sources(settings: Settings) -> set[str]:
    places = (settings.landing, settings.incoming, settings.feedback)
    return {path.name for place in places for path in place.glob("[!.]*") if path.is_dir()}


def _is_over(approval: Approval, days: int, now: datetime) -> bool:
    return now.date() > approval.last_processing_day + timedelta(days=_kept(approval, days))


def _kept(approval: Approval, days: int) -> int:
    return days if approval.delete_after_days is None else approval.delete_after_days


def _all_of(approval: Approval, days: int, settings: Settings) -> Outdated:
    found = _lying(approval.source, _kept(approval, days), settings)
    return replace(found, reason=f"approval ended on {approval.last_processing_day}")


def _too_old(source: str, days: int, settings: Settings, now: datetime) -> Outdated:
    before = (now - timedelta(days=days)).timestamp()
    found = _lying(source, days, settings)

    def old(paths: Iterable[Path]) -> tuple[Path, ...]:
        return tuple(path for path in paths if path.lstat().st_mtime < before)

    sealed, waiting, feedback = map(old, (found.sealed, found.waiting, found.feedback))
    return replace(found, sealed=sealed, waiting=waiting, feedback=feedback)


def _lying(source: str, days: int, settings: Settings) -> Outdated:
    sealed, waiting, feedback = (
        sorted(place.glob(pattern))
        for place, pattern in (
            (settings.landing / source, "*/*"),
            (settings.incoming / source, "*"),
            (settings.feedback / source, "*"),
        )
    )
    return Outdated(
        source=source,
        kept_days=days,
        sealed=tuple(path for path in sealed if path.is_dir()),
        waiting=tuple(path for path in waiting if path.is_dir()),
        feedback=tuple(path for path in feedback if path.is_file()),
    )
