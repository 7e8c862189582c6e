"""What the counts of one population say about another's: whoever is in the part is in the whole."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import permutations

from kim_pipeline.disclosure.margins import Margins
from kim_pipeline.indicators.conditions import Population


def tighten(margins: Mapping[Population, Margins]) -> dict[Population, Margins]:
    """Bound the counts of each population by those of the populations it lies in, place by place.

    A population lies in another when it repeats its conditions, as the numerator of a share does.
    """
    tighter = {p: replace(m, low=m.low.copy(), high=m.high.copy()) for p, m in margins.items()}
    for whole, part in permutations(tighter, 2):
        if set(whole) < set(part):
            _bound(tighter[whole], tighter[part])
    return tighter


def _bound(whole: Margins, part: Margins) -> None:
    there = {place: i for i, place in enumerate(part.places)}
    for i, place in enumerate(whole.places):
        j = there.get(place)
        # Counts of two states of knowledge may contradict each other; they teach nothing then.
        if j is not None and part.true[j] <= whole.true[i]:
            part.high[j] = min(part.high[j], max(whole.high[i], part.true[j]))
            whole.low[i] = max(whole.low[i], min(part.low[j], whole.true[i]))
