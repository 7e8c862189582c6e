"""What a source delivered before: whether a delivery is newer, has its own number, and is new."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from kim_pipeline.periods import format_month, parse_month
from sources.receiving.announcement import Announcement
from sources.receiving.landing import Pulled, landed
from sources.receiving.verdicts import Verdicts

# Where no manifest said when it was made, a delivery counts as made when it was pulled.
A_DAY = timedelta(days=1)
Signs = frozenset[bytes]


@dataclass(frozen=True)
class Taken:
    """What the warehouse took of a source, by `content_mac`: all of it, and what holds by month.

    A delivery that was refused is not in it; one that was withdrawn holds for no month.
    """

    contents: frozenset[bytes]
    in_force: Mapping[date, bytes]


@dataclass(frozen=True)
class Earlier:
    """Deliveries of the same month that count, and by what the one of every other month is known.

    Without the word of a warehouse everything in the landing zone counts, and the newest holds.
    """

    here: tuple[Pulled, ...]
    others: Mapping[date, Signs]


def earlier(landing: Path, source: str, month: date, taken: Taken | None) -> Earlier:
    """Look up what came before a delivery of a month."""
    here = landed(landing, source, month)
    if taken is None:
        kept = {m: landed(landing, source, m) for m in _months(landing, source) if m != month}
        return Earlier(here, {m: found[-1].signs for m, found in kept.items() if found})
    return Earlier(
        tuple(pulled for pulled in here if pulled.content_mac in taken.contents),
        {m: _signs(landing, source, m, mac) for m, mac in taken.in_force.items() if m != month},
    )


def check_newer(where: str, announced: Announcement, before: Earlier, verdicts: Verdicts) -> None:
    """Judge number and time of a delivery before a byte of it is read.

    Raises DeliveryError by rule `older`.
    """
    known = [pulled.sequence for pulled in before.here if pulled.sequence is not None]
    if announced.sequence is not None and known and announced.sequence < max(known):
        verdicts.broken(
            "older",
            f"{where}: delivery number {announced.sequence} is older than number "
            f"{max(known)}, which is already here; ask for a new one with a higher number.",
        )
    made = announced.created
    unnumbered = [p.received_at - A_DAY for p in before.here if p.sequence is None]
    if announced.sequence is None and made and any(made < moment for moment in unnumbered):
        verdicts.broken(
            "older",
            f"{where}: was made before the delivery that is already here; ask for a new "
            "one, or for a sequence number in the manifest.",
        )


def check_number(
    where: str, announced: Announcement, signs: Signs, before: Earlier, verdicts: Verdicts
) -> None:
    """Refuse other content under a number that is taken, or without one after a numbered one.

    Raises DeliveryError by rule `older` or `manifest`.
    """
    if any(signs & pulled.signs for pulled in before.here):
        return
    known = [pulled.sequence for pulled in before.here if pulled.sequence is not None]
    if announced.sequence in known:
        verdicts.broken(
            "older",
            f"{where}: delivery number {announced.sequence} was taken already with other content; "
            f"ask for a number higher than {max(known)}.",
        )
    if announced.sequence is None and known:
        verdicts.broken(
            "manifest",
            f"{where}: has no number, but the delivery that is already here has number "
            f"{max(known)}; ask for a higher one in the manifest.",
        )


def check_original(where: str, signs: Signs, before: Earlier, verdicts: Verdicts) -> None:
    """Find a delivery that was laid again for another month.

    Raises DeliveryError by rule `doubled`.
    """
    same = sorted(month for month, known in before.others.items() if signs & known)
    if same:
        verdicts.broken(
            "doubled",
            f"{where}: is byte for byte the delivery of {format_month(same[0])}; "
            "ask for that of this month.",
        )


def _months(landing: Path, source: str) -> Iterator[date]:
    for folder in sorted((landing / source).glob("*")):
        if folder.is_dir():
            yield parse_month(folder.name)


def _signs(landing: Path, source: str, month: date, content_mac: bytes) -> Signs:
    """Say by what a content is known; by its digest alone once its files are deleted."""
    kept = [p for p in landed(landing, source, month) if p.content_mac == content_mac]
    return kept[-1].signs if kept else frozenset({content_mac})
