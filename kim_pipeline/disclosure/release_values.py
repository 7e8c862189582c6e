"""What holds between the values of a month: one noise for all of them, one value for each count."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from kim_pipeline.disclosure.ledger import Entry
from kim_pipeline.disclosure.release_attacks import Counted
from kim_pipeline.disclosure.seen_counts import place_of
from kim_pipeline.errors import DisclosureError
from kim_pipeline.indicators.cells import CellKey
from kim_pipeline.indicators.conditions import Population
from kim_pipeline.indicators.indicator import Indicator

_PARTS = ("numerator", "denominator")


def populations(indicator: Indicator) -> set[Population]:
    """Give the populations an indicator counts."""
    return {p for part in _PARTS if (p := getattr(indicator, part)) is not None}


def names_of(open_ones: Collection[Population], indicators: Mapping[str, Indicator]) -> str:
    """Name the indicators that count some of these populations."""
    searched = set(open_ones)
    return ", ".join(sorted(i.id for i in indicators.values() if searched & populations(i)))


def blocked(finding: str, tables: str) -> DisclosureError:
    """Say why a release is blocked and which tables to change."""
    return DisclosureError(
        f"The release is blocked by its audit: {finding}. Take breakdowns of {tables} out of the "
        "catalogue, or merge their categories, and publish again."
    )


def refuse_other_noise(added: Iterable[Entry], released: Mapping[CellKey, Entry]) -> None:
    """Refuse cells whose noise comes of another key or table than that of the month's others."""
    drawn = {(entry.kid, entry.ptable) for entry in (*added, *released.values())}
    if len(drawn) > 1:
        raise DisclosureError(
            "The release is blocked by its audit: cells of this month were published with another "
            "cell key or perturbation table, and would get a second noise. Restore the key."
        )


def refuse_two_values(
    entries: Mapping[CellKey, Entry],
    released: Mapping[CellKey, Entry],
    indicators: Mapping[str, Indicator],
) -> None:
    """Refuse a new value beside another one of the same count; what stood so before may stay."""
    old, new = _values(released.values(), indicators), _values(entries.values(), indicators)
    kept = _values((e for key, e in released.items() if key not in entries), indicators)
    doubled = {
        counted[0]
        for counted, values in new.items()
        if len(values | kept.get(counted, set())) > 1 and not values <= old.get(counted, set())
    }
    if doubled:
        raise blocked(
            "counts would be shown with two different values", names_of(doubled, indicators)
        )


def _values(
    entries: Iterable[Entry], indicators: Mapping[str, Indicator]
) -> dict[Counted, set[int]]:
    values: dict[Counted, set[int]] = {}
    for entry in entries:
        for counted, value in _shown_counts(entry, indicators):
            values.setdefault(counted, set()).add(value)
    return values


def _shown_counts(
    entry: Entry, indicators: Mapping[str, Indicator]
) -> Iterator[tuple[Counted, int]]:
    indicator = indicators.get(entry.indicator_id)
    for part in _PARTS if indicator is not None else ():
        population, value = getattr(indicator, part), getattr(entry, part)
        if population is not None and value is not None:
            yield (population, place_of(entry.key)), value
