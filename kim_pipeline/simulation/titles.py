"""Residence titles: what kinds there are and which official code each has at a time.

Codes and dates of `title_kinds.csv` are those of the public XÖV code lists (XAusländer); kinds and
weights are ours.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache

from kim_pipeline.simulation.chance import Stream, lottery
from kim_pipeline.simulation.tables import table


@dataclass(frozen=True, slots=True)
class TitleCode:
    """A code of an official list with the time in which it may be reported."""

    list: str
    code: str
    weight: float
    reportable_from: date
    reportable_to: date
    status_group: str


@dataclass(frozen=True, slots=True)
class Title:
    """A title a person held: `valid_until` is printed on it, `ended` is when it ceased."""

    list: str
    code: str
    status_group: str
    granted: date
    valid_until: date | None
    ended: date | None


@cache
def title_codes() -> dict[str, tuple[TitleCode, ...]]:
    """Read the codes of each kind of title."""
    kinds: dict[str, list[TitleCode]] = {}
    for row in table("title_kinds.csv"):
        kinds.setdefault(row["kind"], []).append(
            TitleCode(
                row["list"],
                row["code"],
                float(row["weight"]),
                date.fromisoformat(row["reportable_from"] or "1900-01-01"),
                date.fromisoformat(row["reportable_to"] or "2999-12-31"),
                row["status_group"],
            )
        )
    return {kind: tuple(codes) for kind, codes in kinds.items()}


def code_on(rng: Stream, kind: str, day: date) -> TitleCode:
    """Draw a code of this kind that may be reported on a day; a general one when none may."""
    valid = [c for c in title_codes()[kind] if c.reportable_from <= day <= c.reportable_to]
    if not valid:
        return code_on(rng, "other_permit" if day >= date(2005, 1, 1) else "old_limited", day)
    return valid[0] if len(valid) == 1 else lottery((c, c.weight) for c in valid).draw(rng)
