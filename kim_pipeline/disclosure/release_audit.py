"""The gate of a release: what an attack opens is withheld, and what cannot be closed is blocked.

A release passes when no count of 1 to 10 can be bounded to less than 3, least squares over a year
finds at most 35 % of the small counts (or what a constant guess would) and misses them by .9 on
average, no small count is taken apart by more than five tables, nothing is proved to exist in a
town that must not be known to, and no count is shown with two values. Readers have seen the pages
that it supersedes: these, and what has changed since, are attacked with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from kim_pipeline.disclosure.changed_counts import place_on_page
from kim_pipeline.disclosure.earlier_values import Earlier
from kim_pipeline.disclosure.ledger import Entry
from kim_pipeline.disclosure.month_pages import Page, page_of
from kim_pipeline.disclosure.partitions import MOST_PARTITIONS
from kim_pipeline.disclosure.protect import PUBLISHED, WITHHELD
from kim_pipeline.disclosure.ptable import PerturbationTable
from kim_pipeline.disclosure.reconstruction import Reconstructed
from kim_pipeline.disclosure.release_attacks import LEAST_INTERVAL, Attacked, attack
from kim_pipeline.disclosure.release_values import (
    blocked,
    names_of,
    populations,
    refuse_other_noise,
    refuse_two_values,
)
from kim_pipeline.disclosure.seen_counts import Place, dimensions_of, place_of
from kim_pipeline.indicators.cells import CellKey
from kim_pipeline.indicators.conditions import Population
from kim_pipeline.indicators.indicator import TOWN, Indicator

MOST_EXACT = 0.35
LEAST_ERROR = 0.9
_TRIES = 12
# Three standard errors: among a handful of counts chance alone finds half of them.
_EXACT_CHANCE = 1.5
_ERROR_CHANCE = 3.0


@dataclass(frozen=True)
class Audited:
    """Entries that may leave the house, what the attacks on them found, and how many they cost."""

    entries: list[Entry]
    found: Attacked
    withheld: int


@dataclass(frozen=True)
class Standing:
    """What an attacker holds besides a release: older pages of the month, and earlier months.

    `pages` holds all cells of the month as they stood after each release, the newest last.
    """

    pages: Sequence[Mapping[CellKey, Entry]]
    earlier: Earlier
    indicators: Mapping[str, Indicator]
    ptable: PerturbationTable

    @property
    def released(self) -> Mapping[CellKey, Entry]:
        """All cells of the month as they stand before the release."""
        return self.pages[-1] if self.pages else {}

    @cached_property
    def read(self) -> list[Page]:
        """All pages of the month before the release, as an attacker reads them."""
        pages: list[Page] = []
        for page in self.pages:
            pages.append(self._page(page, pages))
        return pages

    def _page(self, shown: Mapping[CellKey, Entry], before: Sequence[Page]) -> Page:
        return page_of(shown.values(), self.indicators, self.ptable, before[-1] if before else None)

    def attack(self, added: Mapping[CellKey, Entry]) -> Attacked:
        """Attack the month's pages and the one that so many cells more would make."""
        pages = [*self.read]
        if added:
            pages.append(self._page({**self.released, **added}, pages))
        return attack(pages, self.earlier, self.indicators)


def audit_release(added: Sequence[Entry], standing: Standing) -> Audited:
    """Attack a release and withhold what it would open, until nothing is open any more.

    What older cells of the month open by themselves is out, and holds up no correction.
    Raises DisclosureError naming the tables when withholding does not help.
    """
    refuse_other_noise(added, standing.released)
    entries = {entry.key: entry for entry in added}
    before = standing.attack({})
    for _ in range(_TRIES):
        refuse_two_values(entries, standing.released, standing.indicators)
        found = standing.attack(entries).beyond(before)
        open_keys = _to_withhold(found, entries, standing.indicators)
        if not open_keys:
            break
        entries |= {key: _withheld(entries[key]) for key in open_keys}
    _refuse(found, before, standing.indicators)
    lost = [entry for entry in added if entries[entry.key].status != entry.status]
    entries |= _made_of(lost, entries, standing.indicators)
    withheld = sum(entries[entry.key].status != entry.status for entry in added)
    return Audited([entries[entry.key] for entry in added], found, withheld)


def _withheld(entry: Entry) -> Entry:
    return replace(entry, status=WITHHELD, numerator=None, denominator=None, value=None)


def _made_of(
    lost: Sequence[Entry], entries: Mapping[CellKey, Entry], indicators: Mapping[str, Indicator]
) -> dict[CellKey, Entry]:
    """Withhold standardised shares of persons of whom the gate withheld a table's cell."""
    counts = {who for entry in lost for who in populations(indicators[entry.indicator_id])}
    made = {}
    for key, entry in entries.items():
        indicator = indicators[key.indicator_id]
        compared = indicator.formula.compared
        if compared is not None and counts & {*populations(indicator), compared}:
            made[key] = _withheld(entry)
    return made


def _to_withhold(
    found: Attacked, entries: Mapping[CellKey, Entry], indicators: Mapping[str, Indicator]
) -> set[CellKey]:
    """Choose cells: the row, else the table, else all tables around each open count."""
    by_count: dict[Population, dict[Place, list[CellKey]]] = {}
    for key, entry in entries.items():
        if entry.status == PUBLISHED:
            for who in populations(indicators[key.indicator_id]):
                by_count.setdefault(who, {}).setdefault(place_of(key), []).append(key)
    chosen: set[CellKey] = set()
    # The finest tables first: without their parts a sum may well stay.
    opened = [(who, place_on_page(place)) for who, place in (*found.narrow, *found.proved)]
    deepest = max((len(place) for _, place in opened), default=0)
    for who, place in opened:
        if len(place) == deepest:
            chosen |= _around(place, by_count.get(who, {}))
    for who, split in found.taken_apart:
        for table in split.tables[MOST_PARTITIONS:]:
            chosen |= {key for part in table for key in by_count.get(who, {}).get(part, ())}
    return chosen


def _around(place: Place, shown: Mapping[Place, list[CellKey]]) -> set[CellKey]:
    table = [p for p in shown if dimensions_of(p) == dimensions_of(place)]
    row = [p for p in table if dict(p).get(TOWN) == dict(place).get(TOWN)]
    above = [p for p in shown if dimensions_of(p) > dimensions_of(place)]
    below = [p for p in shown if dimensions_of(p) < dimensions_of(place)]
    for places in (row, table, above, below):
        if places:
            return {key for p in places for key in shown[p]}
    return set()


def _refuse(found: Attacked, before: Attacked, indicators: Mapping[str, Indicator]) -> None:
    if found.narrow:
        raise blocked(
            f"{len(found.narrow)} small counts can be bounded to less than {LEAST_INTERVAL}",
            names_of([who for who, _ in found.narrow], indicators),
        )
    if found.proved:
        raise blocked(
            f"{len(found.proved)} counts prove that somebody exists in a town of whom nobody may "
            "know it",
            names_of([who for who, _ in found.proved], indicators),
        )
    if found.taken_apart:
        raise blocked(
            f"{len(found.taken_apart)} small counts are shown in parts by more than "
            f"{MOST_PARTITIONS} tables",
            names_of([who for who, _ in found.taken_apart], indicators),
        )
    attacks = (("this month", found.month, before.month), ("a year", found.year, before.year))
    for name, result, earlier in attacks:
        if _is_open(result) and not _is_open(earlier):
            raise blocked(
                f"least squares over {name} finds {result.exact_share:.0%} of {result.counts} "
                f"small counts and misses them by {result.mean_error:.1f} on average",
                "the tables with the smallest counts",
            )


def _is_open(result: Reconstructed) -> bool:
    margin = max(result.counts, 1) ** 0.5
    return bool(result.counts) and (
        result.exact_share - _EXACT_CHANCE / margin > max(MOST_EXACT, result.guessed_share)
        or result.mean_error + _ERROR_CHANCE / margin < LEAST_ERROR
    )
