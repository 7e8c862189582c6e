"""The attacks on a release before it leaves the house, and what each of them found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from kim_pipeline.disclosure.changed_counts import nearly_the_same, place_on_page, with_changes
from kim_pipeline.disclosure.earlier_values import Earlier
from kim_pipeline.disclosure.existence import proved_in_towns
from kim_pipeline.disclosure.interval_attack import attack_intervals, targets_of
from kim_pipeline.disclosure.joined_pages import Joined, join_pages
from kim_pipeline.disclosure.margins import Margins
from kim_pipeline.disclosure.month_pages import Page
from kim_pipeline.disclosure.partitions import MOST_PARTITIONS, Split, splits
from kim_pipeline.disclosure.reconstruction import Reconstructed, reconstruct
from kim_pipeline.disclosure.seen_counts import Place, Seen
from kim_pipeline.indicators.conditions import Population
from kim_pipeline.indicators.indicator import Indicator

LEAST_INTERVAL = 3

Counted = tuple[Population, Place]


@dataclass(frozen=True)
class Attacked:
    """What the attacks on a state of the published month found.

    `narrow` are the counts bounded to less than 3, superseded ones and changes among them,
    `taken_apart` the small counts shown in parts by more than five tables, `proved` those in towns
    that must not be known to exist, `month` and `year` the reconstruction from the newest page
    alone, and with those before it and the twelve months before.
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
        known = {(who, place_on_page(place)) for who, place in before.narrow}
        proved = {(who, place_on_page(place)) for who, place in before.proved}
        apart = {(who, split.place) for who, split in before.taken_apart}
        return replace(
            self,
            narrow=tuple((w, p) for w, p in self.narrow if (w, place_on_page(p)) not in known),
            proved=tuple((w, p) for w, p in self.proved if (w, place_on_page(p)) not in proved),
            taken_apart=tuple((w, s) for w, s in self.taken_apart if (w, s.place) not in apart),
        )


def attack(
    pages: Sequence[Page], earlier: Earlier, indicators: Mapping[str, Indicator]
) -> Attacked:
    """Attack all pages of a month, the newest last: intervals, reconstruction, partitions."""
    if not pages:
        return Attacked()
    joined = _joined(pages)
    widths = _widths({who: with_changes(one) for who, one in joined.items()})
    split = [(who, one) for who in pages[-1].seen for one in splits(_seen(pages, who))]
    systems = {who: one.margins for who, one in joined.items()}
    return Attacked(
        attacked=len(widths),
        smallest_interval=min(widths.values(), default=None),
        narrow=tuple(counted for counted, width in widths.items() if width < LEAST_INTERVAL),
        taken_apart=tuple((who, s) for who, s in split if len(s.tables) > MOST_PARTITIONS),
        proved=proved_in_towns(systems, indicators.values()),
        most_partitions=max((len(s.tables) for _, s in split), default=0),
        month=sum((reconstruct(m, {}) for m in pages[-1].margins.values()), Reconstructed()),
        year=sum(
            (
                reconstruct(j.looked_for_now(), _all_values(j, earlier.get(who, {})))
                for who, j in joined.items()
            ),
            Reconstructed(),
        ),
    )


def _joined(pages: Sequence[Page]) -> dict[Population, Joined]:
    return {
        who: join_pages([page.margins[who] for page in pages if who in page.margins])
        for who in pages[-1].margins
    }


def _seen(pages: Sequence[Page], who: Population) -> list[Seen]:
    return [page.seen[who] for page in pages if who in page.seen]


def _all_values(
    joined: Joined, earlier: Mapping[Place, Sequence[float]]
) -> dict[Place, Sequence[float]]:
    """Add superseded values to those of earlier months, where little has changed."""
    old = nearly_the_same(joined)
    return {place: (*earlier.get(place, ()), *old.get(place, ())) for place in {**earlier, **old}}


def _widths(margins: Mapping[Population, Margins]) -> dict[Counted, int]:
    return {
        (who, system.places[one.at]): one.width
        for who, system in margins.items()
        for one in attack_intervals(system, targets_of(system), LEAST_INTERVAL)
    }
