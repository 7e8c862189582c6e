"""Standardised shares: made of what readers see in published tables, and of nothing else.

Whoever wants to can work the figure out from the tables of its two groups. So it tells nothing of
strata that are withheld there, and no noise is drawn for it.
"""

from collections.abc import Iterator, Mapping, Sequence

from kim_pipeline.disclosure import rules
from kim_pipeline.disclosure.ledger import Entry
from kim_pipeline.disclosure.protect import PUBLISHED, WITHHELD, Figure
from kim_pipeline.disclosure.seen_counts import Place, dimensions_of, place_of
from kim_pipeline.indicators.cells import Cell, CellKey, Strata
from kim_pipeline.indicators.conditions import Population
from kim_pipeline.indicators.indicator import Indicator
from kim_pipeline.indicators.standardised import Counts, noise_base, standardised_share

LEAST_COMPARABLE = 0.8

Shown = Mapping[tuple[Population, Place], int]
_PARTS = ("numerator", "denominator")


def standardise(
    cells: Sequence[Cell],
    figures: Sequence[Figure],
    indicators: Mapping[str, Indicator],
    standing: Mapping[CellKey, Entry],
) -> list[Figure]:
    """Put the standardised shares among the figures of a month, in the order of the cells.

    `standing` are the released cells that get no revision: they are read as they are in the ledger.
    """
    shown: dict[tuple[Population, Place], int] = {}
    for cell, figure in zip(cells, figures, strict=True):
        shown |= _counts(cell, indicators, standing.get(cell.key, figure))
    return [
        _figure(indicators[cell.key.indicator_id], place_of(cell.key), shown)
        if isinstance(cell.quantity, Strata)
        else figure
        for cell, figure in zip(cells, figures, strict=True)
    ]


def _counts(
    cell: Cell, indicators: Mapping[str, Indicator], seen: Figure | Entry
) -> dict[tuple[Population, Place], int]:
    place, indicator = place_of(cell.key), indicators[cell.key.indicator_id]
    parts = ((getattr(indicator, part), getattr(seen, part)) for part in _PARTS)
    return {
        (who, place): count
        for who, count in parts
        if seen.status == PUBLISHED and who is not None and count is not None
    }


def _figure(indicator: Indicator, place: Place, shown: Shown) -> Figure:
    group, compared = indicator.denominator, indicator.formula.compared
    if group is None or compared is None:
        return Figure(WITHHELD)
    persons, others = shown.get((group, place)), shown.get((compared, place))
    if persons is None or others is None:
        return Figure(WITHHELD)
    share = share_of(list(_strata(indicator, shown)), persons + others)
    if share is None:
        return Figure(WITHHELD)
    return Figure(PUBLISHED, None, persons, share)


def _strata(indicator: Indicator, shown: Shown) -> Iterator[Counts]:
    """Give the strata of which readers see all three counts."""
    asked = (indicator.numerator, indicator.denominator, indicator.formula.compared)
    wanted = frozenset(indicator.formula.strata)
    places = {place for _, place in shown if dimensions_of(place) == wanted}
    for place in sorted(places):
        counts = [shown.get((who, place)) for who in asked if who is not None]
        known = [count for count in counts if count is not None]
        if len(known) == len(asked):
            yield Counts(*known)


def share_of(strata: Sequence[Counts], everybody: int) -> float | None:
    """Give the share in percent from protected counts, or None where too little is comparable.

    A stratum counts from 30 persons in either group, as a published share does; such strata must
    hold 80 % of `everybody`. So the noise never exceeds that of a share of 30.
    """
    enough = [counts for counts in strata if rules.has_base(counts.group, counts.compared)]
    if sum(counts.both for counts in enough) < LEAST_COMPARABLE * everybody:
        return None
    share = standardised_share(enough)
    # A share, so never finer than whole percent.
    base = min(round(noise_base(enough)), rules.FINE_BASE)
    return None if share is None else rules.rounded_ratio(100 * share, base, "percent")
