"""Publish a month: measure, protect, enter the ledger, and show what the ledger holds."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

import sqlalchemy as sa

from kim_pipeline.disclosure import ledger
from kim_pipeline.disclosure.audit_book import record_audit
from kim_pipeline.disclosure.cell_key import record_keys
from kim_pipeline.disclosure.disclosure_keys import DisclosureKeys
from kim_pipeline.disclosure.earlier_values import read_earlier
from kim_pipeline.disclosure.ladder import coarsen
from kim_pipeline.disclosure.ladder_book import read_rungs, record_rungs
from kim_pipeline.disclosure.overlap import hidden_everywhere
from kim_pipeline.disclosure.protect import PUBLISHED, STRUCTURAL_ZERO, WITHHELD, protect_cells
from kim_pipeline.disclosure.ptable import read_ptable
from kim_pipeline.disclosure.published_tables import write_catalogue, write_values
from kim_pipeline.disclosure.quality_tables import write_link_rates, write_source_quality
from kim_pipeline.disclosure.release_attacks import Attacked
from kim_pipeline.disclosure.release_audit import Audited, Standing, audit_release
from kim_pipeline.disclosure.release_chain import chain_release, next_release
from kim_pipeline.disclosure.served_counts import LedgerNoise, serve
from kim_pipeline.indicators.catalogue import Catalogue
from kim_pipeline.indicators.cells import Cell
from kim_pipeline.indicators.indicator import Indicator
from kim_pipeline.indicators.measure import State, measure
from kim_pipeline.indicators.quality_counts import quality_counts
from kim_pipeline.warehouse.source_names import read_source_names


@dataclass(frozen=True)
class PublishCounts:
    """What a publication did: cells shown by status, entries added, and their release if any."""

    published: int
    withheld: int
    structural_zeros: int
    added: int
    revised: int
    release: str | None
    attacked: int = 0
    smallest_interval: int | None = None
    reconstructed: float = 0.0
    withheld_by_audit: int = 0


def publish_month(  # noqa: PLR0913, PLR0917 - each is a choice of the caller, none has a default
    connection: sa.Connection,
    month: date,
    known_at: datetime,
    keys: DisclosureKeys,
    catalogue: Catalogue,
    provisional: bool,
    *,
    provisional_sources: Collection[str] = (),
) -> PublishCounts:
    """Publish all tables of the catalogue for a month as it was known at a moment.

    Must run inside the caller's transaction: readers see the old figures or all the new ones.
    Running it again changes nothing. `provisional_sources` are marked so in the data-quality box.
    Raises DisclosureError when the month cannot be measured.
    """
    state = State(month, known_at)
    names = read_source_names(connection)
    indicators = (*catalogue.of_month(month), *quality_counts(tuple(names)))
    by_record = partial(record_keys, k_rec=keys.k_rec)
    cells = measure(connection, state, indicators, catalogue.labels, by_record)
    audited = _enter(connection, state, cells, keys, _Plan(indicators, provisional))
    added = audited.entries
    shown = ledger.read_entries(connection, month)
    statuses = write_values(connection, catalogue, month, shown, provisional)
    write_catalogue(connection, catalogue)
    write_link_rates(connection, month, cells, shown)
    sources = frozenset(provisional_sources)
    write_source_quality(connection, state, shown, names, sources)
    return PublishCounts(
        published=statuses[PUBLISHED],
        withheld=statuses[WITHHELD],
        structural_zeros=statuses[STRUCTURAL_ZERO],
        added=len(added),
        revised=sum(entry.revision > 0 for entry in added),
        release=added[0].release if added else None,
        attacked=audited.found.attacked,
        smallest_interval=audited.found.smallest_interval,
        reconstructed=round(audited.found.year.exact_share, 3),
        withheld_by_audit=audited.withheld,
    )


@dataclass(frozen=True)
class _Plan:
    indicators: Sequence[Indicator]
    provisional: bool


def _enter(
    connection: sa.Connection,
    state: State,
    cells: Sequence[Cell],
    keys: DisclosureKeys,
    plan: _Plan,
) -> Audited:
    """Protect and attack the cells, enter what is new into the ledger, as one chained release."""
    by_id = {indicator.id: indicator for indicator in plan.indicators}
    noise = LedgerNoise(keys.k_cell, read_ptable())
    edition = ledger.Edition(
        month=state.month,
        known_at=state.known_at,
        provisional=plan.provisional,
        ptable=noise.ptable.version,
        kid=keys.kid,
        release=next_release(connection, state.month),
    )
    released = ledger.read_entries(connection, state.month)
    coarse = coarsen(cells, by_id, read_rungs(connection, state.month), released)
    served = serve(coarse.cells, released.values(), by_id)
    withheld = hidden_everywhere(served, by_id, coarse.withheld)
    figures = protect_cells(served, by_id, withheld, noise)
    added = ledger.new_entries(served, figures, released, edition)
    if not added:
        return Audited([], Attacked(), 0)
    earlier = read_earlier(connection, state.month, by_id)
    audited = audit_release(added, Standing(released, earlier, by_id, noise.ptable))
    ledger.append_entries(connection, audited.entries)
    chain_release(connection, audited.entries, keys.audit)
    record_audit(connection, edition.release, audited)
    record_rungs(connection, state.month, coarse.needed)
    return audited
