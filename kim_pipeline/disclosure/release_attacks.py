"""The attacks on a release before it leaves the house, and what each of them found."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from kim_pipeline.disclosure.earlier_values import Earlier
from kim_pipeline.disclosure.existence import proved_in_towns
from kim_pipeline.disclosure.interval_attack import attack_intervals, targets_of
from kim_pipeline.disclosure.ledger import Entry
from kim_pipeline.disclosure.margins import Margins, margins_of
from kim_pipeline.disclosure.nested_counts import tighten
from kim_pipeline.disclosure.partitions import MOST_PARTITIONS, Split, splits
from kim_pipeline.disclosure.ptable import PerturbationTable
from kim_pipeline.disclosure.reconstruction import Reconstructed, reconstruct
from kim_pipeline.disclosure.seen_counts import Place, seen_counts
from kim_pipeline.indicators.cells import CellKey
from kim_pipeline.indicators.conditions import Population
from kim_pipeline.indicators.indicator import Indicator

LEAST_INTERVAL = 3

Counted = tuple[Population, Place]


@dataclass(frozen=True)
class Attacked:
    """What the attacks on a state of the published month found.

    `narrow` are the counts bounded to less than 3, `taken_apart` the small counts shown in parts by
    more than five tables, `proved` those in towns that must not be known to exist, `month` and
    `year` the reconstruction from this month alone and with the twelve before.
    """

    attacked: int = 0
    smallest_interval: int | None = None
    narrow: tuple[Counted, ...] = ()
    taken_apart: tuple[tuple[Population, Split], ...] = ()
    proved: tuple[Counted, ...] = ()
    most_partitions: int = 0
    month: Reconstructed = field(default_factory=Reconstructed)
    year: Reconstructed = field(default_factory=Reconstructed)

    def beyond(self, before: "Attacked") -> "Attacked":
        """Leave out the open counts that were open before."""
        known, proved = set(before.narrow), set(before.proved)
        apart = {(who, split.place) for who, split in before.taken_apart}
        return replace(
            self,
            narrow=tuple(one for one in self.narrow if one not in known),
            proved=tuple(one for one in self.proved if one not in proved),
            taken_apart=tuple((w, s) for w, s in self.taken_apart if (w, s.place) not in apart),
        )


def attack(
    shown: Mapping[CellKey, Entry],
    earlier: Earlier,
    indicators: Mapping[str, Indicator],
    ptable: PerturbationTable,
) -> Attacked:
    """Attack what is published of a month: intervals, reconstruction, partitions."""
    seen = seen_counts(shown.values(), indicators)
    margins = tighten({who: margins_of(counts, ptable) for who, counts in seen.items()})
    widths = _widths(margins)
    split = [(who, one) for who, counts in seen.items() for one in splits(counts)]
    return Attacked(
        attacked=len(widths),
        smallest_interval=min(widths.values(), default=None),
        narrow=tuple(counted for counted, width in widths.items() if width < LEAST_INTERVAL),
        taken_apart=tuple((who, s) for who, s in split if len(s.tables) > MOST_PARTITIONS),
        proved=proved_in_towns(margins, indicators.values()),
        most_partitions=max((len(s.tables) for _, s in split), default=0),
        month=sum((reconstruct(m, {}) for m in margins.values()), Reconstructed()),
        year=sum(
            (reconstruct(m, earlier.get(who, {})) for who, m in margins.items()), Reconstructed()
        ),
    )


def _widths(margins: Mapping[Population, Margins]) -> dict[Counted, int]:
    return {
        (who, system.places[one.at]): one.width
        for who, system in margins.items()
        for one in attack_intervals(system, targets_of(system), LEAST_INTERVAL)
    }
