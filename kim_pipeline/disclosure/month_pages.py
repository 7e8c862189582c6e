"""The pages of a month: what readers saw of it after each of its releases.

A page that was superseded is still in their hands, and `kim report --known-on` shows it again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from kim_pipeline.disclosure.ledger import COLUMNS, Entry
from kim_pipeline.disclosure.margins import Margins, margins_of
from kim_pipeline.disclosure.nested_counts import tighten
from kim_pipeline.disclosure.ptable import PerturbationTable
from kim_pipeline.disclosure.rules import RECOGNISABLE
from kim_pipeline.disclosure.seen_counts import Place, Seen, seen_counts
from kim_pipeline.indicators.cells import CellKey
from kim_pipeline.indicators.conditions import Population
from kim_pipeline.indicators.indicator import Indicator
from kim_pipeline.warehouse.schema.audit import cell_ledger, release


@dataclass(frozen=True)
class Page:
    """What an attacker reads of one page, by who is counted: the counts, and what holds of them."""

    seen: Mapping[Population, Seen]
    margins: Mapping[Population, Margins]


def page_of(
    entries: Iterable[Entry],
    indicators: Mapping[str, Indicator],
    ptable: PerturbationTable,
    before: Page | None = None,
) -> Page:
    """Read a page as an attacker does who has the page before it."""
    seen = seen_counts(entries, indicators)
    stood = {who: frozenset[Place]() for who in seen} if before is None else _stood(seen, before)
    margins = {who: margins_of(counts, ptable, stood[who]) for who, counts in seen.items()}
    return Page(seen, tighten(margins))


def _stood(seen: Mapping[Population, Seen], before: Page) -> dict[Population, frozenset[Place]]:
    """Find the counts that stood on though they may have changed: not in the revision of a year."""
    stood: dict[Population, frozenset[Place]] = {}
    small = False
    for who, now in seen.items():
        then = before.seen[who].counts if who in before.seen else {}
        both = {p: abs(now.counts[p].true - then[p].true) for p in now.counts if p in then}
        stood[who] = frozenset(place for place, change in both.items() if not change)
        small |= any(0 < change < RECOGNISABLE for change in both.values())
    return dict.fromkeys(stood, frozenset[Place]()) if small else stood


def read_pages(connection: sa.Connection, month: date) -> list[dict[CellKey, Entry]]:
    """Lay out the month's page after each of its releases, the newest last."""
    query = (
        sa.select(*(cell_ledger.c[name] for name in COLUMNS))
        .join_from(cell_ledger, release, release.c.release == cell_ledger.c.release)
        .where(cell_ledger.c.month == month)
        .order_by(release.c.position, *cell_ledger.primary_key)
    )
    pages: list[dict[CellKey, Entry]] = []
    last = None
    for entry in (Entry(*row) for row in connection.execute(query)):
        if entry.release != last:
            pages.append(dict(pages[-1]) if pages else {})
            last = entry.release
        pages[-1][entry.key] = entry
    return pages
