"""Publish a month: measure, protect, enter the ledger, and show what the ledger holds."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

import sqlalchemy as sa

from kim_pipeline.disclosure import ledger
from kim_pipeline.disclosure.audit_book import record_audit
from kim_pipeline.disclosure.cell_key import record_keys
from kim_pipeline.disclosure.conflict_rates import (
    conflict_cells,
    conflict_rates,
    write_conflict_rates,
)
from kim_pipeline.disclosure.disclosure_keys import DisclosureKeys
from kim_pipeline.disclosure.earlier_values import read_earlier
from kim_pipeline.disclosure.ladder import coarsen
from kim_pipeline.disclosure.ladder_book import read_rungs, record_rungs
from kim_pipeline.disclosure.month_pages import read_pages
from kim_pipeline.disclosure.overlap import hidden_everywhere
from kim_pipeline.disclosure.protect import PUBLISHED, STRUCTURAL_ZERO, WITHHELD, protect_cells
from kim_pipeline.disclosure.ptable import read_ptable
from kim_pipeline.disclosure.published_tables import write_catalogue, write_values
from kim_pipeline.disclosure.quality_tables import write_link_rates, write_source_quality
from kim_pipeline.disclosure.release_attacks import Attacked
from kim_pipeline.disclosure.release_audit import Audited, Standing, audit_release
from kim_pipeline.disclosure.release_chain import chain_release, next_release
from kim_pipeline.disclosure.rules import RECOGNISABLE
from kim_pipeline.disclosure.served_counts import LedgerNoise, serve
from kim_pipeline.disclosure.standardised_share import standardise
from kim_pipeline.disclosure.standing_ledger import check_standing
from kim_pipeline.indicators.catalogue import Catalogue
from kim_pipeline.indicators.cells import Cell
from kim_pipeline.indicators.indicator import Indicator
from kim_pipeline.indicators.look_back import spoken_of
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
    least_change: int = RECOGNISABLE,
) -> PublishCounts:
    """Publish all tables of the catalogue for a month as it was known at a moment.

    Must run inside the caller's transaction: readers see the old figures or all the new ones.
    Running it again changes nothing. `provisional_sources` are marked so in the data-quality box.
    A cell is revised when a count in it has changed by `least_change`. Raises DisclosureError when
    the month cannot be measured, or the ledger is not the one the month was published from.
    """
    state = State(month, known_at)
    names = read_source_names(connection)
    check_standing(connection, month, keys)
    indicators, cells = _measured(connection, state, catalogue, keys, tuple(names))
    audited = _enter(connection, state, cells, keys, _Plan(indicators, provisional, least_change))
    shown = ledger.read_entries(connection, month)
    statuses = write_values(connection, catalogue, month, shown, provisional)
    write_catalogue(connection, catalogue)
    write_link_rates(connection, month, cells, shown)
    write_conflict_rates(connection, month, shown)
    write_source_quality(connection, state, shown, names, frozenset(provisional_sources))
    return _counted(audited, statuses)


def _measured(
    connection: sa.Connection,
    state: State,
    catalogue: Catalogue,
    keys: DisclosureKeys,
    sources: tuple[str, ...],
) -> tuple[Sequence[Indicator], list[Cell]]:
    """Count the indicators of a month, and the figures about its data."""
    known = (*catalogue.of_month(state.month), *quality_counts(sources))
    counted = spoken_of(connection, state, known)
    rates = conflict_rates(sources)
    by_record = partial(record_keys, k_rec=keys.k_rec)
    cells = measure(connection, state, counted, catalogue.labels, by_record)
    cells += conflict_cells(connection, state, rates, by_record)
    return (*known, *rates), cells


def _counted(audited: Audited, statuses: Counter[str]) -> PublishCounts:
    added = audited.entries
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
    least_change: int


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
    pages = read_pages(connection, state.month)
    released = pages[-1] if pages else {}
    coarse = coarsen(cells, by_id, read_rungs(connection, state.month), released)
    served = serve(coarse.cells, released.values(), by_id, plan.least_change)
    withheld = hidden_everywhere(served, by_id, coarse.withheld)
    figures = protect_cells(served, by_id, withheld, noise)
    standing = ledger.standing_entries(served, released, edition, plan.least_change)
    figures = standardise(served, figures, by_id, standing)
    added = ledger.new_entries(served, figures, released, edition, plan.least_change)
    if not added:
        return Audited([], Attacked(), 0)
    earlier = read_earlier(connection, state.month, by_id)
    audited = audit_release(added, Standing(pages, earlier, by_id, noise.ptable))
    ledger.append_entries(connection, audited.entries)
    chain_release(connection, audited.entries, keys.audit)
    record_audit(connection, edition.release, audited)
    record_rungs(connection, state.month, coarse.needed)
    return audited
